import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '#domain/outcome.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { indexDecision } from '#store/decision-index.ts';
import { outcomesOf } from '#world/outcomes.ts';
import { openWorld } from '#world/projection.ts';
import { line, NOW, request } from '../network.ts';
import { decisionOf, event, memoryStore, TENANT } from './fixture.ts';

const plan = [
  { nodeId: 'DC-EAST', itemId: 'A', qty: 5 },
  { nodeId: 'DC-WEST', itemId: 'B', qty: 2 },
];

function setUp() {
  const store = memoryStore();
  const world = openWorld(store);
  for (const decisionId of ['d1', 'd2']) {
    const decision = {
      ...decisionOf(decisionId, plan),
      orderId: 'O-1',
      decidedAt: NOW + (decisionId === 'd2' ? 10 : 0),
    };
    indexDecision(store.db, TENANT, decision, request([line('1', 'A')], { orderId: 'O-1' }).order, 'key:k', {
      origin: 'host/t1/2026',
      index: 0,
    });
  }
  const ingest = (arrived: Parameters<typeof world.ingest>[1], observedAt: number) =>
    store.transaction(() => world.ingest(TENANT, arrived, observedAt));
  const outcomes = (knownBy = Number.MAX_SAFE_INTEGER) => [...outcomesOf(store, TENANT, NOW, NOW + DAY_MS, knownBy)];
  return { store, world, ingest, outcomes };
}

const shipped = (shipmentId: string, nodeId: string, at: number, decisionId: string | null = 'd2', short = 0) =>
  event(
    'fairlead.shipment.shipped',
    {
      shipmentId,
      orderId: 'O-1',
      decisionId,
      nodeId,
      carrier: 'ACME',
      carrierService: 'GROUND',
      sscc: null,
      lines: [{ orderLineId: '1', itemId: 'A', qty: 5 }],
      shortLines: short === 0 ? [] : [{ orderLineId: '1', itemId: 'A', qty: short }],
    },
    at,
  );

describe('outcomes', () => {
  const story = [
    shipped('S1', 'DC-EAST', NOW + HOUR_MS, null, 3),
    shipped('S2', 'DC-WEST', NOW + 2 * HOUR_MS),
    event('fairlead.shipment.delivered', { shipmentId: 'S1' }, NOW + 2 * DAY_MS),
    event('fairlead.shipment.failed', { shipmentId: 'S2', reason: 'refused' }, NOW + 3 * DAY_MS),
    event('fairlead.freight.invoiced', { shipmentId: 'S1', freightInvoiced: 812, currency: 'EUR' }, NOW + 9 * DAY_MS),
    // A correction: the delivery was an hour later.
    event('fairlead.shipment.delivered', { shipmentId: 'S1' }, NOW + 2 * DAY_MS + HOUR_MS),
  ];
  const want = (observedAt: number): Outcome => ({
    decisionId: 'd2',
    orderId: 'O-1',
    shipments: [
      {
        shipmentId: 'S1',
        nodeId: 'DC-EAST',
        carrier: 'ACME',
        carrierService: 'GROUND',
        shippedAt: NOW + HOUR_MS,
        deliveredAt: NOW + 2 * DAY_MS + HOUR_MS,
        failedAt: null,
        freightInvoiced: 812,
        observedAt,
      },
      {
        shipmentId: 'S2',
        nodeId: 'DC-WEST',
        carrier: 'ACME',
        carrierService: 'GROUND',
        shippedAt: NOW + 2 * HOUR_MS,
        deliveredAt: null,
        failedAt: NOW + 3 * DAY_MS,
        freightInvoiced: null,
        observedAt,
      },
    ],
    plannedShipments: 2,
    shortUnits: 3,
    overridden: false,
  });

  it("link shipments to the order's last decision, whatever the order in which their events arrive", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(story, { minLength: story.length, maxLength: story.length }), (arrived) => {
        const { store, world, ingest, outcomes } = setUp();
        ingest(arrived, NOW + 10 * DAY_MS);
        expect(outcomes()).toEqual([want(NOW + 10 * DAY_MS)]);
        world.rebuild();
        expect(outcomes()).toEqual([want(NOW + 10 * DAY_MS)]);
        store.close();
      }),
      { numRuns: 40 },
    );
  });

  it('know at a moment only what was known then', () => {
    const { ingest, outcomes } = setUp();
    for (const one of story) ingest([one], one.occurredAt + HOUR_MS);
    expect(outcomes(NOW + HOUR_MS)).toEqual([]);
    const early = outcomes(NOW + 2 * DAY_MS + HOUR_MS);
    expect(early).toHaveLength(1);
    expect(early[0]!.shipments).toMatchObject([
      {
        shipmentId: 'S1',
        deliveredAt: NOW + 2 * DAY_MS,
        freightInvoiced: null,
        observedAt: NOW + 2 * DAY_MS + HOUR_MS,
      },
      { shipmentId: 'S2', deliveredAt: null, failedAt: null, observedAt: NOW + 3 * HOUR_MS },
    ]);
  });

  it('say overridden where a shipment left from a node that the plan does not have', () => {
    const { ingest, outcomes } = setUp();
    ingest([shipped('S1', 'DC-NORTH', NOW + HOUR_MS)], NOW + HOUR_MS);
    expect(outcomes()).toMatchObject([{ overridden: true }]);
  });
});
