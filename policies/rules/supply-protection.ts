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
    overTaken(plan, 'outside protection', (position, { shipAt }) =>
      position.protectedPriority === null
        ? unpromised(position, shipAt) - position.safetyStock - position.supplyProtectionQty
        : null,
    ),
};
