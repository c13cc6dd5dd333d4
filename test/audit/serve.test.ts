import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '#audit/checkpoint.ts';
import { createCheckpointer } from '#audit/checkpointer.ts';
import { addLogKey, loadLogKeys, logKeysOf, retireLogKeys } from '#audit/keys.ts';
import { createAuditLog } from '#audit/log.ts';
import { rootFromReader } from '#audit/merkle.ts';
import { createVerifier } from '#audit/note.ts';
import { verifyReceipt } from '#audit/receipt.ts';
import { createLogReader } from '#audit/serve.ts';
import { sha256 } from '#audit/sha256.ts';
import { decodeEntries, tileHashReader } from '#audit/tiles.ts';
import { shipped } from '#src/config.ts';
import { openStore } from '#store/open.ts';

import { runAudit } from './run-audit.ts';
import { openSampleLog, sampleLeaves } from './sample-log.ts';

const origin = 'log.example/north/2026';

function setUp() {
  const store = openStore({ file: ':memory:', migrationsFolder: shipped.migrations });
  const log = createAuditLog(store, 'log.example');
  const keys = logKeysOf([new Uint8Array(32).fill(3)]);
  const checkpointer = createCheckpointer({ store, log, keys, now: () => 1_700_000_000_000 });
  const add = (from: number, to: number) =>
    log.write(
      Array.from({ length: to - from }, (_, at) => ({
        tenant: 'north',
        year: 2026,
        leaf: Buffer.from(`leaf ${from + at}`),
        decisionId: `d${from + at}`,
      })),
    );
  const verifiers = keys.signersFor(origin).map((signer) => createVerifier(signer.verifierKey));
  return { store, log, checkpointer, add, verifiers, reader: createLogReader(store, log) };
}

describe('what is served of a log', () => {
  it('a receipt exists from the next checkpoint on, and proves its leaf and no other', () => {
    const { add, checkpointer, reader, verifiers } = setUp();
    add(0, 600);
    expect(reader.receiptFor('north', 'd17')).toBeUndefined();
    checkpointer.tick();
    add(600, 700);
    const receipt = reader.receiptFor('north', 'd17')!;
    expect(verifyReceipt(receipt, Buffer.from('leaf 17'), verifiers)).toBe(true);
    expect(verifyReceipt(receipt, Buffer.from('leaf 18'), verifiers)).toBe(false);
    expect(reader.receiptFor('north', 'd650')).toBeUndefined();
    expect(reader.receiptFor('south', 'd17')).toBeUndefined();
    expect(reader.leafOf('north', 'd17')?.reference).toBe(`${origin}#17`);
  });

  it('tiles and bundles lead to the signed root, and nothing beyond it is served', () => {
    const { add, checkpointer, reader, verifiers } = setUp();
    add(0, 700);
    checkpointer.tick();
    add(700, 800);
    const checkpoint = openCheckpoint(reader.checkpointText('north', 2026)!, verifiers);
    expect(checkpoint.size).toBe(700);
    const read = tileHashReader(
      sha256,
      700,
      ({ level, index, width }) => reader.tileBytes('north', 2026, level as number, index, width)!,
    );
    expect(rootFromReader(sha256, 700, read)).toEqual(Buffer.from(checkpoint.root));
    expect(Buffer.from(decodeEntries(reader.entryBundle('north', 2026, 2, 188)!)[187]!).toString()).toBe('leaf 699');
    expect(reader.entryBundle('north', 2026, 2, 189)).toBeUndefined();
    expect(reader.tileBytes('north', 2026, 0, 2, 189)).toBeUndefined();
    expect(reader.tileBytes('north', 2026, 0, 2, 100)).toHaveLength(3200);
    expect(reader.tileBytes('north', 2027, 0, 0, 1)).toBeUndefined();
  });

  it('signs nothing that a failed transaction left in memory', () => {
    const { store, log, add, checkpointer } = setUp();
    add(0, 3);
    checkpointer.tick();
    expect(() =>
      store.transaction(() => {
        log.append([{ tenant: 'north', year: 2026, leaf: Buffer.from('lost') }]);
        throw new Error('the disk failed and nobody called recover');
      }),
    ).toThrow();
    expect(() => checkpointer.tick()).toThrow(/fewer than 4 leaves on disk/);
    log.recover();
    expect(checkpointer.tick()).toEqual([]);
    add(3, 4);
    expect(checkpointer.tick()).toHaveLength(1);
  });

  it('signs a log again only when it has grown', () => {
    const { add, checkpointer } = setUp();
    expect(checkpointer.tick()).toEqual([]);
    add(0, 1);
    expect(checkpointer.tick()).toHaveLength(1);
    expect(checkpointer.tick()).toEqual([]);
  });
});

