import { DAY_MS, toRfc3339 } from '#domain/time.ts';
import type { RecommendationBody } from '#src/request.ts';
import type { CloudEvent } from '#world/events.ts';
import { randomOf } from '../test/sourcing/generated.ts';

const NODES = 8;
const ITEMS = 60;
const ZONES = ['DE-1', 'DE-5', 'DE-8', 'FR-7'] as const;
const SERVICES = ['GROUND', 'EXPRESS', 'FREIGHT'] as const;

const draws = (seed: number) => {
  const random = randomOf(seed);
  return {
    chance: (share: number): boolean => random() < share,
    between: (low: number, high: number): number => low + Math.floor(random() * (high - low + 1)),
  };
};

/** Sixty items over eight nodes, a fifth of the positions scarce or absent, three services to each of four zones. */
export function variedWorld(at: number): CloudEvent[] {
  const { chance, between } = draws(1);
  const envelope = { specversion: '1.0', source: 'bench', time: toRfc3339(at) } as const;
  const events: CloudEvent[] = [];
  const add = (type: CloudEvent['type'], data: object) =>
    events.push({ ...envelope, id: `v${events.length}`, type, data } as CloudEvent);
  for (let item = 0; item < ITEMS; item++)
    add('fairlead.item', {
      itemId: `I-${item}`,
      itemClass: item % 7 === 0 ? 'FRAGILE' : 'GENERAL',
      unitCost: between(300, 9_000),
      currency: 'EUR',
      weightGrams: between(80, 9_000),
      volumeCm3: between(100, 40_000),
      hazmat: item % 29 === 28,
    });
  for (let node = 0; node < NODES; node++) {
    const nodeId = `DC-${node}`;
    add('fairlead.node', {
      nodeId,
      nodeType: node % 3 === 2 ? 'STORE' : 'DC',
      region: node < 4 ? 'NORTH' : 'SOUTH',
      timeZone: node % 4 === 3 ? 'Europe/London' : 'Europe/Berlin',
      cutoffTime: `${between(11, 17)}:30`,
      nodeCalendar: { workingDays: node % 2 ? [1, 2, 3, 4, 5] : [1, 2, 3, 4, 5, 6] },
      capacity: node % 2 ? 4_000_000 : null,
      capacityUom: node % 4 === 1 ? 'UNIT' : 'SHIPMENT',
      processing: { perShipment: between(120, 260), perLine: between(20, 45), perUnit: between(2, 9) },
      currency: 'EUR',
    });
    add('fairlead.node.labor', { nodeId, laborUtilization: between(50, 105) / 100 });
    for (const zone of ZONES)
      for (const [rank, carrierService] of SERVICES.entries()) {
        const lane = { nodeId, zone, carrierService };
        const distanceKm = between(60, 1_200);
        const transitDays = Math.max(1, Math.round(distanceKm / 500) + (rank === 1 ? 0 : 1 + rank));
        add('fairlead.lane', {
          ...lane,
          carrier: rank === 2 ? 'HVY' : 'DPX',
          expedited: rank === 1,
          distanceKm,
          transitDays,
          operatingDays: rank === 1 ? [1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 5],
          rate: { base: [420, 1_300, 2_600][rank]! + between(0, 150), perKg: between(12, 60), fuelShare: 0.1 },
          dimDivisor: rank === 0 ? 5_000 : null,
          maxWeightGrams: rank === 0 ? 31_500 : null,
          acceptsHazmat: rank !== 1,
          currency: 'EUR',
        });
        const delivered91 = between(40, 900);
        add('fairlead.carrier.performance', {
          ...lane,
          delivered28: Math.floor(delivered91 / 3),
          late28: between(0, Math.floor(delivered91 / 30)),
          delivered91,
          late91: between(0, Math.floor(delivered91 / 10)),
          meanTransitDays28: transitDays + between(-2, 6) / 10,
          meanTransitDays91: transitDays + between(-2, 6) / 10,
        });
      }
    for (let item = 0; item < ITEMS; item++) {
      if (chance(0.1)) continue;
      const units91 = between(5, 900);
      add('fairlead.supply.position', {
        nodeId,
        itemId: `I-${item}`,
        onHand: chance(0.1) ? between(0, 6) : 2_000_000,
        safetyStock: between(0, 20),
        supplyProtectionQty: chance(0.1) ? between(1, 5) : 0,
        leadTimeDays: between(2, 20),
        receivedAt: chance(0.3) ? toRfc3339(at - between(10, 400) * DAY_MS) : null,
        receiptsDue: chance(0.2) ? [{ qty: between(1, 50), dueAt: toRfc3339(at + between(1, 9) * DAY_MS) }] : [],
        demand: {
          units7: Math.floor(units91 / 13),
          units28: Math.floor(units91 / 3),
          units91,
          activeDays91: between(3, 91),
        },
        picks91: { picks: 300, short: between(0, 12) },
        receipts182: { receipts: 24, late: between(0, 6) },
      });
    }
  }
  return events;
}

const TIERS = ['STANDARD', 'SILVER', 'GOLD', 'PLATINUM'] as const;

/** Orders that differ in items, lines, units, place, tier, promise and what the customer accepts. */
export function variedOrder(index: number, at: number): RecommendationBody {
  const { chance, between } = draws(1_000 + index);
  const zone = ZONES[between(0, ZONES.length - 1)]!;
  const first = between(0, ITEMS - 1);
  const lines = between(1, 5);
  return {
    mode: 'hold',
    order: {
      orderId: `V-${index}`,
      customerId: `C-${between(0, 2_000)}`,
      customerTier: TIERS[between(0, TIERS.length - 1)]!,
      currency: 'EUR',
      priority: between(1, 9),
      shipTo: { zone, country: zone.slice(0, 2) },
      promiseDate: chance(0.9) ? toRfc3339(at + between(2 * 24, 8 * 24) * 3_600_000) : null,
      shipComplete: chance(0.1),
      allowSubstitution: chance(0.2),
      maxSplits: chance(0.3) ? between(1, 3) : null,
      lines: Array.from({ length: lines }, (_, line) => ({
        orderLineId: `${line + 1}`,
        itemId: `I-${(first + line * 7) % ITEMS}`,
        orderedQty: between(1, 9),
        unitPrice: between(600, 15_000),
        substituteItemIds: chance(0.3) ? [`I-${(first + line * 7 + 3) % ITEMS}`] : [],
      })),
    },
  };
}
