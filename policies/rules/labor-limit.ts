import { worstShipment } from '../measures.ts';
import type { LimitRule } from '../rule.ts';

export const laborLimit: LimitRule = {
  kind: 'labor-limit',
  hard: false,
  reasonCode: 'CAPACITY_EXHAUSTED',
  summary: 'labor utilization of a node, as a share of its planned hours',
  moves: ['node'],
  unit: 'share',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: (_plan, inScope) =>
    worstShipment(inScope, ({ node }) => node?.laborUtilization ?? null, 'labor utilization'),
};
