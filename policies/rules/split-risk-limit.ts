import type { LimitRule } from '../rule.ts';

export const splitRiskLimit: LimitRule = {
  kind: 'split-risk-limit',
  hard: false,
  reasonCode: 'SPLIT_RISK',
  summary: 'probability that the plan ends in more shipments than it has',
  moves: ['shipments', 'node'],
  unit: 'probability',
  direction: 'max',
  range: [0, 1],
  defaultLimit: null,
  measure: ({ candidate }, inScope) => {
    const value = candidate.risks.split;
    return value === null || inScope.length === 0 ? null : { value, path: '/risks/split', detail: 'split likelihood' };
  },
};