describe('log keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-keys-'));

  it('are made on first use with mode 600, and each log signs with a key of its own', () => {
    const file = join(folder, 'first.key');
    const keys = loadLogKeys({ file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = loadLogKeys({ file });
    expect(again.signersFor(origin)[0]!.verifierKey).toBe(keys.signersFor(origin)[0]!.verifierKey);
    const secondKey = keys.signersFor('log.example/south/2026')[0]!.verifierKey;
    expect(secondKey.split('+').at(-1)).not.toBe(keys.signersFor(origin)[0]!.verifierKey.split('+').at(-1));
    const text = readFileSync(file, 'utf8');
    expect(loadLogKeys({ file: join(folder, 'none.key'), text }).signersFor(origin)[0]!.verifierKey).toBe(
      keys.signersFor(origin)[0]!.verifierKey,
    );
  });

  it('rotate with both signatures in the note, the newest first', () => {
    const file = join(folder, 'rotating.key');
    const [old] = loadLogKeys({ file }).signersFor(origin);
    addLogKey({ file });
    const both = loadLogKeys({ file }).signersFor(origin);
    expect(both.map((signer) => signer.verifierKey)).toEqual([expect.any(String), old!.verifierKey]);
    expect(retireLogKeys({ file })).toBe(1);
    expect(
      loadLogKeys({ file })
        .signersFor(origin)
        .map((signer) => signer.verifierKey),
    ).toEqual([both[0]!.verifierKey]);
  });

  it('are refused from a file that others can read', () => {
    const file = join(folder, 'open.key');
    writeFileSync(file, 'fairlead-audit-key-v1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n', { mode: 0o644 });
    expect(() => loadLogKeys({ file })).toThrow(/mode 644; expected 600/);
    expect(() => loadLogKeys({ file, text: 'nonsense' })).toThrow(/line 1/);
  });
});

describe('fairlead audit keys', () => {
  it('prints the keys of logs, also of one that does not exist yet, and rotates with a leaf', async () => {
    const data = mkdtempSync(join(tmpdir(), 'audit-keys-command-'));
    const sample = openSampleLog(data);
    sample.log.write(sampleLeaves(0, 3));
    const [old] = sample.keys.signersFor(origin);
    sample.store.close();
    expect((await runAudit('keys', '--data', data)).out).toBe(`${old!.verifierKey}\n`);
    const next = await runAudit('keys', 'north/2031', '--data', data);
    expect(next.out).toMatch(/^fairlead\.local\/north\/2031\+[0-9a-f]{8}\+/);
    expect((await runAudit('keys', '--rotate', '--data', data)).out.trim().split('\n')).toHaveLength(2);
    const rotated = openSampleLog(data);
    rotated.checkpointer.tick();
    expect(rotated.reader.checkpointText('north', 2026)!.match(/^\u2014 /gmu)).toHaveLength(2);
    expect(JSON.parse(rotated.log.leaf(1, 3)!.toString())).toMatchObject({ type: 'key-rotation', action: 'added' });
    rotated.store.close();
    expect((await runAudit('keys', '--retire', '--data', data)).out.trim().split('\n')).toHaveLength(1);
  });
});
