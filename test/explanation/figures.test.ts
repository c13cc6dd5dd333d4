import type Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, answerPlan } from '#explanation/answer.ts';
import type { Sources } from '#explanation/sources.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { createRandom } from './drawn.ts';
import { exportedLog } from './exported-log.ts';
import { demoService } from './fixture.ts';
import { checkAnswers, compare, recompute } from './fuzz-answers.ts';
import { type Lived, livedService } from './lived.ts';
import { unitsInLog, wrongTexts } from './oracles/shown-text.ts';

let lived: Lived;
let exported: Database.Database;

beforeAll(async () => {
  lived = await livedService(40);
  exported = exportedLog(lived.service);
}, 120_000);
afterAll(() => lived?.service.close());

function answer(plan: string, parameters: Record<string, string>, sources: Sources = lived.sources): Answer {
  const reply = answerPlan({ plan, parameters }, sources);
  if (reply.kind !== 'answer') throw new Error(reply.message);
  return reply;
}
const ask = (plan: string, parameters: Record<string, string>) => {
  const reply = answer(plan, parameters);
  const expected = recompute(exported, reply, lived.sources.now)!;
  return { reply, expected };
};

test('the orders that are decided again differ in models and in prices, so that both are exchanged for something', () => {
  const differing = (what: string): number[] =>
    exported
      .prepare<[], number>(
        `SELECT count(DISTINCT e.j ->> '$.${what}') FROM dec JOIN evidence e ON e.id = dec.id GROUP BY dec.ord HAVING count(*) > 1`,
      )
      .pluck()
      .all();
  expect(differing('offeredModels').every((n) => n > 1)).toBe(true);
  expect(new Set(differing('prices'))).toEqual(new Set([1, 2]));
});

test('figures of drawn answers are what separate SQL over an export of the log gives', () => {
  const result = checkAnswers(111, exported, lived.sources, createRandom(1));
  expect(result.different).toEqual([]);
  expect(result.answers).toBe(111);
  expect(result.plans).toBe('37 of 37');
  expect(result.figures).toBeGreaterThan(1000);
});

test('a wrong figure, one that nobody recomputes, and a row too few are found', () => {
  const { reply, expected } = ask('count-orders', { condition: 'split', groupBy: 'node' });
  expect(compare(reply, expected).different).toEqual([]);
  const slot = reply.figures['0.n']!;
  const wrong = { ...reply, figures: { ...reply.figures, '0.n': { ...slot, value: Number(slot.value) + 1 } } };
  expect(compare(wrong, expected).different).toHaveLength(1);
  const more = { ...reply, figures: { ...reply.figures, '0.more': { value: 7, shown: '7' } } };
  expect(compare(more, expected).different).toEqual(['0.more: 7 is not recomputed']);
  const fewer = { ...reply, table: { ...reply.table!, rows: reply.table!.rows.slice(1) } };
  expect(compare(fewer, expected).different.length).toBeGreaterThan(0);
});

test('a text that is rounded wrong, in another unit, of another zone or of no known name is found', () => {
  const units = unitsInLog(exported);
  const wrong = (reply: Answer): string[] => wrongTexts(reply, units, lived.sources.zone);
  const [orderId] = column("SELECT ord FROM dec WHERE status = 'FULLY_SOURCED' ORDER BY 1");
  const reply = answer('show-order', { orderId: orderId! });
  expect(wrong(reply)).toEqual([]);
  const written = (name: string, value: number, shown: string): string[] =>
    wrong({ ...reply, figures: { '0.at': reply.figures['0.at']!, [name]: { value, shown } }, table: null });
  for (const [name, value, right, ...others] of [
    ['1.total', 1230, '12.30 EUR', '12.31 EUR', '1230 EUR', '12.3 EUR', '1230', '12.30 USD', '-12.30 EUR'],
    ['1.delay', 0.6349, '63.5%', '63.4%', '63.49%', '0.6%', '0.63', '63.5'],
    ['0.shipments', 1, '1 shipment', '1 shipments', '2 shipments', '1.00'],
    [
      '0.at',
      Date.parse('2026-11-24T10:00:59Z'),
      '2026-11-24 11:00 UTC+1',
      '2026-11-24 10:00 UTC',
      '2026-11-24 11:01 UTC+1',
    ],
  ] as const) {
    expect(written(name, value, right), right).toEqual([]);
    for (const other of others) expect(written(name, value, other), other).toHaveLength(1);
  }
  expect(written('1.unheardOf', 7, '7')).toHaveLength(1);
  // A value is in the unit that the log has beside it, even where another would be no other number.
  const cents = [...units].find(([value, named]) => value > 100 && [...named].join() === 'minor units')![0];
  const ruled = answer('why-order', { orderId: orderId! });
  const rule = (shown: string): string[] =>
    wrong({ ...ruled, figures: { '0.value': { value: cents, shown } }, table: null });
  expect(rule(`${(cents / 100).toFixed(2)} EUR`)).toEqual([]);
  expect(rule(`${cents} units`)).toHaveLength(1);
});

