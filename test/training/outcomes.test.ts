import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBlobStore } from '#audit/blobs.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { createAuditLog } from '#audit/log.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { toRfc3339 } from '#domain/time.ts';
import { readConfig } from '#src/config.ts';
import { openService } from '#src/server/service.ts';
import type { Answer } from '#src/wire/answer.ts';
import { ALL_OUTCOMES, outcomeRows, outcomesImporter } from '#training/importers/outcomes.ts';
import { planRows } from '#training/simulation/plan-rows.ts';
import { minimalBody } from '../request/example.ts';
import { twoNodes } from '../server/two-nodes.ts';
import { run } from './support/parcels.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const DAY = 86_400_000;
const ORDERS = 6;
let folder = '';
let file = '';
const rebuilt: {
  decisionId: string;
  delay: (number | null)[];
  split: (number | null)[];
  stockout: (number | null)[];
}[] = [];

/** A service decides six orders, and then hears what became of their shipments. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outcomes-'));
  file = join(folder, 'fairlead.db');
  let now = NOW;
  let draws = 0;
  const random = (bytes: number) =>
    new Uint8Array(createHash('sha512').update(`${draws++}`).digest().subarray(0, bytes));
  const errors: unknown[] = [];
  const config = { ...readConfig({}), dataFolder: folder, modelsFolder: join(folder, 'no-models') };
  const service = openService(config, { now: () => now, random, report: (error) => errors.push(error) });
  const key = service.keys.create({ tenant: 'default', roles: ['admin'], note: 'test', now, random }).key;
  const post = async (path: string, body: unknown) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': `k${draws++}`,
    };
    const response = await service.app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as never;
  };
  expect(await post('/v1/events', twoNodes(NOW))).toMatchObject({ accepted: 7 });
  const arrivals: object[] = [];
  for (let i = 0; i < ORDERS; i++) {
    now += 60_000;
    const body = minimalBody();
    body.mode = 'hold';
    body.order.orderId = `SO-${i}`;
    body.order.promiseDate = toRfc3339(NOW + 3 * DAY);
    const answer = (await post('/v1/recommendations', body)) as Answer;
    const leaf = createAuditLog(service.store, 'test').leafOfDecision(answer.decisionId)!;
    const blobs = createBlobStore(service.store, () => now);
    const evidence = blobs.readJson('default', JSON.parse(leaf.leaf.toString('utf8')).evidenceSha256) as EvidenceV1;
    const snapshot = blobs.readSnapshot('default', evidence.snapshotSha256) as Snapshot;
    const rows = planRows(snapshot, evidence.request.order, evidence.decision.chosen!.plan);
    const nulls = (values: Float64Array): (number | null)[] => Array.from(values, (x) => (Number.isNaN(x) ? null : x));
    rebuilt.push({
      decisionId: answer.decisionId,
      delay: nulls(rows.delay[0]!.matrix.values),
      split: nulls(rows.split.values),
      stockout: nulls(rows.stockout[0]!.matrix.values),
    });
    const { nodeId, carrier, carrierService } = evidence.decision.chosen!.plan.shipments[0]!;
    const shipment = (type: string, data: object, at: number) => ({
      specversion: '1.0',
      source: 'wms',
      id: `${type}-${i}`,
      time: toRfc3339(at),
      type: `fairlead.shipment.${type}`,
      data: { shipmentId: `S-${i}`, ...data },
    });
    const lines = [{ orderLineId: '1', itemId: 'I-0001', qty: i === 0 ? 2 : 3 }];
    const shortLines = i === 0 ? [{ orderLineId: '1', itemId: 'I-0001', qty: 1 }] : [];
    const left = {
      orderId: `SO-${i}`,
      decisionId: answer.decisionId,
      nodeId,
      carrier,
      carrierService,
      lines,
      shortLines,
    };
    now += 2000;
    expect(await post('/v1/events', [shipment('shipped', left, now - 1000)])).toMatchObject({ accepted: 1 });
    // The last has not arrived yet; of the others each second is a day late.
    if (i < ORDERS - 1) arrivals.push(shipment('delivered', {}, NOW + (i % 2 === 1 ? 4 : 2) * DAY));
  }
  now = NOW + 5 * DAY;
  expect(await post('/v1/events', arrivals)).toMatchObject({ accepted: ORDERS - 1 });
  expect(errors).toEqual([]);
  service.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const rowsOf = (task: 'delay' | 'split' | 'stockout') =>
  outcomeRows(file, task, { tenant: 'default', ...ALL_OUTCOMES });

describe('a decision that was served and the same decision rebuilt give identical vectors', () => {
  test.each(['delay', 'split', 'stockout'] as const)('%s', (task) => {
    const rows = rowsOf(task);
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) {
      const again = rebuilt.find(({ decisionId }) => row.id.startsWith(decisionId))!;
      expect(row.vector).toEqual(again[task]);
    }
  });
});

test('labels are what the shipments did; what has not arrived has none', () => {
  expect(rowsOf('delay').map(({ label }) => label)).toEqual([0, 1, 0, 1, 0]);
  const { durationDays, decidedAt } = rowsOf('delay')[1]!;
  expect(durationDays).toBeCloseTo((NOW + 4 * DAY - decidedAt) / DAY, 9);
  expect(rowsOf('split').map(({ label }) => label)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(rowsOf('stockout').map(({ label }) => label)).toEqual([1, 0, 0, 0, 0, 0]);
});

test('a day earlier less was known, and another tenant has nothing', () => {
  expect(outcomeRows(file, 'delay', { tenant: 'default', ...ALL_OUTCOMES, knownBy: NOW - 1 })).toEqual([]);
  expect(outcomeRows(file, 'delay', { tenant: 'other', ...ALL_OUTCOMES })).toEqual([]);
});

test('the importer gives the matrix of the recorded vectors', async () => {
  const importer = outcomesImporter('delay', 'default');
  const table = await importer.read([file]);
  const recorded = importer.learn(table);
  const matrix = importer.features(table, recorded, 'recorded');
  const expected = rowsOf('delay').flatMap(({ vector }) => vector.map((x) => x ?? Number.NaN));
  expect([...matrix.values]).toEqual(expected);
  expect(importer.featureSet(recorded).featureSetId).toBe('delay@1');
});

test('the command reads the store, and says when there is too little in it', async () => {
  const trained = await run('train', 'outcomes', '--data', file, '--out', join(folder, 'models'));
  expect(trained.code).toBe(2);
  expect(trained.err).not.toContain('cannot be opened');
  const none = await run(
    'train',
    'delay',
    '--importer',
    'outcomes',
    '--tenant',
    'nobody',
    '--data',
    file,
    '--out',
    join(folder, 'm'),
  );
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining('0 rows of delay for tenant `nobody`') });
});
