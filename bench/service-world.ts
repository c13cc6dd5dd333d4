import { toRfc3339 } from '#domain/time.ts';
import type { RecommendationBody } from '#src/request.ts';
import type { CloudEvent } from '#world/events.ts';

export const NODES = 8;
export const LINES = 3;

/** Eight nodes that all stock three items, each with two carrier services to one zone: 8 x 3 supply positions. */
export function benchWorld(at: number, onHand = 5_000_000): CloudEvent[] {
  const envelope = { specversion: '1.0', source: 'bench', time: toRfc3339(at) } as const;
  const events: CloudEvent[] = [];
  const add = (event: Omit<CloudEvent, keyof typeof envelope | 'id'>) =>
    events.push({ ...envelope, id: `e${events.length}`, ...event } as CloudEvent);
  for (let item = 0; item < LINES; item++)
    add({
      type: 'fairlead.item',
      data: {
        itemId: `I-${item}`,
        itemClass: 'GENERAL',
        unitCost: 900 + 400 * item,
        currency: 'EUR',
        weightGrams: 700 + 900 * item,
        volumeCm3: 2_000,
      },
    });
  for (let node = 0; node < NODES; node++) {
    const nodeId = `DC-${node}`;
    add({
      type: 'fairlead.node',
      data: {
        nodeId,
        nodeType: 'DC',
        region: node < 4 ? 'NORTH' : 'SOUTH',
        timeZone: 'Europe/Berlin',
        cutoffTime: '16:00',
        nodeCalendar: { workingDays: [1, 2, 3, 4, 5, 6] },
        capacity: null,
        capacityUom: 'SHIPMENT',
        processing: { perShipment: 150 + 10 * node, perLine: 30, perUnit: 4 },
        currency: 'EUR',
      },
    });
    for (const [carrierService, base, transitDays] of [
      ['GROUND', 450, 2],
      ['EXPRESS', 1400, 1],
    ] as const) {
      const lane = { nodeId, zone: 'DE-8', carrierService };
      add({
        type: 'fairlead.lane',
        data: {
          ...lane,
          carrier: 'DPX',
          expedited: carrierService === 'EXPRESS',
          distanceKm: 90 + 75 * node,
          transitDays,
          operatingDays: [1, 2, 3, 4, 5, 6],
          rate: { base: base + 15 * node, perKg: 35 },
          currency: 'EUR',
        },
      });
      add({
        type: 'fairlead.carrier.performance',
        data: {
          ...lane,
          delivered28: 240,
          late28: 11 + node,
          delivered91: 800,
          late91: 40 + node,
          meanTransitDays28: transitDays + 0.2,
          meanTransitDays91: transitDays + 0.2,
        },
      });
    }
    for (let item = 0; item < LINES; item++)
      add({
        type: 'fairlead.supply.position',
        data: {
          nodeId,
          itemId: `I-${item}`,
          onHand,
          safetyStock: 20,
          leadTimeDays: 9,
          demand: { units7: 40, units28: 160, units91: 500, activeDays91: 80 },
          picks91: { picks: 300, short: 4 },
          receipts182: { receipts: 24, late: 3 },
        },
      });
  }
  return events;
}

/** The order of the benchmark: three lines, a promise, mode hold. */
export function benchOrder(index: number, at: number): RecommendationBody {
  return {
    mode: 'hold',
    order: {
      orderId: `B-${index}`,
      customerId: `C-${index % 500}`,
      customerTier: 'GOLD',
      currency: 'EUR',
      shipTo: { zone: 'DE-8', country: 'DE' },
      promiseDate: toRfc3339(at + 4 * 86_400_000),
      lines: Array.from({ length: LINES }, (_, line) => ({
        orderLineId: `${line + 1}`,
        itemId: `I-${line}`,
        orderedQty: 1 + ((index + line) % 3),
        unitPrice: 1900 + 700 * line,
      })),
    },
  };
}
