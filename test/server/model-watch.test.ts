import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBlobStore } from '#audit/blobs.ts';
import { eventRecordV1 } from '#audit/event-records.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { createAuditLog } from '#audit/log.ts';
import { decisionRecordOf } from '#audit/replay-inputs.ts';
import type { Decision } from '#domain/decision.ts';
import { toRfc3339 } from '#domain/time.ts';
import { stockoutFeatures } from '#features/stockout.ts';
import { writeArtifact } from '#models/artifact.ts';
import { riskModel } from '#models/load-model.ts';
import { decodeModel, encodeModel } from '#models/model-codec.ts';
import type { ModelFile } from '#models/model-file.ts';
import { ModelRegistry } from '#models/registry.ts';
import { referenceOf } from '#models/watching/reference.ts';
import { WINDOW_ROWS } from '#models/watching/watch.ts';
import type { ModelView } from '#routes/models.ts';
import { readConfig } from '#src/config.ts';
import { createModelWatch } from '#src/server/model-watch.ts';
import { openService, type Service } from '#src/server/service.ts';
import type { Answer } from '#src/wire/answer.ts';
import type { CloudEvent } from '#world/events.ts';
import { sampleModelFile } from '../audit/sample-decisions.ts';
import { minimalBody } from '../request/example.ts';
import { twoNodes } from './two-nodes.ts';

