import type { HardRule } from '../rule.ts';

/** The lane has to exist, be active, lead to the order's zone and belong to the carrier that the plan names. */
export const carrierLane: HardRule = {
  kind: 'carrier-lane',
  hard: true,
  reasonCode: 'CARRIER_UNAVAILABLE',
  summary: 'a shipment goes by an active lane to the zone of the order',
  moves: ['carrierService', 'node'],
  check: ({ shipments, context }) => {
    const { zone } = context.order.shipTo;
    for (const { lane, shipment, index } of shipments) {
      if (lane?.active === true && lane.zone === zone && lane.carrier === shipment.carrier) continue;
      const found = lane ? 'is not active' : 'has no carrier service of that name';
      const detail = `lane \`${shipment.nodeId} -> ${zone}\` by \`${shipment.carrierService}\` ${found}`;
      return {
        path: `/shipments/${index}/carrierService`,
        value: shipment.carrierService,
        threshold: null,
        unit: '',
        detail,
      };
    }
    return null;
  },
};
