import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { openWorld } from '#world/projection.ts';
import { NOW } from '../network.ts';
import { event, laneEvent, memoryStore, nodeEvent, query, smallWorld, supplyEvent, TENANT } from './fixture.ts';

function setUp(events = smallWorld()) {
  const store = memoryStore();
  const world = openWorld(store);
  const ingest = (arrived: Parameters<typeof world.ingest>[1], observedAt = NOW) =>
    store.transaction(() => world.ingest(TENANT, arrived, observedAt));
  ingest(events, NOW - HOUR_MS);
  return { store, world, ingest, at: (itemIds = ['A'], now = NOW) => world.snapshotFor(TENANT, query(itemIds), now) };
}

describe('world', () => {
  it('answers with the slice that an order can touch, sorted', () => {
    const { at, ingest } = setUp();
    ingest([
      event('fairlead.customer', { customerId: 'C-1', customerTier: 'GOLD', creditStatus: 'OK' }),
      event('fairlead.node.capacity', {
        nodeId: 'DC-EAST',
        capacity: 400,
        capacityUom: 'UNIT',
        capacityConsumed: { '2026-03-03': 7, '2026-03-02': 31, '2026-02-20': 300 },
        backlog: 12,
      }),
      event('fairlead.node.labor', { nodeId: 'DC-EAST', laborUtilization: 0.93 }),
      event('fairlead.node.dock-slots', { nodeId: 'DC-EAST', dockSlots: { '2026-03-02': 0 } }),
      event('fairlead.receipt.due', {
        nodeId: 'DC-EAST',
        itemId: 'A',
        receiptsDue: [
          { qty: 5, dueAt: NOW + DAY_MS },
          { qty: 9, dueAt: NOW - 2 * HOUR_MS },
        ],
      }),
      event('fairlead.carrier.performance', {
        nodeId: 'DC-WEST',
        zone: 'Z1',
        carrierService: 'AIR',
        delivered28: 40,
        late28: 4,
        delivered91: 120,
        late91: 9,
        meanTransitDays28: 2.3,
        meanTransitDays91: null,
      }),
    ]);
    const snapshot = at(['B', 'A', 'A']);
    expect(snapshot).toMatchObject({ schema: 'snapshot@1', source: 'world', asOf: NOW, currency: 'EUR' });
    expect(snapshot.items.map(({ itemId }) => itemId)).toEqual(['A', 'B']);
    expect(snapshot.nodes.map(({ nodeId }) => nodeId)).toEqual(['DC-EAST', 'DC-WEST']);
    expect(snapshot.nodes[0]).toMatchObject({
      capacity: 400,
      capacityConsumed: { '2026-03-02': 31, '2026-03-03': 7 },
      backlog: 12,
      laborUtilization: 0.93,
      dockSlots: { '2026-03-02': 0 },
      utcOffsets: [
        { from: Date.UTC(2026, 2, 2), minutes: 60 },
        { from: Date.UTC(2026, 2, 29, 1), minutes: 120 },
      ],
    });
    expect(Object.keys(snapshot.nodes[0]!.capacityConsumed)).toEqual(['2026-03-02', '2026-03-03']);
    expect(snapshot.lanes.map(({ nodeId, carrierService }) => `${nodeId}/${carrierService}`)).toEqual([
      'DC-EAST/AIR',
      'DC-EAST/GROUND',
      'DC-WEST/AIR',
      'DC-WEST/GROUND',
    ]);
    expect(snapshot.lanes[2]).toMatchObject({ performance: { late91: 9, meanTransitDays91: null }, asOf: NOW });
    expect(snapshot.lanes[3]).toMatchObject({ performance: null, asOf: NOW - DAY_MS });
    expect(snapshot.supply.map(({ nodeId, itemId }) => `${nodeId}/${itemId}`)).toEqual([
      'DC-EAST/A',
      'DC-EAST/B',
      'DC-WEST/A',
      'DC-WEST/B',
    ]);
    // A receipt due before the position is in its onHand, or late with nobody knowing.
    expect(snapshot.supply[0]!.receiptsDue).toEqual([{ qty: 5, dueAt: NOW + DAY_MS }]);
    expect(snapshot.customer).toEqual({ customerId: 'C-1', customerTier: 'GOLD', creditStatus: 'OK' });
    expect(snapshot.dayTotals).toEqual({ date: '2026-03-02', orders: 0, suggested: 0, moved: 0 });
  });

  it('names every item, node, zone and currency that is not known', () => {
    const { world } = setUp();
    const order = query(['A', 'X'], { currency: 'USD', firmNodeId: 'DC-NORTH', shipTo: { zone: 'Z9' } });
    const asked = { ...order, suggestedOption: { shipments: [{ nodeId: 'DC-SOUTH' }] } };
    expect(() => world.snapshotFor(TENANT, asked, NOW)).toThrow(
      expect.objectContaining({
        code: 'unknown-reference',
        facts: {
          errors: [
            { path: '/order/shipTo/zone', found: '`Z9`', expected: 'a zone that is known' },
            { path: '/order/currency', found: '`USD`', expected: 'EUR, the currency of item `A`' },
            { path: '/order/lines/1/itemId', found: '`X`', expected: 'an item that is known' },
            { path: '/order/firmNodeId', found: '`DC-NORTH`', expected: 'a node that is known' },
            { path: '/suggestedOption/shipments/0/nodeId', found: '`DC-SOUTH`', expected: 'a node that is known' },
          ],
        },
      }),
    );
  });

  it('keeps tenants apart', () => {
    const { world } = setUp();
    expect(() => world.snapshotFor('t2', query(), NOW)).toThrow(/a zone that is known/);
  });

  it('takes an event once, and counts what is older than what stands', () => {
    const { ingest, at } = setUp();
    const newer = supplyEvent('DC-EAST', 'A', { onHand: 7 }, NOW - 60_000);
    expect(ingest([newer])).toEqual({ accepted: 1, duplicate: 0, stale: 0 });
    expect(ingest([newer, supplyEvent('DC-EAST', 'A', { onHand: 3 }, NOW - 120_000)])).toEqual({
      accepted: 1,
      duplicate: 1,
      stale: 1,
    });
    expect(at().supply[0]).toMatchObject({ onHand: 7, asOf: NOW - 60_000 });
  });

  it('orders each group of fields by itself: a late calendar does not undo a newer labour figure', () => {
    const { ingest, at } = setUp();
    ingest([event('fairlead.node.labor', { nodeId: 'DC-EAST', laborUtilization: 0.7 }, NOW - 1000)]);
    ingest([nodeEvent('DC-EAST', { cutoffTime: '12:00' }, NOW - 2000)]);
    expect(at().nodes[0]).toMatchObject({ laborUtilization: 0.7, cutoffTime: '12:00' });
    ingest([
      event('fairlead.node.calendar', {
        nodeId: 'DC-EAST',
        cutoffTime: '09:00',
        nodeCalendar: { workingDays: [1], closedDates: [] },
      }),
    ]);
    ingest([nodeEvent('DC-EAST', { cutoffTime: '18:00', active: false }, NOW - 1500)]);
    expect(at().nodes[0]).toMatchObject({ cutoffTime: '09:00', active: false });
  });

  it('keeps statistics that a later position leaves out', () => {
    const { ingest, at } = setUp();
    const demand = { units7: 1, units28: 4, units91: 13, activeDays91: 9 };
    ingest([supplyEvent('DC-EAST', 'A', { demand, receiptsDue: [{ qty: 4, dueAt: NOW + 1 }] }, NOW - 2000)]);
    ingest([supplyEvent('DC-EAST', 'A', { onHand: 1 }, NOW - 1000)]);
    expect(at().supply[0]).toMatchObject({ onHand: 1, demand, receiptsDue: [{ qty: 4, dueAt: NOW + 1 }] });
  });

  it('leaves out lanes and nodes priced in another currency', () => {
    const { ingest, at } = setUp();
    ingest([laneEvent('DC-EAST', 'AIR', { currency: 'USD' }, NOW), nodeEvent('DC-WEST', { currency: 'USD' }, NOW)]);
    const { nodes, lanes, supply } = at();
    expect(nodes.map(({ nodeId }) => nodeId)).toEqual(['DC-EAST']);
    expect(lanes.map(({ carrierService }) => carrierService)).toEqual(['GROUND']);
    expect(supply.map(({ nodeId }) => nodeId)).toEqual(['DC-EAST']);
  });

  // Events that fight over the same fields, with equal moments among them.
  const fighting = fc
    .array(
      fc.record({
        node: fc.constantFrom('DC-EAST', 'DC-WEST'),
        kind: fc.constantFrom('supply', 'node', 'labor', 'lane', 'rate', 'receipt', 'capacity'),
        at: fc.integer({ min: 0, max: 5 }),
        value: fc.integer({ min: 0, max: 50 }),
      }),
      { minLength: 1, maxLength: 25 },
    )
    .map((rows) =>
      rows.map(({ node, kind, at, value }, index) => {
        const then = NOW - 10_000 + at * 1000;
        const id = `f${String(index).padStart(3, '0')}`;
        const made = {
          supply: () => supplyEvent(node, 'A', { onHand: value }, then),
          node: () => nodeEvent(node, { region: `R${value}`, capacity: value }, then),
          labor: () => event('fairlead.node.labor', { nodeId: node, laborUtilization: value / 50 }, then),
          lane: () => laneEvent(node, 'GROUND', { distanceKm: value }, then),
          rate: () =>
            event(
              'fairlead.lane.rate',
              {
                nodeId: node,
                zone: 'Z1',
                carrierService: 'GROUND',
                rate: { base: value, perKg: 0, minimum: 0, fuelShare: 0 },
                currency: 'EUR',
                dimDivisor: null,
              },
              then,
            ),
          receipt: () =>
            event(
              'fairlead.receipt.due',
              { nodeId: node, itemId: 'A', receiptsDue: [{ qty: value + 1, dueAt: NOW + 1 }] },
              then,
            ),
          capacity: () =>
            event(
              'fairlead.node.capacity',
              { nodeId: node, capacity: value, capacityUom: 'LINE', capacityConsumed: {}, backlog: value },
              then,
            ),
        }[kind]();
        return { ...made, id };
      }),
    );

  it('comes to the same state whatever the order of arrival, after a restart and when rebuilt from the events', () => {
    fc.assert(
      fc.property(
        fighting.chain((events) =>
          fc.record({
            events: fc.constant(events),
            shuffled: fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
            cut: fc.integer({ min: 0, max: events.length }),
          }),
        ),
        ({ events, shuffled, cut }) => {
          const base = smallWorld();
          const one = setUp(base);
          const two = setUp(base);
          one.ingest(events);
          two.ingest(shuffled.slice(0, cut));
          two.ingest([...shuffled.slice(cut), ...shuffled.slice(0, 2)]);
          const want = one.at(['A', 'B']);
          expect(two.at(['A', 'B'])).toEqual(want);
          expect(openWorld(two.store).snapshotFor(TENANT, query(['A', 'B']), NOW)).toEqual(want);
          two.world.rebuild();
          expect(two.at(['A', 'B'])).toEqual(want);
          two.store.close();
          one.store.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says what was known then: snapshotAt is the snapshot that was given then', () => {
    fc.assert(
      fc.property(fighting, fc.integer({ min: 0, max: 25 }), (events, cut) => {
        const { store, world, ingest } = setUp();
        for (const [index, one] of events.slice(0, cut).entries()) ingest([one], NOW + index);
        const given = world.snapshotFor(TENANT, query(['A', 'B']), NOW + 1000);
        for (const [index, one] of events.slice(cut).entries()) ingest([one], NOW + 2000 + index);
        expect(world.snapshotAt(TENANT, query(['A', 'B']), NOW + 1000, NOW + 1999)).toEqual(given);
        store.close();
      }),
      { numRuns: 40 },
    );
  });

  it('does not see events that were not true yet', () => {
    const { world, ingest } = setUp();
    ingest([supplyEvent('DC-EAST', 'A', { onHand: 1 }, NOW - 1000)], NOW);
    const then = world.snapshotAt(TENANT, query(), NOW - 1001, NOW);
    expect(then.supply[0]).toMatchObject({ onHand: 100 });
    expect(world.snapshotAt(TENANT, query(), NOW - 1000, NOW - 1).supply[0]).toMatchObject({ onHand: 100 });
    expect(world.snapshotAt(TENANT, query(), NOW - 1000, NOW).supply[0]).toMatchObject({ onHand: 1 });
  });

  it('refuses to change or remove an event', () => {
    const { store } = setUp();
    expect(() => store.sqlite.exec("UPDATE world_events SET data = '{}'")).toThrow(/append only/);
    expect(() => store.sqlite.exec('DELETE FROM world_events')).toThrow(/append only/);
  });
});
