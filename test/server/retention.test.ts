import { join } from 'node:path';
import { expect, it } from 'vitest';
import { placeHold } from '#audit/retention.ts';
import { DAY_MS, toRfc3339 } from '#domain/time.ts';
import { loadPolicy, resolvePolicy } from '#policies/load.ts';
import { readPolicyFiles } from '#policies/schedule.ts';
import { shipped } from '#src/config.ts';
import { createRetention } from '#src/server/retention.ts';
import { minimalBody } from '../request/example.ts';
import { NOW, testbed } from './testbed.ts';

it('evidence goes by itself when the policy says so: once a day, but for what is held, and the log says it', async () => {
  const file = join(shipped.policies, 'default.policy.yaml');
  const [{ text } = { text: '' }] = readPolicyFiles([file]);
  const keeping = loadPolicy([file]);
  const thirtyDays = resolvePolicy([
    { file, text: text.replace('\nlimits:', '\nretention:\n  evidence: 30 days\n\nlimits:') },
  ]);
  let policy = keeping;
  const { store, log, desk, clock, send, blobs } = testbed();
  const retention = createRetention({
    store,
    log,
    blobs,
    desk,
    policy: () => policy,
    tenants: () => ['acme'],
    now: () => clock.now,
  });
  const decide = async (orderId: string) => {
    const body = minimalBody();
    body.order.orderId = orderId;
    // A moment later each: a snapshot of its own.
    clock.now++;
    expect((await send('POST', '/v1/recommendations', body)).status).toBe(200);
  };
  await decide('SO-1');
  await decide('SO-2');
  placeHold(
    store,
    log,
    { holdId: 'h1', tenant: 'acme', orderId: 'SO-1', reason: 'claim' },
    { actor: 'key:a', ts: toRfc3339(NOW) },
  );
  const leaves = () => log.leaves(1, 0, log.head('acme', 2026)!.size).map((leaf) => JSON.parse(leaf.toString()));
  const kept = () => {
    const records = leaves().filter(({ type }) => type === 'decision');
    return records.filter(({ evidenceSha256 }) => blobs.read('acme', evidenceSha256)).map(({ orderId }) => orderId);
  };
  clock.now = NOW + 31 * DAY_MS;
  retention.tick();
  expect(kept()).toEqual(['SO-1', 'SO-2']);
  policy = thirtyDays;
  retention.tick();
  retention.tick();
  expect(kept()).toEqual(['SO-1']);
  const said = leaves().filter(({ type }) => type === 'retention');
  expect(said).toHaveLength(1);
  expect(said[0]).toMatchObject({ actor: 'policy:company', before: toRfc3339(NOW + DAY_MS) });
  // What its snapshot shares with those that went is written again.
  await decide('SO-3');
  expect(kept()).toEqual(['SO-1', 'SO-3']);
  expect(blobs.readSnapshot('acme', leaves().at(-1).input.snapshotSha256)).toMatchObject({ schema: 'snapshot@1' });
  expect(keeping.policyRevision).not.toBe(thirtyDays.policyRevision);
});
