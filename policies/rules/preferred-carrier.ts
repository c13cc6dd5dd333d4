import type { LimitRule } from '../rule.ts';

export const preferredCarrier: LimitRule = {
  kind: 'preferred-carrier',
  hard: false,
  reasonCode: 'CARRIER_UNAVAILABLE',
  summary: 'shipments by carrier services that the customer does not prefer',
  moves: ['carrierService', 'node'],
  unit: 'shipments',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: 0,
  measure: ({ context }, inScope) => {
    const { preferredCarrierServices: preferred } = context.order;
    if (preferred.length === 0) return null;
    const others = inScope.filter(({ shipment }) => !preferred.includes(shipment.carrierService));
    const first = others[0];
    if (!first) return null;
    const path = `/shipments/${first.index}/carrierService`;
    return { value: others.length, path, detail: 'shipments by other carrier services' };
  },
};
