import { overTaken, unpromised } from '../measures.ts';
import type { HardRule } from '../rule.ts';

/** Protected supply that no priority opens. What a priority opens is the business of `reservation-priority`. */
export const supplyProtection: HardRule = {
  kind: 'supply-protection',
  hard: true,
  reasonCode: 'SUPPLY_PROTECTED',
  summary: 'protected supply that no priority opens stays where it is',
  moves: ['quantity', 'node'],
  check: (plan) =>
    overTaken(plan, 'outside protection', (position, { shipAt, units }) => {
      const free = unpromised(position, shipAt) - position.safetyStock;
      const others = position.protectedPriority !== null || units > Math.max(0, free);
      return others ? null : free - position.supplyProtectionQty;
    }),
};
