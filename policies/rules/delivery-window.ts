import type { LimitRule } from '../rule.ts';

export const deliveryWindow: LimitRule = {
  kind: 'delivery-window',
  hard: false,
  reasonCode: 'SERVICE_LEVEL_MISS',
  summary: 'shipments that arrive outside the window of the customer',
  moves: ['carrierService', 'node'],
  unit: 'shipments',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: 0,
  measure: ({ context }, inScope) => {
    const { deliveryWindow } = context.order;
    if (deliveryWindow === null) return null;
    const outside = inScope.filter(
      ({ shipment }) => !(shipment.eta >= deliveryWindow.from && shipment.eta <= deliveryWindow.to),
    );
    const first = outside[0];
    if (!first) return null;
    return {
      value: outside.length,
      path: `/shipments/${first.index}/eta`,
      detail: 'arrivals outside the delivery window',
    };
  },
};
