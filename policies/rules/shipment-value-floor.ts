import { worstShipment } from '../measures.ts';
import type { LimitRule } from '../rule.ts';

/** One shipment has to go whatever it is worth; a further one has to be worth its way. */
export const shipmentValueFloor: LimitRule = {
  kind: 'shipment-value-floor',
  hard: false,
  reasonCode: 'MAX_SPLITS',
  summary: 'least value of a shipment where an order has several',
  moves: ['shipments'],
  unit: 'minorUnits',
  direction: 'min',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: ({ plan }, inScope) => {
    if (plan.shipments.length < 2) return null;
    const least = worstShipment(inScope, (facts) => -facts.value, 'value');
    return least && { ...least, value: -least.value };
  },
};
