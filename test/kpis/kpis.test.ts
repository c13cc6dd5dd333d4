import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { KPI_IDS, KPIS, type KpiRow, measureKpi, measureKpis } from '#kpis/measure.ts';
import { GROUPINGS } from '#kpis/sources.ts';
import { indexDecision } from '#store/decision-index.ts';
import { openWorld } from '#world/projection.ts';
import { line, NOW, request } from '../network.ts';
import { decisionOf, event, memoryStore, TENANT } from '../world/fixture.ts';

const AT = { origin: 'host/t1/2026', index: 0 };
const query = { from: NOW, to: NOW + 30 * DAY_MS, by: null, now: NOW + 20 * DAY_MS } as const;

function setUp() {
  const store = memoryStore();
  const world = openWorld(store);
  const ingest = (...events: Parameters<typeof world.ingest>[1]) =>
    store.transaction(() => world.ingest(TENANT, events, NOW + 30 * DAY_MS));
  return { store, ingest };
}
type Setup = ReturnType<typeof setUp>;

interface Made {
  readonly id: string;
  readonly nodes: readonly string[];
  readonly over?: Parameters<typeof decisionOf>[2];
  readonly order?: Parameters<typeof request>[1];
}
/** A decision that ships two units from each node; the order asks for two units for each, and `missing` more. */
function decide({ store }: Setup, { id, nodes, over = {}, order = {} }: Made, missing = 0) {
  const decision = decisionOf(
    id,
    nodes.map((nodeId) => ({ nodeId, itemId: 'A', qty: 2 })),
    over,
  );
  const plan = nodes.length === 0 ? { ...decision, chosen: null, status: 'NOT_SOURCED' as const } : decision;
  const lines = [line('1', 'A', 2 * nodes.length + missing)];
  indexDecision(store.db, TENANT, plan, request(lines, { ...order, orderId: plan.orderId }).order, 'key:k', AT);
}

const left = (decisionId: string, nodeId: string, at: number, over: { service?: string; short?: number } = {}) =>
  event(
    'fairlead.shipment.shipped',
    {
      shipmentId: `${decisionId}-${nodeId}`,
      orderId: `O-${decisionId}`,
      decisionId,
      nodeId,
      carrier: 'ACME',
      carrierService: over.service ?? 'GROUND',
      sscc: null,
      lines: [{ orderLineId: '1', itemId: 'A', qty: 2 }],
      shortLines: over.short ? [{ orderLineId: '1', itemId: 'A', qty: over.short }] : [],
    },
    at,
  );
const delivered = (shipmentId: string, at: number) => event('fairlead.shipment.delivered', { shipmentId }, at);
const invoiced = (shipmentId: string, freightInvoiced: number, currency: 'EUR' | 'USD' = 'EUR') =>
  event('fairlead.freight.invoiced', { shipmentId, freightInvoiced, currency }, NOW + 5 * DAY_MS);

const promise = NOW + 4 * DAY_MS;

/** Four orders: one perfect, one split and short and late, one under way by another service, one not sourced. */
function fourOrders(): Setup {
  const made = setUp();
  decide(made, { id: 'd1', nodes: ['E'], order: { placedAt: NOW - 60_000, customerTier: 'GOLD', channel: 'WEB' } });
  const clamped = { flags: ['CLAMPED'] as const, decidedAt: NOW + DAY_MS };
  const silver = { placedAt: NOW + DAY_MS - 180_000, customerTier: 'SILVER', channel: 'EDI' } as const;
  decide(made, { id: 'd2', nodes: ['E', 'W'], over: clamped, order: silver }, 1);
  decide(made, { id: 'd3', nodes: ['W'], order: { placedAt: NOW - 120_000 } });
  decide(made, { id: 'd4', nodes: [], order: { placedAt: NOW - 240_000 } }, 3);
  // Neither a quote nor a decision that was made again counts.
  decide(made, { id: 'q', nodes: ['E'], over: { mode: 'quote' } });
  decide(made, { id: 'old', nodes: ['E'], order: { placedAt: NOW } });
  decide(made, { id: 'new', nodes: ['E'], over: { supersedes: 'old' } });
  made.ingest(
    left('d1', 'E', NOW + HOUR_MS),
    delivered('d1-E', promise),
    left('d2', 'E', NOW + DAY_MS + HOUR_MS, { short: 1 }),
    left('d2', 'W', NOW + 3 * DAY_MS),
    delivered('d2-E', NOW + 3 * DAY_MS),
    delivered('d2-W', promise + 1),
    left('d3', 'W', NOW + HOUR_MS, { service: 'AIR' }),
    invoiced('d1-E', 770),
    invoiced('d2-E', 700),
    invoiced('d2-W', 9999, 'USD'),
  );
  made.store.sqlite.exec(`
    INSERT INTO exceptions VALUES ('t1', 'd4', 'O-d4', 'INSUFFICIENT_ATP', 'supply', 'OPEN', NULL, ${NOW}, ${NOW}, NULL, NULL, NULL, '');
    INSERT INTO exceptions VALUES ('t1', 'd2', 'O-d2', 'APPROVAL', 'sales', 'RESOLVED', NULL, ${NOW + DAY_MS}, ${NOW}, NULL, ${NOW + DAY_MS + 6 * HOUR_MS}, NULL, '');
    INSERT INTO overrides VALUES ('t1', 'd3', 'O-d3', 'key:p', ${NOW}, 'X', '', NULL, 'c', '');
    INSERT INTO approvals (tenant_id, decision_id, rule_id, approver_role, state, raised_by, raised_at, expires_at, hold_meanwhile)
      VALUES ('t1', 'd2', 'r1', 'approver', 'APPROVED', 'k', 0, 0, 'KEEP'), ('t1', 'd2', 'r2', 'approver', 'APPROVED', 'k', 0, 0, 'KEEP');
  `);
  return made;
}

