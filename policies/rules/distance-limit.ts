import { worstShipment } from '../measures.ts';
import type { LimitRule } from '../rule.ts';

export const distanceLimit: LimitRule = {
  kind: 'distance-limit',
  hard: false,
  reasonCode: 'MAX_DISTANCE',
  summary: 'distance from the node to the customer',
  moves: ['node'],
  unit: 'km',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: (_plan, inScope) => worstShipment(inScope, ({ shipment }) => shipment.distanceKm, 'distance'),
};
