import { overTaken, unpromised } from '../measures.ts';
import type { HardRule } from '../rule.ts';

export const safetyStock: HardRule = {
  kind: 'safety-stock',
  hard: true,
  reasonCode: 'BELOW_SAFETY_STOCK',
  summary: 'safety stock stays where it is',
  moves: ['quantity', 'node'],
  // More than is there at all is the business of `available-to-promise`: one problem, one reason.
  check: (plan) =>
    overTaken(plan, 'above safety stock', (position, { shipAt, units }) => {
      const free = unpromised(position, shipAt);
      return units > Math.max(0, free) ? null : free - position.safetyStock;
    }),
};
