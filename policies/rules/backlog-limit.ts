import { worstShipment } from '../measures.ts';
import type { LimitRule } from '../rule.ts';

export const backlogLimit: LimitRule = {
  kind: 'backlog-limit',
  hard: false,
  reasonCode: 'CAPACITY_EXHAUSTED',
  summary: 'shipments that wait at a node already',
  moves: ['node'],
  unit: 'shipments',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: (_plan, inScope) => worstShipment(inScope, ({ node }) => node?.backlog ?? null, 'backlog'),
};
