import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { auditKeys } from '#src/cli/audit-keys.ts';
import { dataFiles, readConfig } from '#src/config.ts';
import { openService } from '#src/server/service.ts';
import { inlineBody } from '../request/example.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-one-'));
  folders.push(folder);
  return folder;
}

const open = (dataFolder: string) =>
  openService(
    { ...readConfig({}), dataFolder, modelsFolder: join(dataFolder, 'none') },
    { now: () => NOW, random: randomBytes, report: () => {} },
  );

describe('a data folder', () => {
  it('is not opened by a second service, which would sell the same last unit', () => {
    const folder = newFolder();
    const first = open(folder);
    expect(() => open(folder)).toThrow(/another service runs on data folder/);
    first.close();
    open(folder).close();
  });

  it('is free again after a start that failed', () => {
    const folder = newFolder();
    writeFileSync(dataFiles(folder).auditKey, 'nonsense\n', { mode: 0o600 });
    expect(() => open(folder)).toThrow(/has no audit key in line 1/);
    rmSync(dataFiles(folder).auditKey);
    open(folder).close();
  });

  it('that is a file, or a database that is none, is named in one sentence', () => {
    const folder = newFolder();
    const file = join(folder, 'file');
    writeFileSync(file, 'text');
    expect(() => open(file)).toThrow(/data folder `.*file`: EEXIST/);
    writeFileSync(dataFiles(folder).store, Buffer.alloc(4096, 7));
    expect(() => open(folder)).toThrow(/`.*fairlead\.db` cannot be opened: file is not a database/);
  });
});

describe('the audit key', () => {
  /** A folder with one decision on its log, and the checkpoint over it. */
  async function signedFolder(): Promise<string> {
    const folder = newFolder();
    const service = open(folder);
    const { key } = service.keys.create({
      tenant: 'default',
      roles: ['admin'],
      note: '',
      now: NOW,
      random: randomBytes,
    });
    const response = await service.app.request('/v1/recommendations', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'idempotency-key': 'one', 'content-type': 'application/json' },
      body: JSON.stringify({ ...inlineBody(), mode: 'quote' }),
    });
    expect(response.status).toBe(200);
    service.close();
    return folder;
  }

  it('that did not sign the newest checkpoint keeps the service from starting, until the log names it', async () => {
    const folder = await signedFolder();
    rmSync(dataFiles(folder).auditKey);
    expect(() => open(folder)).toThrow(/is signed by key [0-9a-f]{8}, and the audit key here is [0-9a-f]{8}; put back/);
    await auditKeys.run(['--data', folder, '--rotate'], { out: () => {}, err: () => {} } as never);
    open(folder).close();
    open(folder).close();
  });
});