test('savings of a carrier count an order once, however many of its shipments go by it', () => {
  const twice = exported
    .prepare(
      'SELECT count(*) FROM (SELECT s.id FROM ship s JOIN dec d ON d.id = s.id WHERE d.saving IS NOT NULL AND d.successor IS NULL GROUP BY s.id, s.carrier HAVING count(*) > 1)',
    )
    .pluck()
    .get();
  expect(twice).toBeGreaterThan(0);
  const { reply, expected } = ask('savings', { groupBy: 'carrier' });
  expect(compare(reply, expected).different).toEqual([]);
});

test('a rule that asked for an approval of a plan that another rule forbade is no denial', () => {
  const asked = exported
    .prepare(
      "SELECT count(*) FROM spoke k JOIN dec d ON d.id = k.id WHERE k.verdict = 'REQUIRE_APPROVAL' AND json_array_length(d.d, '$.approvals') = 0 AND d.successor IS NULL",
    )
    .pluck()
    .get();
  expect(asked).toBeGreaterThan(0);
  const { reply, expected } = ask('rule-activity', {});
  expect(compare(reply, expected).different).toEqual([]);
});

const column = (sql: string): string[] => exported.prepare<[], string>(sql).pluck().all();
const differences = (reply: Answer): string[] =>
  compare(reply, recompute(exported, reply, lived.sources.now)!).different;

/** The answer with one slot of its table written otherwise, as figure and as text. */
function rewritten(reply: Answer, at: number, to: number, value: string | number, shown: string): Answer {
  const rows = reply.table!.rows.map((row, r) =>
    row.map((slot, c) => (r === at && c === to ? { value, shown } : slot)),
  );
  return { ...reply, table: { ...reply.table!, rows } };
}

test('an amount that is a step too large, or too small, is refuted by deciding again', () => {
  const found = new Set<string>();
  for (const orderId of column('SELECT ord FROM dec ORDER BY 1')) {
    const reply = answer('what-would-change', { orderId });
    for (const [at, [lever, slot]] of (reply.table?.rows ?? []).entries()) {
      const name = String(lever!.value);
      if (!/^(stock|promiseDate)$/.test(name) || found.has(name)) continue;
      found.add(name);
      expect(differences(reply)).toEqual([]);
      for (const step of [1, -1]) {
        const amount = Number(slot!.value) + step;
        if (amount < 1) continue;
        const wrong = rewritten(reply, at, 1, amount, slot!.shown.replace(/\d+/, String(amount)));
        expect(differences(wrong).length, `${orderId}: ${slot!.shown}`).toBeGreaterThan(0);
      }
    }
    if (found.size === 2) break;
  }
  expect([...found].sort()).toEqual(['promiseDate', 'stock']);
}, 60_000);

test('a flip of a risk that is a step off, and one that is left out, is found', () => {
  for (const orderId of column('SELECT ord FROM dec WHERE delay > 0.5 OR stockout > 0.5 OR split > 0.5 ORDER BY 1')) {
    const reply = answer('order-risk', { orderId });
    const at = reply.table!.rows.findIndex((row) => row[8]!.value !== '-');
    if (at < 0) continue;
    expect(differences(reply)).toEqual([]);
    const [bound, value] = String(reply.table!.rows[at]![8]!.value).split(' ');
    for (const wrong of [`${bound} ${Number(value) + 1}`, '-'])
      expect(differences(rewritten(reply, at, 8, wrong, wrong)).length).toBeGreaterThan(0);
    return;
  }
  throw new Error('no flip of a risk was found');
});

