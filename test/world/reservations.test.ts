import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countsAsReserved, type Reservation } from '#domain/reservation.ts';
import { atp } from '#domain/supply.ts';
import { HOUR_MS } from '#domain/time.ts';
import type { Store } from '#store/open.ts';
import { openWorld, type World } from '#world/projection.ts';
import { NOW } from '../network.ts';
import { decisionOf, event, memoryStore, query, smallWorld, supplyEvent, type Take, TENANT } from './fixture.ts';

const TTL = 30_000;

function setUp() {
  const store = memoryStore();
  let world = openWorld(store);
  store.transaction(() => world.ingest(TENANT, smallWorld(), NOW - HOUR_MS));
  const at = (now: number, supersedes: string | null = null) =>
    world.snapshotFor(TENANT, { ...query(['A', 'B']), supersedes }, now);
  return {
    store,
    world: (): World => world,
    restart: () => {
      world = openWorld(store);
    },
    at,
    ingest:
      (...events: Parameters<World['ingest']>[1]) =>
      (now: number) =>
        store.transaction(() => world.ingest(TENANT, events, now)),
    take: (decisionId: string, takes: readonly Take[], now: number, ttl = TTL, over = {}) => {
      const decision = decisionOf(decisionId, takes, { decidedAt: now, ...over });
      return world.take(TENANT, decision, at(now), now + ttl);
    },
    position: (now: number, nodeId = 'DC-EAST', itemId = 'A') =>
      at(now).supply.find((one) => one.nodeId === nodeId && one.itemId === itemId)!,
  };
}

/** One step of a story about position DC-EAST/A; `back` is how long before its arrival an event occurred. */
const step = fc.record({
  kind: fc.constantFrom('hold', 'hold', 'confirm', 'release', 'position', 'wait', 'restart', 'supersede', 'lose'),
  which: fc.integer({ min: 0, max: 5 }),
  qty: fc.integer({ min: 1, max: 9 }),
  back: fc.integer({ min: 0, max: 12 }),
  pause: fc.integer({ min: 0, max: 20 }),
  flushed: fc.boolean(),
});

interface OracleHold {
  readonly decisionId: string;
  readonly qty: number;
  readonly expiresAt: number;
  readonly changes: { at: number; id: string; state: 'CONFIRMED' | 'RELEASED' }[];
}

/** Plain: every change is kept, and the newest decides each time it is asked. */
function oracleAtp(
  holds: readonly OracleHold[],
  positions: readonly { at: number; id: string; onHand: number }[],
  now: number,
) {
  const newest = <T extends { at: number; id: string }>(rows: readonly T[]) =>
    [...rows].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).at(-1);
  const position = newest(positions)!;
  let reserved = 0;
  for (const { qty, expiresAt, changes } of holds) {
    const last = newest(changes);
    const state = last?.state ?? 'HELD';
    const confirmedAt = last?.state === 'CONFIRMED' ? last.at : null;
    if (countsAsReserved({ state, expiresAt, confirmedAt }, position.at, now)) reserved += qty;
  }
  return { reserved, atp: Math.max(0, position.onHand - reserved) };
}

const TOTALS = `
  SELECT (SELECT coalesce(sum(qty), 0) FROM reserved_totals) AS reserved,
    (SELECT coalesce(sum(amount), 0) FROM freight_spent) AS freight,
    (SELECT coalesce(sum(units), 0) FROM planned_loads) AS units,
    (SELECT coalesce(sum(lines), 0) FROM planned_loads) AS lines`;
/** The same from the reservations themselves. */
const FROM_ROWS = `
  WITH standing AS (
    SELECT r.*, r.state = 'HELD' AND r.expires_at <= coalesce(s.swept_until, 0) AS ended
    FROM reservations r LEFT JOIN reservation_sweeps s USING (tenant_id)
  )
  SELECT coalesce(sum(qty) FILTER (WHERE state IN ('HELD', 'CONFIRMED')), 0) AS reserved,
    coalesce(sum(freight) FILTER (WHERE state IN ('HELD', 'CONFIRMED', 'CONSUMED')), 0) AS freight,
    coalesce(sum(qty) FILTER (WHERE loaded = 1), 0) AS units, coalesce(sum(loaded), 0) AS lines
  FROM standing WHERE NOT ended`;
