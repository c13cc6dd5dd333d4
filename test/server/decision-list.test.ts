import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uuidV7 } from '#domain/identifiers.ts';
import type { DecisionFilter } from '#routes/decisions.ts';
import { shipped } from '#src/config.ts';
import { createDecisionList } from '#src/server/decision-list.ts';
import { openStore } from '#store/open.ts';
import { decisionIndex } from '#store/tables.ts';

const BEGIN = Date.parse('2026-11-01T00:00:00Z');
const HOUR = 3_600_000;
const ROWS = 120;

type Row = typeof decisionIndex.$inferInsert;

/** Decisions an hour apart, sometimes two in the same millisecond; one in seven of another tenant. */
function rowOf(nth: number): Row {
  const decidedAt = BEGIN + (nth - (nth % 5 === 4 ? 1 : 0)) * HOUR;
  const random = createHash('sha256').update(`${nth}`).digest();
  const list = (name: string) => JSON.stringify(nth % 3 === 0 ? [] : [`${name}-${nth % 4}`, `${name}-${nth % 9}`]);
  return {
    tenantId: nth % 7 === 0 ? 'other' : 'acme',
    decisionId: uuidV7(decidedAt, random),
    logOrigin: 'host/acme/2026',
    logIndex: nth,
    actor: 'key:k',
    orderId: `O-${nth % 40}`,
    customerId: `C-${nth % 11}`,
    customerTier: 'GOLD',
    channel: 'WEB',
    zone: 'Z',
    priority: 1,
    serviceLevel: 'STANDARD',
    currency: 'EUR',
    placedAt: decidedAt,
    decidedAt,
    mode: (['quote', 'shadow', 'hold'] as const)[nth % 3]!,
    status: (['FULLY_SOURCED', 'EXCEPTION'] as const)[nth % 2]!,
    clamped: false,
    pendingApproval: false,
    degraded: '[]',
    itemIds: list('I'),
    nodeIds: list('N'),
    carriers: list('CAR'),
    carrierServices: '[]',
    lines: 1,
    orderedUnits: 1,
    filledLines: 1,
    plannedUnits: 1,
    plannedShipments: 1,
    policyRevision: 'sha256:0',
    rulesFired: list('rule'),
    reasonCodes: nth % 8 === 0 ? '["CREDIT_HOLD"]' : '[]',
    models: JSON.stringify([`delay=v${nth % 2}`]),
    suggested: false,
    moved: false,
  };
}

const rows = Array.from({ length: ROWS }, (_, nth) => rowOf(nth));
const store = openStore({ file: ':memory:', migrationsFolder: shipped.migrations });
for (const row of rows) store.db.insert(decisionIndex).values(row).run();

/** The same by looking at every row. */
function idsOf(filter: DecisionFilter): string[] {
  const has = (list: string, value: string | undefined) => value === undefined || JSON.parse(list).includes(value);
  const is = (found: unknown, value: unknown) => value === undefined || found === value;
  return rows
    .filter(
      (row) =>
        row.tenantId === 'acme' &&
        is(row.orderId, filter.orderId) &&
        is(row.customerId, filter.customerId) &&
        is(row.mode, filter.mode) &&
        is(row.status, filter.status) &&
        has(row.itemIds, filter.itemId) &&
        has(row.nodeIds, filter.nodeId) &&
        has(row.carriers, filter.carrier) &&
        has(row.rulesFired, filter.ruleId) &&
        has(row.reasonCodes, filter.reasonCode) &&
        has(row.models, filter.modelVersion && `delay=${filter.modelVersion}`) &&
        row.decidedAt >= (filter.from ?? 0) &&
        row.decidedAt < (filter.to ?? Number.POSITIVE_INFINITY),
    )
    .map(({ decisionId }) => decisionId)
    .sort()
    .reverse();
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const moment = fc.integer({ min: -3, max: ROWS + 3 }).map((hours) => BEGIN + hours * HOUR);
const name = (prefix: string, most: number) => maybe(fc.integer({ min: 0, max: most }).map((nth) => `${prefix}${nth}`));
const filters: fc.Arbitrary<DecisionFilter> = fc.record({
  orderId: name('O-', 41),
  customerId: name('C-', 12),
  itemId: name('I-', 9),
  nodeId: name('N-', 9),
  carrier: name('CAR-', 9),
  ruleId: name('rule-', 9),
  reasonCode: maybe(fc.constantFrom('CREDIT_HOLD', 'MAX_SPLITS')),
  modelVersion: name('v', 2),
  mode: maybe(fc.constantFrom('quote', 'shadow', 'hold')),
  status: maybe(fc.constantFrom('FULLY_SOURCED', 'EXCEPTION', 'NOT_SOURCED')),
  from: maybe(moment),
  to: maybe(moment),
});

describe('list of decisions', () => {
  it('pages give what a look at every row gives, whatever is looked at in one go', async () => {
    const bounds = fc.record({
      rowsATurn: fc.integer({ min: 1, max: 50 }),
      rowsAPage: fc.integer({ min: 1, max: 150 }),
      limit: fc.integer({ min: 1, max: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(filters, bounds, async (filter, { limit, ...bounded }) => {
        const list = createDecisionList(store, bounded);
        const seen: string[] = [];
        let next: string | null = null;
        do {
          const page = await list('acme', filter, limit, next);
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          seen.push(...page.rows.map(({ decisionId }) => decisionId));
          next = page.next;
        } while (next !== null);
        expect(seen).toEqual(idsOf(filter));
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  it('lets others in between, and goes on with `next` where it has looked at enough', async () => {
    const list = createDecisionList(store, { rowsATurn: 10, rowsAPage: 40 });
    let turns = 0;
    const turn = () => {
      turns++;
      waiting = setImmediate(turn);
    };
    let waiting = setImmediate(turn);
    const page = await list('acme', { nodeId: 'NOWHERE' }, 50, null);
    clearImmediate(waiting);
    expect(turns).toBeGreaterThanOrEqual(3);
    expect(page.rows).toEqual([]);
    const [fortieth] = idsOf({}).slice(39);
    expect(page.next).toBe(fortieth);
  });

  it('finds the decisions of an order by its index', () => {
    const explained: string[] = [];
    const spied = {
      ...store,
      sqlite: {
        ...store.sqlite,
        prepare: ((sql: string) => {
          if (sql.startsWith('select *')) {
            const values = Array.from(sql.matchAll(/\?/g), () => 0);
            const plan = store.sqlite.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`);
            explained.push(...plan.all(...values).map(({ detail }) => detail));
          }
          return store.sqlite.prepare(sql);
        }) as typeof store.sqlite.prepare,
      },
    };
    const list = createDecisionList(spied);
    void list('acme', { orderId: 'O-1', from: BEGIN }, 50, null);
    expect(explained[0]).toMatch(/SEARCH decision_index USING INDEX decision_index_order/);
    explained.length = 0;
    void list('acme', { customerId: 'C-1', from: BEGIN, to: BEGIN + HOUR }, 50, null);
    expect(explained).toEqual([
      expect.stringMatching(/SEARCH .* \(tenant_id=\? AND decision_id>\? AND decision_id<\?\)/),
    ]);
  });
});