test('prices and models are inputs of their own: with other prices only, no model moved the outcome', () => {
  const [orderId] = column(
    "SELECT ord FROM dec WHERE mode <> 'quote' GROUP BY ord HAVING count(*) > 1 AND count(d ->> '$.chosen') > 1 ORDER BY 1",
  );
  const [first, second] = column(`SELECT id FROM dec WHERE ord = '${orderId}' AND mode <> 'quote' ORDER BY at, id`);
  const once = lived.sources.redecide(first!)!;
  // Decided again on the same, but every unit of every node is worth 50.00 to later orders.
  const bids = once.snapshot.supply.map(({ nodeId, itemId }) => ({ nodeId, itemId, price: 5000 }));
  const scoring = { ...once.scoring, prices: { ...once.scoring.prices, bids } };
  const dearer = once.decide({ ...once.request, decisionId: second! }, once.snapshot, once.policy, scoring);
  const sources: Sources = {
    ...lived.sources,
    now: lived.sources.now,
    recorded: (id) => {
      const found = lived.sources.recorded(id);
      return found && id === second ? { ...found, decision: dearer } : found;
    },
    redecide: (id) =>
      id !== second
        ? lived.sources.redecide(id)
        : {
            ...once,
            scoring,
            select: (request, world, rules, given = scoring) => once.select(request, world, rules, given),
          },
  };
  const costs = new Map(
    answer('why-changed', { orderId: orderId! }, sources).table!.rows.map((row) => [row[0]!.value, row[3]!.value]),
  );
  const was = lived.sources.recorded(first!)!.decision.chosen!.finalScore;
  expect(dearer.chosen!.finalScore).toBeGreaterThan(was);
  expect(costs.get('the models')).toBe(was);
  expect(costs.get('the prices of stock kept for later orders')).toBe(dearer.chosen!.finalScore);
});

test('a service whose name another begins with is not ruled out by what was said of the other', () => {
  const [id] = column("SELECT id FROM dec WHERE json_type(d, '$.chosen') = 'object' ORDER BY 1");
  const found = lived.sources.recorded(id!)!;
  const { nodeId, carrierService } = found.decision.chosen!.plan.shipments[0]!;
  const lane = lived.sources
    .redecide(id!)!
    .snapshot.lanes.find((one) => one.nodeId !== nodeId && one.carrierService === carrierService)!;
  const reasons = [{ code: 'DELAY_RISK', value: 0.9, threshold: 0.6, unit: 'probability', subject: 'delay' }] as const;
  const rejected = [
    {
      nodeIds: [lane.nodeId],
      candidateId: `${lane.nodeId}/${carrierService}-PLUS:1=1`,
      costs: null,
      risks: null,
      reasons,
    },
  ];
  const sources: Sources = {
    ...lived.sources,
    now: lived.sources.now,
    recorded: (one) => {
      const known = lived.sources.recorded(one);
      return known && { ...known, decision: { ...known.decision, alternatives: [], rejected } };
    },
  };
  const said = answer('why-not', { orderId: id!, nodeId: lane.nodeId, carrierService }, sources);
  expect(said.text).toMatch(/^Decided again/);
});

test('a hold that has ended is no longer reserved, also before the next event sweeps it', async () => {
  const demo = await demoService(12, 1, { betweenOrders: 240_000 });
  const { store } = demo.service;
  const reservedAt = (later: number): number => {
    const now = demo.now() + later;
    const sources = questionSources({ store, tenant: demo.tenant, now: () => now, zone: 'UTC' });
    const log = exportedLog(demo.service);
    const [stock] = ['stock', 'node-status'].map((plan) => {
      const reply = answerPlan({ plan, parameters: {} }, sources);
      if (reply.kind !== 'answer') throw new Error(reply.message);
      expect(compare(reply, recompute(log, reply, now)!).different).toEqual([]);
      return reply;
    });
    return Number(stock!.figures['0.reserved']!.value);
  };
  const [at, later] = [reservedAt(0), reservedAt(3 * 3_600_000)];
  expect(later).toBeLessThan(at);
  demo.service.close();
}, 60_000);
