import type Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerPlan } from '#explanation/answer.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { createRandom } from './drawn.ts';
import { exportedLog } from './exported-log.ts';
import { demoService } from './fixture.ts';
import { checkAnswers, compare, recompute } from './fuzz-answers.ts';
import { type Lived, livedService } from './lived.ts';

let lived: Lived;
let exported: Database.Database;

beforeAll(async () => {
  lived = await livedService(40);
  exported = exportedLog(lived.service);
}, 120_000);
afterAll(() => lived?.service.close());

const ask = (plan: string, parameters: Record<string, string>) => {
  const reply = answerPlan({ plan, parameters }, lived.sources);
  if (reply.kind !== 'answer') throw new Error(reply.message);
  const expected = recompute(exported, plan, parameters, lived.sources.now)!;
  return { reply, expected };
};

test('figures of drawn answers are what separate SQL over an export of the log gives', () => {
  const result = checkAnswers(150, exported, lived.sources, createRandom(1));
  expect(result.different).toEqual([]);
  expect(result.answers).toBe(150);
  expect(Object.keys(result.byPlan).length).toBeGreaterThan(27);
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
      expect(compare(reply, recompute(log, plan, {}, now)!).different).toEqual([]);
      return reply;
    });
    return Number(stock!.figures['0.reserved']!.value);
  };
  const [at, later] = [reservedAt(0), reservedAt(3 * 3_600_000)];
  expect(later).toBeLessThan(at);
  demo.service.close();
}, 60_000);
