import { overTaken, unpromised } from '../measures.ts';
import type { HardRule } from '../rule.ts';

/** Never over what is there: all lines that take the same item at the same node count together. */
export const availableToPromise: HardRule = {
  kind: 'available-to-promise',
  hard: true,
  reasonCode: 'INSUFFICIENT_ATP',
  summary: 'no more units of an item at a node than are not promised to others by the ship date',
  moves: ['quantity', 'node'],
  check: (plan) => overTaken(plan, 'not yet promised', (position, { shipAt }) => unpromised(position, shipAt)),
};
