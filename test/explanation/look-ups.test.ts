import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerPlan } from '#explanation/answer.ts';
import type { Sources } from '#explanation/sources.ts';
import { noNames, storeDirectory } from '#explanation/store-directory.ts';
import { type DemoService, demoService } from './fixture.ts';

let demo: DemoService;
const asked: { sql: string; values: Record<string, unknown> }[] = [];
let sources: Sources;

beforeAll(async () => {
  demo = await demoService(3);
  sources = {
    ...demo.sources,
    now: demo.sources.now,
    query(sql, values = {}) {
      asked.push({ sql, values: { tenant: demo.tenant, ...values } });
      return demo.sources.query(sql, values);
    },
  };
}, 60_000);
afterAll(() => demo.service.close());

/** How SQLite would find the rows of what is asked meanwhile: one line for each table it reads. */
function reading(ask: () => unknown): string[] {
  asked.length = 0;
  ask();
  return asked.flatMap(({ sql, values }) =>
    demo.service.store.sqlite
      .prepare<[Record<string, unknown>], { detail: string }>(`explain query plan ${sql}`)
      .all(values)
      .map(({ detail }) => detail)
      .filter((detail) => /^(SEARCH|SCAN) (?!CONSTANT|\(|json)/.test(detail)),
  );
}

describe('what a question about one order reads', () => {
  it('finds the order by index, also one that is named by its number or by a decision', () => {
    const directory = storeDirectory(sources);
    const found = directory.findOrders('demo 2');
    expect(found).toEqual(['DEMO-0002']);
    const lines = reading(() => directory.findOrders('demo 2'));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/^SEARCH .*(order_id=\?|decision_id=\?)/);
  });

  it('is its own rows, and none of other orders', () => {
    const ids = storeDirectory(sources).findOrders('DEMO-0002');
    for (const plan of ['show-order', 'why-split', 'order-proof'])
      for (const line of reading(() => answerPlan({ plan, parameters: { orderId: ids[0]! } }, sources)))
        expect(line).toMatch(/^SEARCH .*(order_id=\?|decision_id=\?)/);
  });

  it('reads leaves beside the decisions by an index of their own', () => {
    for (const plan of ['policy-changes', 'what-changed']) {
      const lines = reading(() => answerPlan({ plan, parameters: {} }, sources));
      const ofLeaves = lines.filter((line) => / l /.test(line));
      expect(ofLeaves.length).toBeGreaterThan(0);
      for (const line of ofLeaves) expect(line).toContain('audit_leaves_beside');
    }
  });
});

describe('the names of the store', () => {
  it('are read once: what was decided since is added, and a directory made anew is the same', async () => {
    const decided = noNames();
    const before = storeDirectory(sources, decided);
    const body = structuredClone(demo.orders[0]!);
    body.order.orderId = 'NEW-1';
    body.order.customerId = 'A-NEW-CUSTOMER';
    expect((await demo.post('/v1/recommendations', body)).ok).toBe(true);
    const after = storeDirectory(sources, decided);
    expect(before.listed.customer).not.toContain('A-NEW-CUSTOMER');
    expect(after.listed.customer).toContain('A-NEW-CUSTOMER');
    expect(after.listed).toEqual(storeDirectory(sources).listed);
    const scanned = asked.filter(({ sql }) => sql.includes('NOT INDEXED'));
    reading(() => storeDirectory(sources, decided));
    expect(scanned.length).toBeGreaterThan(0);
    expect(asked.filter(({ sql }) => sql.includes('NOT INDEXED'))).toEqual([]);
  });
});
