import type { LimitRule } from '../rule.ts';

export const delayRiskLimit: LimitRule = {
  kind: 'delay-risk-limit',
  hard: false,
  reasonCode: 'DELAY_RISK',
  summary: 'probability that the plan arrives after the promise',
  moves: ['carrierService', 'node'],
  unit: 'probability',
  direction: 'max',
  range: [0, 1],
  defaultLimit: null,
  measure: ({ candidate }, inScope) => {
    const value = candidate.risks.delay;
    return value === null || inScope.length === 0 ? null : { value, path: '/risks/delay', detail: 'delay risk' };
  },
};
