import { toRfc3339 } from '#domain/time.ts';
import type { CloudEvent } from '#world/events.ts';

/** Two nodes, one item, one lane each to DE-8: the world that example orders are decided in. */
export function twoNodes(
  at: number,
  stock: Readonly<Record<string, number>> = { 'DC-NORTH': 80, 'DC-SOUTH': 12 },
): CloudEvent[] {
  const envelope = { specversion: '1.0', source: 'test', time: toRfc3339(at) } as const;
  const rate = { base: 450, perKg: 40, minimum: 0, fuelShare: 0 };
  const item: CloudEvent = {
    ...envelope,
    id: 'item',
    type: 'fairlead.item',
    data: { itemId: 'I-0001', itemClass: 'GENERAL', unitCost: 700, currency: 'EUR', weightGrams: 900, volumeCm3: 2500 },
  };
  const events = Object.entries(stock).flatMap(([nodeId, onHand]): CloudEvent[] => [
    {
      ...envelope,
      id: `node-${nodeId}`,
      type: 'fairlead.node',
      data: {
        nodeId,
        nodeType: 'DC',
        region: 'DE',
        timeZone: 'Europe/Berlin',
        cutoffTime: '16:00',
        nodeCalendar: { workingDays: [1, 2, 3, 4, 5] },
        capacity: null,
        capacityUom: 'SHIPMENT',
        processing: { perShipment: 100, perLine: 20, perUnit: 5 },
        currency: 'EUR',
      },
    },
    {
      ...envelope,
      id: `lane-${nodeId}`,
      type: 'fairlead.lane',
      data: {
        nodeId,
        zone: 'DE-8',
        carrier: 'DPX',
        carrierService: 'GROUND',
        distanceKm: 300,
        transitDays: 1,
        operatingDays: [1, 2, 3, 4, 5],
        rate,
        currency: 'EUR',
      },
    },
    {
      ...envelope,
      id: `supply-${nodeId}`,
      type: 'fairlead.supply.position',
      data: { nodeId, itemId: 'I-0001', onHand, safetyStock: 0, leadTimeDays: 7 },
    },
  ]);
  return [item, ...events];
}
