import { worstShipment } from '../measures.ts';
import type { LimitRule } from '../rule.ts';

export const carrierLateShare: LimitRule = {
  kind: 'carrier-late-share',
  hard: false,
  reasonCode: 'SERVICE_LEVEL_MISS',
  summary: 'share of the deliveries of the last 28 days that were late on the lane',
  moves: ['carrierService', 'node'],
  unit: 'share',
  direction: 'max',
  range: [0, 1],
  defaultLimit: null,
  measure: (_plan, inScope) =>
    worstShipment(
      inScope,
      ({ lane }) => {
        const performance = lane?.performance;
        // A handful of deliveries says nothing about a lane.
        return !performance || performance.delivered28 < 20 ? null : performance.late28 / performance.delivered28;
      },
      'share of late deliveries',
    ),
};
