import { overTaken, unpromised } from '../measures.ts';
import type { HardRule } from '../rule.ts';

export const safetyStock: HardRule = {
  kind: 'safety-stock',
  hard: true,
  reasonCode: 'BELOW_SAFETY_STOCK',
  summary: 'safety stock stays where it is',
  moves: ['quantity', 'node'],
  check: (plan) =>
    overTaken(
      plan,
      'above safety stock',
      (position, { shipAt }) => unpromised(position, shipAt) - position.safetyStock,
    ),
};