const totalsOnDisk = (store: Store) => store.sqlite.prepare(TOTALS).get();
const totalsOfRows = (store: Store) => store.sqlite.prepare(FROM_ROWS).get();

describe('reservations', () => {
  it('any interleaving of hold, confirm, release, expiry, supersession, restart and supply position gives the ATP of a plain oracle', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const { store, world, restart, at, ingest, take, position } = setUp();
        let now = NOW;
        let holds: OracleHold[] = [];
        const positions = [{ at: NOW - HOUR_MS, id: '', onHand: 100 }];
        const waiting: ReturnType<World['take']>[] = [];
        const flush = () => {
          store.transaction(() => world().write(waiting));
          waiting.length = 0;
        };
        for (const [index, { kind, which, qty, back, pause, flushed }] of steps.entries()) {
          now += pause * 1000;
          const id = `s${String(index).padStart(3, '0')}`;
          const hold = holds[which % Math.max(1, holds.length)];
          const occurredAt = now - back * 1000;
          // The service writes what was taken before it takes events, restarts or answers.
          if (kind !== 'hold' && kind !== 'wait' && kind !== 'lose') flush();
          if (kind === 'hold' || (kind === 'supersede' && hold)) {
            const supersedes = kind === 'supersede' ? hold!.decisionId : null;
            const counted = supersedes !== null && oracleAtp([hold!], positions, now).reserved > 0;
            const seen = at(now, supersedes).supply.find(
              ({ nodeId, itemId }) => nodeId === 'DC-EAST' && itemId === 'A',
            );
            if (counted) hold!.changes.push({ at: now, id: '', state: 'RELEASED' });
            expect(atp(seen!, now)).toBe(oracleAtp(holds, positions, now).atp);
            waiting.push(take(id, [{ nodeId: 'DC-EAST', itemId: 'A', qty }], now, TTL, { supersedes }));
            holds.push({ decisionId: id, qty, expiresAt: now + TTL, changes: [] });
          } else if (kind === 'lose') {
            // The flush failed: what was taken since the last one is gone.
            const lost = new Set(waiting.flatMap(({ held }) => held!.rows.map(({ decisionId }) => decisionId)));
            for (const { held } of waiting)
              for (const row of held!.withdrawn) {
                const one = holds.find(({ decisionId }) => decisionId === row.decisionId);
                one?.changes.splice(
                  one.changes.findIndex(({ id: by, at: moment }) => by === '' && moment === held!.at),
                  1,
                );
              }
            holds = holds.filter(({ decisionId }) => !lost.has(decisionId));
            waiting.length = 0;
            world().recover();
          } else if (kind === 'restart') restart();
          else if (kind === 'position') {
            positions.push({ at: occurredAt, id, onHand: qty * 10 });
            ingest(supplyEvent('DC-EAST', 'A', { onHand: qty * 10 }, occurredAt, id))(now);
          } else if (hold && (kind === 'confirm' || kind === 'release')) {
            hold.changes.push({ at: occurredAt, id, state: kind === 'confirm' ? 'CONFIRMED' : 'RELEASED' });
            const type = kind === 'confirm' ? 'fairlead.reservation.confirmed' : 'fairlead.reservation.released';
            const data = which % 2 ? { decisionId: hold.decisionId } : { reservationId: `${hold.decisionId}:0` };
            ingest(event(type, data, occurredAt, id))(now);
          }
          if (flushed) flush();
          const want = oracleAtp(holds, positions, now);
          const got = position(now);
          expect({ reserved: got.reserved, atp: atp(got, now) }).toEqual(want);
        }
        flush();
        expect(totalsOnDisk(store)).toEqual(totalsOfRows(store));
        restart();
        expect(position(now).reserved).toBe(oracleAtp(holds, positions, now).reserved);
        store.close();
      }),
      { numRuns: Number(process.env.FAIRLEAD_HOLD_RUNS ?? 300) },
    );
  });

  it('gives the last unit to exactly one of 64 orders that ask at once, also across restarts', () => {
    const { store, world, restart, ingest, take, position } = setUp();
    ingest(supplyEvent('DC-EAST', 'A', { onHand: 1 }, NOW - 1000))(NOW);
    const winners: string[] = [];
    for (let order = 0; order < 64; order++) {
      const now = NOW + order;
      // Some of them arrive after the service has been started again.
      if (order % 16 === 15) restart();
      if (atp(position(now), now) < 1) continue;
      const taken = take(`d${order}`, [{ nodeId: 'DC-EAST', itemId: 'A', qty: 1 }], now);
      store.transaction(() => world().write([taken]));
      winners.push(`d${order}`);
    }
    expect(winners).toEqual(['d0']);
    expect(world().reservationsOf(TENANT, 'd0', NOW + 64)).toMatchObject([
      { reservationId: 'd0:0', qty: 1, kind: 'SOFT', state: 'HELD' } satisfies Partial<Reservation>,
    ]);
    expect(world().reservationsOf(TENANT, 'd0', NOW + TTL)).toMatchObject([{ state: 'EXPIRED' }]);
  });

  it('refuses to write what was taken before memory was loaded again', () => {
    const { store, world, take, position } = setUp();
    const taken = take('d1', [{ nodeId: 'DC-EAST', itemId: 'A', qty: 5 }], NOW);
    world().recover();
    expect(position(NOW).reserved).toBe(0);
    expect(() => store.transaction(() => world().write([taken]))).toThrow(
      expect.objectContaining({ code: 'log-unavailable' }),
    );
    expect(world().reservationsOf(TENANT, 'd1', NOW)).toEqual([]);
  });

  it('holds nothing for a quote, a shadow, or while an approval forbids it; an approval given holds it', () => {
    const { world, at, take, position } = setUp();
    const takes = [{ nodeId: 'DC-EAST', itemId: 'A', qty: 5 }];
    take('q', takes, NOW, TTL, { mode: 'quote' });
    expect(at(NOW).dayTotals.orders).toBe(0);
    take('s', takes, NOW, TTL, { mode: 'shadow' });
    const approvals = [
      { ruleId: 'r', approverRole: 'approver', expiresInMinutes: 5, holdMeanwhile: 'RELEASE' },
    ] as const;
    take('p', takes, NOW, TTL, { approvals });
    expect(position(NOW).reserved).toBe(0);
    expect(at(NOW).dayTotals.orders).toBe(2);
    world().holdAgain(TENANT, decisionOf('p', takes, { approvals }), at(NOW), NOW + TTL);
    expect(position(NOW).reserved).toBe(5);
    expect(at(NOW).dayTotals.orders).toBe(2);
  });

  it("releases an order's holds when it is cancelled, and confirms what left without a word", () => {
    const { store, world, ingest, take, position } = setUp();
    const index = store.sqlite.prepare(
      `INSERT INTO decision_index SELECT 't1', ?, '', 0, '', ?, '', '', '', '', 1, '', 'EUR', 0, ?, NULL, 'hold', '', 0, 0, '', NULL,
       NULL, '[]', '[]', '[]', '[]', 1, 1, 1, 1, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       '', '[]', '[]', '[]', NULL, 0, 0, NULL`,
    );
    for (const decisionId of ['d1', 'd2']) {
      const taken = take(decisionId, [{ nodeId: 'DC-EAST', itemId: 'A', qty: 5 }], NOW);
      store.transaction(() => world().write([taken]));
      index.run(decisionId, `O-${decisionId}`, NOW);
    }
    ingest(event('fairlead.order.cancelled', { orderId: 'O-d1', reason: null }, NOW + 1))(NOW + 1);
    expect(position(NOW + 1).reserved).toBe(5);
    const shipment = { shipmentId: 'S1', orderId: 'O-d2', decisionId: null, nodeId: 'DC-EAST', carrier: 'ACME' };
    const lines = [{ orderLineId: '1', itemId: 'A', qty: 5 }];
    const left = { ...shipment, carrierService: 'GROUND', sscc: null, lines, shortLines: [] };
    ingest(event('fairlead.shipment.shipped', left, NOW + 2))(NOW + 2);
    // It left: the hold does not expire any more, and counts until a position that knows.
    expect(position(NOW + TTL).reserved).toBe(5);
    ingest(supplyEvent('DC-EAST', 'A', { onHand: 95 }, NOW + 2))(NOW + TTL);
    expect(position(NOW + TTL).reserved).toBe(0);
    expect(world().reservationsOf(TENANT, 'd2', NOW + TTL)).toMatchObject([{ state: 'CONSUMED', kind: 'HARD' }]);
  });

  it('counts freight and capacity of what is held by ship date, and gives them back', () => {
    const { store, world, restart, at, ingest, take } = setUp();
    const both = [
      { nodeId: 'DC-EAST', itemId: 'A', qty: 5 },
      { nodeId: 'DC-EAST', itemId: 'B', qty: 2 },
      { nodeId: 'DC-WEST', itemId: 'B', qty: 1 },
    ];
    const first = take('d1', both, NOW);
    const second = take('d2', both.slice(0, 1), NOW, 2 * TTL);
    const day = '2026-03-02';
    const want = (now: number) => {
      const { freightSpent, nodes } = at(now);
      return [
        freightSpent.map(({ nodeId, amount }) => `${nodeId} ${amount}`),
        nodes.map((node) => node.capacityConsumed),
      ];
    };
    const held = [
      ['DC-EAST 1400', 'DC-WEST 700'],
      [{ [day]: 12 }, { [day]: 1 }],
    ];
    expect(want(NOW)).toEqual(held);
    store.transaction(() => world().write([first, second]));
    restart();
    expect(want(NOW)).toEqual(held);
    expect(at(NOW).freightSpent[0]).toEqual({ nodeId: 'DC-EAST', carrier: 'ACME', date: day, amount: 1400 });
    // d1 expires, d2 is confirmed, and a capacity report that knows of it arrives.
    ingest(event('fairlead.reservation.confirmed', { decisionId: 'd2' }, NOW + 10))(NOW + 10);
    expect(want(NOW + TTL)).toEqual([['DC-EAST 700'], [{ [day]: 5 }, {}]]);
    const report = {
      nodeId: 'DC-EAST',
      capacity: 500,
      capacityUom: 'UNIT',
      capacityConsumed: { [day]: 40 },
      backlog: 0,
    } as const;
    ingest(event('fairlead.node.capacity', report, NOW + 9))(NOW + TTL);
    expect(want(NOW + TTL)).toEqual([['DC-EAST 700'], [{ [day]: 45 }, {}]]);
    ingest(event('fairlead.node.capacity', report, NOW + 10))(NOW + TTL);
    expect(want(NOW + TTL)).toEqual([['DC-EAST 700'], [{ [day]: 40 }, {}]]);
    restart();
    expect(want(NOW + TTL)).toEqual([['DC-EAST 700'], [{ [day]: 40 }, {}]]);
  });

  it('knows then what was reserved then', () => {
    const { store, world, at, ingest, take } = setUp();
    const taken = take('d1', [{ nodeId: 'DC-EAST', itemId: 'A', qty: 5 }], NOW);
    store.transaction(() => world().write([taken]));
    ingest(event('fairlead.reservation.confirmed', { decisionId: 'd1' }, NOW + 10))(NOW + 20);
    ingest(supplyEvent('DC-EAST', 'A', { onHand: 95 }, NOW + 30))(NOW + 40);
    const reserved = (asOf: number, knownBy: number) =>
      world().snapshotAt(TENANT, query(['A', 'B']), asOf, knownBy).supply[0]!.reserved;
    expect(reserved(NOW - 1, NOW + 50)).toBe(0);
    expect(reserved(NOW, NOW)).toBe(5);
    expect(reserved(NOW + TTL, NOW + 19)).toBe(0);
    expect(reserved(NOW + TTL, NOW + 20)).toBe(5);
    expect(reserved(NOW + TTL, NOW + 40)).toBe(at(NOW + TTL).supply[0]!.reserved);
  });
});