const fraction = ({ numerator, denominator }: KpiRow) => [numerator, denominator];

describe('KPIs', () => {
  const { store } = fourOrders();
  const total = (id: (typeof KPI_IDS)[number]) => measureKpi(store, id, TENANT, query);

  it.each<[(typeof KPI_IDS)[number], readonly [number, number]]>([
    // d1 2/2, d2 (4 - 1)/5, d3 2/2, d4 0/3, new 2/2
    ['fillRate', [9, 14]],
    // d1 arrived at the promise to the millisecond; d2 short and late; d3 under way; d4 and new never left
    ['OTIF', [1, 2]],
    ['splitRate', [1, 4]],
    ['extraShipmentsPerOrder', [1, 4]],
    ['costToServe', [900 + 1600 + 900 + 900, 4]],
    ['straightThroughRate', [2, 5]],
    ['manualTouchRate', [3, 5]],
    ['overrideRate', [1, 5]],
    ['clampRate', [1, 5]],
    // d2 from W left two days after its ship date
    ['onTimeShipment', [3, 4]],
    ['routeReworkRate', [1, 4]],
    // 770 + 700 invoiced against 700 + 700; another currency is not added
    ['freightVariance', [70, 1400]],
  ])('%s is what its definition says', (id, want) => {
    const [row, ...more] = total(id);
    expect(more).toEqual([]);
    expect(fraction(row!)).toEqual(want);
    expect(row!.value).toBeCloseTo(want[0] / want[1], 12);
  });

  it('allocationCycleTime and exceptionAging are distributions', () => {
    // d1 1, d2 3, d3 2, d4 4 and old 0 minutes; the superseding decision is not the first.
    expect(total('allocationCycleTime')).toMatchObject([{ rows: 5, value: 2, p50: 2, p90: 4 }]);
    // d2 took 6 hours; d4 is open since 20 days.
    expect(total('exceptionAging')).toMatchObject([{ rows: 2, value: 243, p50: 6, p90: 480 }]);
  });

  it('are grouped by day, node, carrier, tier and channel', () => {
    const by = (id: (typeof KPI_IDS)[number], grouping: (typeof GROUPINGS)[number]) =>
      Object.fromEntries(
        measureKpi(store, id, TENANT, { ...query, by: grouping }).map((row) => [row.group, fraction(row)]),
      );
    expect(by('splitRate', 'day')).toEqual({ '2026-03-02': [0, 3], '2026-03-03': [1, 1] });
    expect(by('splitRate', 'node')).toEqual({ E: [1, 3], W: [1, 2] });
    expect(by('splitRate', 'carrier')).toEqual({ ACME: [1, 4] });
    expect(by('fillRate', 'tier')).toEqual({ GOLD: [6, 9], SILVER: [3, 5] });
    expect(by('clampRate', 'channel')).toEqual({ EDI: [1, 1], WEB: [0, 4] });
    expect(by('onTimeShipment', 'node')).toEqual({ E: [2, 2], W: [1, 2] });
    expect(measureKpi(store, 'exceptionAging', TENANT, { ...query, by: 'node' }).map(({ group }) => group)).toEqual([
      'E',
      'W',
    ]);
  });

  it('cover each definition of the vocabulary once', () => {
    const names =
      'fillRate OTIF splitRate extraShipmentsPerOrder costToServe allocationCycleTime exceptionAging overrideRate clampRate manualTouchRate routeReworkRate freightVariance straightThroughRate onTimeShipment';
    expect([...KPI_IDS].sort()).toEqual(names.split(' ').sort());
    expect(new Set(KPIS.map(({ definition }) => definition)).size).toBe(KPIS.length);
  });

  it('answer for an empty log, and for any grouping', () => {
    const empty = setUp().store;
    for (const by of [null, ...GROUPINGS]) expect(measureKpis(empty, TENANT, { ...query, by })).toEqual([]);
    expect(measureKpis(store, 't2', query)).toEqual([]);
  });

  it('a ratio over all is the sum of its days, and every share lies between 0 and 1', () => {
    const story = fc.array(
      fc.record({
        nodes: fc.constantFrom<string[]>([], ['E'], ['E', 'W']),
        day: fc.integer({ min: 0, max: 3 }),
        missing: fc.integer({ min: 0, max: 2 }),
        short: fc.integer({ min: 0, max: 3 }),
        leaves: fc.boolean(),
        arrives: fc.option(fc.integer({ min: 1, max: 9 })),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(story, (orders) => {
        const made = setUp();
        for (const [index, { nodes, day, missing, short, leaves, arrives }] of orders.entries()) {
          const id = `d${index}`;
          const decidedAt = NOW + day * DAY_MS;
          decide(made, { id, nodes, over: { decidedAt } }, missing + 1);
          for (const nodeId of leaves ? nodes : []) {
            made.ingest(left(id, nodeId, decidedAt + HOUR_MS, { short }));
            if (arrives) made.ingest(delivered(`${id}-${nodeId}`, decidedAt + arrives * DAY_MS));
          }
        }
        const all = measureKpis(made.store, TENANT, query);
        const days = measureKpis(made.store, TENANT, { ...query, by: 'day' });
        for (const row of all) {
          const parts = days.filter(({ id }) => id === row.id);
          expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(row.rows);
          expect(parts.reduce((sum, { numerator }) => sum + (numerator ?? 0), 0)).toBe(row.numerator ?? 0);
          if (row.unit === 'share' && row.id !== 'freightVariance') {
            expect(row.value).toBeGreaterThanOrEqual(0);
            expect(row.value).toBeLessThanOrEqual(1);
          }
        }
        made.store.close();
      }),
      { numRuns: 30 },
    );
  });
});
