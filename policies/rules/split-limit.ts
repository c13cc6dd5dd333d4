import type { LimitRule } from '../rule.ts';

export const splitLimit: LimitRule = {
  kind: 'split-limit',
  hard: false,
  reasonCode: 'MAX_SPLITS',
  summary: 'number of shipments',
  moves: ['shipments', 'quantity'],
  unit: 'shipments',
  direction: 'max',
  range: [1, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: (_plan, inScope) => ({ value: inScope.length, path: '/shipments', detail: 'number of shipments' }),
};
