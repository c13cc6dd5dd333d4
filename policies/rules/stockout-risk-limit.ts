import type { LimitRule } from '../rule.ts';

export const stockoutRiskLimit: LimitRule = {
  kind: 'stockout-risk-limit',
  hard: false,
  reasonCode: 'STOCKOUT_RISK',
  summary: 'probability that a node stocks out because of the plan',
  moves: ['quantity', 'node'],
  unit: 'probability',
  direction: 'max',
  range: [0, 1],
  defaultLimit: null,
  measure: ({ candidate }, inScope) => {
    const value = candidate.risks.stockout;
    return value === null || inScope.length === 0 ? null : { value, path: '/risks/stockout', detail: 'stockout risk' };
  },
};
