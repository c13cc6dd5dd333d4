import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConfig } from '#src/config.ts';
import { openService } from '#src/server/service.ts';
import { inlineBody } from '../request/example.ts';
import { policyText } from './policies.ts';

const NOW = Date.parse('2026-03-24T09:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'policy-change-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'company.policy.yaml');

function put(version: string, approvedBy: string): void {
  writeFileSync(
    file,
    policyText([], { version, change: { raisedBy: 'lisa', approvedBy, reason: `version ${version}` } }),
  );
}

it('a policy change is on the log with who and why, once, also when it was made while the service was down', async () => {
  put('1', 'fay');
  let draws = 0;
  const random = (bytes: number) =>
    new Uint8Array(createHash('sha512').update(`${draws++}`).digest().subarray(0, bytes));
  const config = { ...readConfig({}), dataFolder: join(folder, 'data'), policyFiles: [folder] };
  const start = () =>
    openService(config, { now: () => NOW, random, report: (error) => expect.unreachable(String(error)) });
  const changesOn = ({ store }: ReturnType<typeof start>) =>
    (store.sqlite.prepare('SELECT leaf FROM audit_leaves ORDER BY leaf_index').pluck().all() as Buffer[])
      .map((leaf) => JSON.parse(leaf.toString()))
      .filter(({ type }) => type === 'policy-change')
      .map(({ actor, approvedBy, reason, fromRevision, toRevision }) => ({
        actor,
        approvedBy,
        reason,
        moved: fromRevision !== toRevision,
      }));
  const change = (version: string, approvedBy: string) => ({
    actor: 'lisa',
    approvedBy: [approvedBy],
    reason: `version ${version}`,
    moved: true,
  });

  const one = start();
  const { key } = one.keys.create({ tenant: 'default', roles: ['admin'], note: 'test', now: NOW, random });
  const headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'k', 'content-type': 'application/json' };
  const body = JSON.stringify({ ...inlineBody(), mode: 'quote' });
  expect((await one.app.request('/v1/recommendations', { method: 'POST', headers, body })).status).toBe(200);
  put('2', 'fred');
  one.tick();
  one.tick();
  expect(changesOn(one)).toEqual([change('2', 'fred')]);
  one.close();

  put('3', 'fay');
  const two = start();
  expect(changesOn(two)).toEqual([change('2', 'fred'), change('3', 'fay')]);
  two.close();
  const three = start();
  three.tick();
  expect(changesOn(three)).toHaveLength(2);
  three.close();
});
