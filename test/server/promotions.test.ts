import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createBlobStore } from '#audit/blobs.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { createAuditLog } from '#audit/log.ts';
import { decisionRecordOf } from '#audit/replay-inputs.ts';
import { writeArtifact } from '#models/artifact.ts';
import { ModelRegistry } from '#models/registry.ts';
import { readConfig } from '#src/config.ts';
import { openService } from '#src/server/service.ts';
import type { Answer } from '#src/wire/answer.ts';
import type { Store } from '#store/open.ts';
import { sampleModelFile } from '../audit/sample-decisions.ts';
import { inlineBody } from '../request/example.ts';

/** The models that a decision was given, by version. */
function offeredTo(store: Store, decisionId: string): string[] {
  const record = decisionRecordOf(createAuditLog(store, 'test').leafOfDecision(decisionId)!.leaf)!;
  const evidence = createBlobStore(store, () => NOW).readJson('default', record.evidenceSha256) as EvidenceV1;
  return evidence.offeredModels.map(({ modelVersion }) => modelVersion);
}

const NOW = Date.parse('2026-03-24T09:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'promotions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a model that begins to decide is on the log, once, also when it was promoted while the service was down', async () => {
  const modelsFolder = join(folder, 'models');
  const registry = new ModelRegistry(modelsFolder);
  const versions = [-1.2, -0.7, -0.1].map((intercept, number) => {
    const artifact = join(folder, `made-${number}`);
    const card = { trainedAt: '2026-03-01T00:00:00Z' };
    writeArtifact(artifact, { model: sampleModelFile('stockout', intercept), card, metrics: {}, reference: {} });
    return registry.add(artifact);
  });
  const [first, second, third] = versions as [string, string, string];
  registry.promote('stockout', first);

  let draws = 0;
  const random = (bytes: number) =>
    new Uint8Array(createHash('sha512').update(`${draws++}`).digest().subarray(0, bytes));
  const config = { ...readConfig({}), dataFolder: join(folder, 'data'), modelsFolder };
  const start = () => {
    const service = openService(config, {
      now: () => NOW,
      random,
      report: (error) => expect.unreachable(String(error)),
    });
    service.tick();
    return service;
  };
  const promotionsOn = ({ store }: ReturnType<typeof start>) =>
    (store.sqlite.prepare('SELECT leaf FROM audit_leaves ORDER BY leaf_index').pluck().all() as Buffer[])
      .map((leaf) => JSON.parse(leaf.toString()))
      .filter(({ type }) => type === 'model-promotion')
      .map(({ fromVersion, toVersion, approvedBy, gateSha256 }) => ({
        fromVersion,
        toVersion,
        approvedBy,
        gated: gateSha256 !== null,
      }));
  const decideOne = async ({ app, keys, store }: ReturnType<typeof start>) => {
    const { key } = keys.create({ tenant: 'default', roles: ['admin'], note: 'test', now: NOW, random });
    const headers = {
      authorization: `Bearer ${key}`,
      'idempotency-key': `k${draws++}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ ...inlineBody(), mode: 'quote' });
    const response = await app.request('/v1/recommendations', { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    const { decisionId } = (await response.json()) as Answer;
    return offeredTo(store, decisionId);
  };

  const one = start();
  expect(promotionsOn(one)).toEqual([]);
  await decideOne(one);
  mkdirSync(join(modelsFolder, 'gates'));
  const gate = join(modelsFolder, 'gates', `stockout-${second}-against-${first}.json`);
  writeFileSync(gate, JSON.stringify({ passed: true, approvals: ['ada', 'grace'] }));
  registry.promote('stockout', second);
  one.tick();
  one.tick();
  const expected = [{ fromVersion: first, toVersion: second, approvedBy: ['ada', 'grace'], gated: true }];
  expect(promotionsOn(one)).toEqual(expected);
  one.close();

  const two = start();
  expect(promotionsOn(two)).toEqual(expected);
  expect(await decideOne(two)).toEqual([second]);
  // A rollback is one alias move, and the running service takes it up.
  registry.rollback('stockout');
  two.tick();
  expect(await decideOne(two)).toEqual([first]);
  expected.push({ fromVersion: second, toVersion: first, approvedBy: [], gated: false });
  expect(promotionsOn(two)).toEqual(expected);
  two.close();
  registry.promote('stockout', third);
  const three = start();
  expect(promotionsOn(three)).toEqual([
    ...expected,
    { fromVersion: first, toVersion: third, approvedBy: [], gated: false },
  ]);
  three.close();
});
