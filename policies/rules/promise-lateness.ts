import { DAY_MS } from '#domain/time.ts';
import { worstShipment } from '../measures.ts';
import type { LimitRule } from '../rule.ts';

/** A started day counts whole. */
export const promiseLateness: LimitRule = {
  kind: 'promise-lateness',
  hard: false,
  reasonCode: 'SERVICE_LEVEL_MISS',
  summary: 'days by which the expected arrival misses the promise',
  moves: ['carrierService', 'node'],
  unit: 'days',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: 0,
  measure: ({ context }, inScope) => {
    const { promiseDate } = context.order;
    if (promiseDate === null) return null;
    const late = (eta: number): number => Math.max(0, Math.ceil((eta - promiseDate) / DAY_MS));
    return worstShipment(inScope, ({ shipment }) => late(shipment.eta), 'days after the promise');
  },
};
