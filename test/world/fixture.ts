import type { Candidate } from '#domain/candidate.ts';
import type { Decision } from '#domain/decision.ts';
import type { Instant } from '#domain/time.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { shipped } from '#src/config.ts';
import { openStore, type Store } from '#store/open.ts';
import type { EventData, EventType } from '#world/event-data.ts';
import type { WorldEvent } from '#world/events.ts';
import type { SnapshotQuery } from '#world/snapshots.ts';
import { NOW } from '../network.ts';

export const TENANT = 't1';

let serial = 0;
/** An event with an id of its own unless one is given. */
export function event<T extends EventType>(
  type: T,
  data: EventData<T>,
  occurredAt: Instant = NOW,
  id?: string,
): WorldEvent {
  serial++;
  return { type, source: '/erp', id: id ?? `e${String(serial).padStart(9, '0')}`, occurredAt, data } as WorldEvent;
}

export const nodeEvent = (nodeId: string, over: Partial<EventData<'fairlead.node'>> = {}, at: Instant = NOW - DAY_MS) =>
  event(
    'fairlead.node',
    {
      nodeId,
      nodeType: 'DC',
      gln: null,
      region: 'CENTRAL',
      active: true,
      timeZone: 'Europe/Berlin',
      cutoffTime: '16:00',
      nodeCalendar: { workingDays: [1, 2, 3, 4, 5], closedDates: ['2026-04-03', '2026-04-06', '2026-05-01'] },
      capacity: 500,
      capacityUom: 'UNIT',
      processing: { perShipment: 150, perLine: 40, perUnit: 5 },
      currency: 'EUR',
      ...over,
    },
    at,
  );

export const itemEvent = (itemId: string, over: Partial<EventData<'fairlead.item'>> = {}) =>
  event(
    'fairlead.item',
    {
      itemId,
      gtin: null,
      itemClass: 'TOOLS',
      uom: 'EA',
      unitCost: 1_250,
      currency: 'EUR',
      weightGrams: 730,
      volumeCm3: 1_840,
      lengthCm: 32,
      hazmat: false,
      temperature: 'AMBIENT',
      ...over,
    },
    NOW - DAY_MS,
  );

export const laneEvent = (
  nodeId: string,
  carrierService = 'GROUND',
  over: Partial<EventData<'fairlead.lane'>> = {},
  at: Instant = NOW - DAY_MS,
) =>
  event(
    'fairlead.lane',
    {
      nodeId,
      zone: 'Z1',
      carrier: 'ACME',
      carrierService,
      expedited: carrierService === 'AIR',
      active: true,
      distanceKm: 312,
      transitDays: 2,
      operatingDays: [1, 2, 3, 4, 5],
      rate: { base: 500, perKg: 100, minimum: 600, fuelShare: 0.1 },
      currency: 'EUR',
      dimDivisor: 5_000,
      maxWeightGrams: 30_000,
      maxLengthCm: 150,
      acceptsHazmat: true,
      temperatures: ['AMBIENT'],
      ...over,
    },
    at,
  );

export const supplyEvent = (
  nodeId: string,
  itemId: string,
  over: Partial<EventData<'fairlead.supply.position'>> = {},
  at: Instant = NOW - HOUR_MS,
  id?: string,
) =>
  event(
    'fairlead.supply.position',
    {
      nodeId,
      itemId,
      onHand: 100,
      reserved: 0,
      allocated: 0,
      inTransit: 0,
      onOrder: 0,
      safetyStock: 0,
      supplyProtectionQty: 0,
      protectedPriority: null,
      leadTimeDays: 7,
      receivedAt: NOW - 30 * DAY_MS,
      ...over,
    },
    at,
    id,
  );

/** Two nodes, items A and B at both, ground and air to zone Z1. */
export function smallWorld(): WorldEvent[] {
  const nodes = ['DC-EAST', 'DC-WEST'];
  return [
    ...['A', 'B'].map((itemId) => itemEvent(itemId)),
    ...nodes.flatMap((nodeId) => [
      nodeEvent(nodeId),
      laneEvent(nodeId),
      laneEvent(nodeId, 'AIR'),
      ...['A', 'B'].map((itemId) => supplyEvent(nodeId, itemId)),
    ]),
  ];
}

export const memoryStore = (): Store => openStore({ file: ':memory:', migrationsFolder: shipped.migrations });

export const query = (
  itemIds: readonly string[] = ['A'],
  over: Partial<SnapshotQuery['order']> = {},
): SnapshotQuery => ({
  order: {
    customerId: 'C-1',
    currency: 'EUR',
    firmNodeId: null,
    allowSubstitution: false,
    shipTo: { zone: 'Z1' },
    lines: itemIds.map((itemId) => ({ itemId, firmNodeId: null, substituteItemIds: [] })),
    ...over,
  },
});

export interface Take {
  readonly nodeId: string;
  readonly itemId: string;
  readonly qty: number;
}

/** A decision that ships what is given; one shipment for each node. */
export function decisionOf(decisionId: string, takes: readonly Take[], over: Partial<Decision> = {}): Decision {
  const decidedAt = over.decidedAt ?? NOW;
  const nodeIds = [...new Set(takes.map(({ nodeId }) => nodeId))];
  const candidate: Candidate = {
    candidateId: nodeIds.join('+'),
    plan: {
      shipments: nodeIds.map((nodeId) => ({
        nodeId,
        carrier: 'ACME',
        carrierService: 'GROUND',
        expedited: false,
        assignments: takes
          .filter((take) => take.nodeId === nodeId)
          .map(({ itemId, qty }, index) => ({ orderLineId: String(index + 1), itemId, qty })),
        shipDate: decidedAt + HOUR_MS,
        eta: decidedAt + 2 * DAY_MS,
        etaP90: decidedAt + 3 * DAY_MS,
        distanceKm: 312,
        weightGrams: 730,
        chargeableGrams: 730,
        freight: 700,
        delayRisk: 0.1,
      })),
      shortLines: [],
    },
    costs: {
      shipping: 700 * nodeIds.length,
      processing: 200,
      split: 0,
      delay: 0,
      stockout: 0,
      opportunity: 0,
      ageing: 0,
      shortLine: 0,
      total: 700 * nodeIds.length + 200,
    },
    risks: { stockout: 0.1, delay: 0.1, split: 0.1 },
    rawScore: 700 * nodeIds.length + 200,
  };
  return {
    schema: 'decision@1',
    decisionId,
    orderId: `O-${decisionId}`,
    mode: 'hold',
    status: 'FULLY_SOURCED',
    flags: [],
    degraded: [],
    decidedAt,
    supersedes: null,
    chosen: { ...candidate, rank: 1, finalScore: candidate.rawScore },
    clamp: null,
    alternatives: [],
    rejected: [],
    search: { exact: true, plansExamined: 1 },
    rejectedCounts: {},
    guard: [],
    approvals: [],
    exception: null,
    suggested: null,
    policyRevision: 'sha256:0',
    models: [],
    reasonCodes: [],
    ...over,
  };
}