const NOW = Date.parse('2026-03-24T09:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'watch-'));
const modelsFolder = join(folder, 'models');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A logistic model of the units that an order takes and those available. */
function modelFile(intercept: number): ModelFile {
  const file = sampleModelFile('stockout', intercept);
  const terms = stockoutFeatures.features.map((_, feature) => ({
    feature,
    kind: 'number' as const,
    compressed: true,
    mean: 1,
    scale: 2,
    weight: 0.3,
  }));
  return { ...file, body: { kind: 'linear', intercept, terms } };
}

/** Uniform in [0, 1), the same on every run. */
function seeded(seed: string): () => number {
  let draws = 0;
  return () => createHash('sha256').update(`${seed}/${draws++}`).digest().readUInt32BE(0) / 2 ** 32;
}

let ids = 0;
const random = (bytes: number) => new Uint8Array(createHash('sha512').update(`${ids++}`).digest().subarray(0, bytes));

function start(name: string, models = modelsFolder) {
  const config = { ...readConfig({}), dataFolder: join(folder, name), modelsFolder: models };
  const clock = { now: NOW };
  const service = openService(config, {
    now: () => clock.now,
    random,
    report: (error) => expect.unreachable(String(error)),
  });
  const { key } = service.keys.create({ tenant: 'default', roles: ['admin'], note: 'test', now: NOW, random });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const send = async (method: string, path: string, body?: unknown) => {
    const init = { method, headers: { ...headers, 'idempotency-key': `k${ids++}` } };
    const response = await service.app.request(
      path,
      body === undefined ? init : { ...init, body: JSON.stringify(body) },
    );
    const text = await response.text();
    expect(response.status, text).toBeLessThan(300);
    return text;
  };
  const order = async (...quantities: number[]) => {
    const body = { ...minimalBody(), mode: 'shadow' as const };
    const line = body.order.lines[0]!;
    const lines = quantities.map((orderedQty, i) => ({
      ...line,
      orderLineId: `${i + 1}`,
      itemId: ITEMS[i]!,
      orderedQty,
    }));
    body.order = { ...body.order, lines };
    return JSON.parse(await send('POST', '/v1/recommendations', body)) as Answer;
  };
  const orders = async (count: number, seed: string, least: number, most: number) => {
    const draw = seeded(seed);
    for (let i = 1; i <= count; i++) {
      await order(...ITEMS.map(() => least + Math.floor(draw() * (most - least + 1))));
      if (i % 100 === 0) service.tick();
    }
    service.tick();
  };
  const stockout = async () =>
    (JSON.parse(await send('GET', '/v1/models')) as { models: ModelView[] }).models.find(
      ({ task }) => task === 'stockout',
    )!;
  return { service, clock, send, order, orders, stockout };
}

const demand = { units7: 70, units28: 280, units91: 900, activeDays91: 80 };
/** Five items, so that an order has five positions to score. */
const ITEMS = ['I-0001', 'I-0002', 'I-0003', 'I-0004', 'I-0005'];
const WINDOW_ORDERS = WINDOW_ROWS / ITEMS.length;
const world = () =>
  twoNodes(NOW, { 'DC-NORTH': 4000, 'DC-SOUTH': 2000 }).flatMap((event): CloudEvent[] => {
    if (event.type === 'fairlead.supply.position')
      return ITEMS.map((itemId) => ({
        ...event,
        id: `${event.id}-${itemId}`,
        data: { ...event.data, itemId, demand },
      }));
    if (event.type === 'fairlead.item')
      return ITEMS.map((itemId) => ({ ...event, id: `${event.id}-${itemId}`, data: { ...event.data, itemId } }));
    return [event];
  });

function driftLeaves({ store }: Service) {
  return (store.sqlite.prepare('SELECT leaf FROM audit_leaves ORDER BY leaf_index').pluck().all() as Buffer[])
    .map((leaf) => JSON.parse(leaf.toString()))
    .filter(({ type }) => type === 'model-drift')
    .map((record) => eventRecordV1.parse(record))
    .filter((record) => record.type === 'model-drift');
}

/** Vectors that the service itself recorded become the reference of a champion and a challenger. */
beforeAll(async () => {
  const { service, send, orders } = start('reference', join(folder, 'none'));
  await send('POST', '/v1/events', world());
  await orders(240, 'reference', 1, 8);
  const log = createAuditLog(service.store, 'test');
  const blobs = createBlobStore(service.store, () => NOW);
  const rows = (service.store.sqlite.prepare('SELECT leaf FROM audit_leaves').pluck().all() as Buffer[]).flatMap(
    (leaf) => {
      const record = decisionRecordOf(leaf);
      const evidence = record && (blobs.readJson('default', record.evidenceSha256) as EvidenceV1);
      return (evidence?.features ?? [])
        .filter(({ featureSetId }) => featureSetId === stockoutFeatures.featureSetId)
        .flatMap(({ rows }) => rows);
    },
  );
  expect(log.heads()).toHaveLength(1);
  service.close();
  const columns = stockoutFeatures.features.length;
  const matrix = { rows: rows.length, columns, values: Float64Array.from(rows.flat(), (x) => x ?? Number.NaN) };
  const registry = new ModelRegistry(modelsFolder);
  const [champion, challenger] = [-1.2, -0.8].map((intercept, number) => {
    const model = modelFile(intercept);
    const text = encodeModel(model);
    const probabilities = riskModel(decodeModel(text), 'a'.repeat(64), NOW).predict(matrix);
    const draw = seeded('labels');
    const labels = probabilities.map((p) => (draw() < p ? 1 : 0));
    const reference = referenceOf(stockoutFeatures, matrix, probabilities, labels);
    const made = join(folder, `made-${number}`);
    writeArtifact(made, { model, card: { trainedAt: '2026-03-20T00:00:00Z' }, metrics: {}, reference });
    return registry.add(made);
  }) as [string, string];
  registry.promote('stockout', champion);
  registry.challenge('stockout', challenger);
}, 120_000);

describe('the service watches its champions', () => {
  it('fails no order: what goes wrong is thrown by the next tick, once', () => {
    let unreadable = true;
    const watch = createModelWatch({
      models: {
        artifacts() {
          if (unreadable) throw new Error('unreadable');
          return {};
        },
        challengers: () => ({}),
      },
      earlier: () => ({}),
      recorded: () => undefined,
      append: () => {},
      setDrift: () => {},
      onDrift: () => {},
      now: () => NOW,
    });
    const decision = { mode: 'hold' } as Decision;
    for (let order = 0; order < 8; order++) watch.decided('acme', decision, []);
    unreadable = false;
    expect(() => watch.tick([])).toThrow('unreadable');
    watch.tick([]);
  });

  it('keeps `none` without drift, finds a planted shift, and lets rules decide from then on', async () => {
    const { service, send, order, orders, stockout } = start('watched');
    await send('POST', '/v1/events', world());
    await orders(WINDOW_ORDERS, 'calm', 1, 8);
    const calm = await stockout();
    expect(calm.drift).toMatchObject({ state: 'none', rows: WINDOW_ROWS, shifts: [], errorAlarm: false });
    expect(calm.estimated!.logLoss).toBeGreaterThan(0);
    expect(driftLeaves(service)).toEqual([]);
    expect((await order(3)).models.map(({ modelVersion }) => modelVersion)).toEqual([calm.champion]);

    // The challenger scored the same rows, and nothing of it is in a decision.
    expect(calm.shadow).toMatchObject({ modelVersion: calm.challenger, rows: WINDOW_ROWS, outcomes: 0 });
    expect(calm.shadow!.meanDifference).toBeGreaterThan(0);

    await orders(WINDOW_ORDERS, 'shifted', 60, 200);
    const shifted = await stockout();
    expect(shifted.drift.state).toBe('drifted');
    expect(shifted.drift.shifts.map(({ name }) => name)).toContain('score');
    const { degraded, models } = await order(3);
    expect(degraded).toContainEqual(expect.objectContaining({ code: 'MODEL_DRIFTED', subject: 'stockout' }));
    expect(models).toEqual([]);
    const leaves = driftLeaves(service);
    expect(leaves).toEqual([
      expect.objectContaining({
        task: 'stockout',
        modelVersion: shifted.champion,
        fromState: 'none',
        toState: 'drifted',
        errorAlarm: false,
      }),
    ]);
    const metrics = await send('GET', '/metrics');
    expect(metrics).toContain('fairlead_model_drift_state{task="stockout"} 2');
    expect(Number(/fairlead_model_psi_max\{task="stockout"\} (\S+)/.exec(metrics)![1])).toBeGreaterThan(0.1);
    expect(Number(/fairlead_model_estimated_log_loss\{task="stockout"\} (\S+)/.exec(metrics)![1])).toBeGreaterThan(0);
    service.close();

    // A restart knows it; a calm window ends it.
    const again = start('watched');
    expect((await again.order(3)).degraded.map(({ code }) => code)).toContain('MODEL_DRIFTED');
    await again.orders(WINDOW_ORDERS, 'calm again', 1, 8);
    expect((await again.stockout()).drift.state).toBe('none');
    expect(driftLeaves(again.service).map(({ toState }) => toState)).toEqual(['drifted', 'none']);
    again.service.close();
  }, 120_000);

  it('compares outcomes with what both models said of them, each decision once', async () => {
    const { service, send, order, stockout, clock } = start('outcomes');
    await send('POST', '/v1/events', world());
    const { decisionId, chosen } = await order(3);
    const { nodeId, carrier, carrierService } = chosen!.shipments[0]!;
    const shipment = (type: string, data: object) => ({
      specversion: '1.0',
      source: 'wms',
      id: `${type}-${ids++}`,
      time: toRfc3339(clock.now),
      type: `fairlead.shipment.${type}`,
      data: { shipmentId: 'S-1', ...data },
    });
    const lines = [{ orderLineId: '1', itemId: 'I-0001', qty: 3 }];
    const left = { orderId: 'SO-1001', decisionId, nodeId, carrier, carrierService, lines, shortLines: [] };
    clock.now += 1000;
    await send('POST', '/v1/events', [shipment('shipped', left)]);
    service.tick();
    expect((await stockout()).drift.outcomes).toBe(0);
    for (let i = 0; i < 2; i++) {
      clock.now += 1000;
      await send('POST', '/v1/events', [shipment('delivered', {})]);
      service.tick();
    }
    const { drift, shadow } = await stockout();
    expect(drift.outcomes).toBe(1);
    // It was not short, and the champion had said so with more certainty.
    expect(shadow).toMatchObject({ outcomes: 1 });
    expect(shadow!.logLossGain).toBeLessThan(0);
    service.close();
  });
});
