import type { LimitRule } from '../rule.ts';

export const costToServeCeiling: LimitRule = {
  kind: 'cost-to-serve-ceiling',
  hard: false,
  reasonCode: 'COST_THRESHOLD',
  summary: 'expected cost to serve of the whole plan',
  moves: ['carrierService', 'shipments', 'node'],
  unit: 'minorUnits',
  direction: 'max',
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: ({ candidate }) => ({
    value: candidate.costs.total,
    path: '/costs/total',
    detail: 'expected cost to serve',
  }),
};
