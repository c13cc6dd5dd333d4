import { copyFileSync, mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createCheckpointer } from '#audit/checkpointer.ts';
import { logKeysOf } from '#audit/keys.ts';
import { createAuditLog, type NewLeaf } from '#audit/log.ts';
import { Frontier, inclusionProof, leafHash, verifyInclusion } from '#audit/merkle.ts';
import { sha256 } from '#audit/sha256.ts';
import { shipped } from '#src/config.ts';
import { openStore, type Store } from '#store/open.ts';

const leaf = (number: number, tenant = 'north', year = 2026): NewLeaf => ({
  tenant,
  year,
  leaf: Buffer.from(`{"number":${number}}`),
  decisionId: `${tenant}-${year}-${number}`,
});
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const stores: Store[] = [];
function open(file = ':memory:'): Store {
  const store = openStore({ file, migrationsFolder: shipped.migrations });
  stores.push(store);
  return store;
}
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

describe('log', () => {
  it('keeps one tree for each tenant and year, each without gaps', () => {
    const log = createAuditLog(open(), 'log.example');
    const places = log.write([leaf(1), leaf(2, 'south'), leaf(3), leaf(4, 'north', 2027)]);
    expect(places.map(({ origin, index }) => `${origin}#${index}`)).toEqual([
      'log.example/north/2026#0',
      'log.example/south/2026#0',
      'log.example/north/2026#1',
      'log.example/north/2027#0',
    ]);
    expect(log.heads().map((head) => head.size)).toEqual([2, 1, 1]);
    expect(log.leafOfDecision('south-2026-2')?.leaf.toString()).toBe('{"number":2}');
  });

  it('has the root of the definition before and after memory is rebuilt from disk, at any size', () => {
    const store = open();
    const log = createAuditLog(store, 'log.example');
    const frontier = new Frontier(sha256);
    let number = 0;
    for (const batch of [1, 254, 1, 1, 300, 65_000, 700]) {
      const leaves = Array.from({ length: batch }, () => leaf(number++));
      for (const { leaf: bytes } of leaves) frontier.append(leafHash(sha256, bytes));
      log.write(leaves);
      expect(hex(log.root(1))).toBe(hex(frontier.root()));
      log.recover();
      expect(hex(log.root(1))).toBe(hex(frontier.root()));
      expect(hex(createAuditLog(store, 'log.example').root(1))).toBe(hex(frontier.root()));
    }
    const proof = inclusionProof(sha256, 65_300, number, log.hashReader(1, number));
    const hash = leafHash(sha256, leaf(65_300).leaf);
    expect(verifyInclusion(sha256, hash, 65_300, number, proof, frontier.root())).toBe(true);
  }, 120_000);

  it('refuses UPDATE and DELETE on every table of the log', () => {
    const store = open();
    const log = createAuditLog(store, 'log.example');
    log.write(Array.from({ length: 256 }, (_, number) => leaf(number)));
    store.sqlite.exec("INSERT INTO audit_checkpoints (log_id, size, note, signed_at) VALUES (1, 1, 'note', 0)");
    store.sqlite.exec("INSERT INTO audit_cosignatures (log_id, size, line, cosigned_at) VALUES (1, 1, 'line', 0)");
    for (const table of ['logs', 'leaves', 'tiles', 'checkpoints', 'cosignatures']) {
      expect(() => store.sqlite.exec(`DELETE FROM audit_${table}`)).toThrow(/append only/);
      expect(() => store.sqlite.exec(`UPDATE audit_${table} SET log_id = 9`)).toThrow(/append only/);
    }
  });

  it('a transaction that fails leaves no trace, in memory or on disk', () => {
    const store = open();
    const log = createAuditLog(store, 'log.example');
    log.write([leaf(1)]);
    const before = hex(log.root(1));
    expect(() => log.write([leaf(2), leaf(2)])).toThrow(/could not be written/);
    expect(hex(log.root(1))).toBe(before);
    expect(log.write([leaf(3)])[0]?.index).toBe(1);
  });

  it('reads the log again when disk and memory differ: after another process, or a rollback nobody told of', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'audit-log-')), 'store.db');
    const store = open(file);
    const log = createAuditLog(store, 'log.example');
    log.write([leaf(1)]);
    createAuditLog(open(file), 'log.example').write([leaf(2), leaf(3)]);
    expect(() =>
      store.transaction(() => {
        log.append([leaf(4)]);
        throw new Error('rolled back without recover');
      }),
    ).toThrow();
    expect(log.write([leaf(5)])[0]?.index).toBe(3);
    const frontier = new Frontier(sha256);
    for (const number of [1, 2, 3, 5]) frontier.append(leafHash(sha256, leaf(number).leaf));
    expect(hex(log.root(1))).toBe(hex(frontier.root()));
  });

  it('does not go on with a log that is shorter than its checkpoint, or other than what was signed', () => {
    const store = open();
    const log = createAuditLog(store, 'log.example');
    log.write([leaf(1), leaf(2), leaf(3)]);
    const keys = logKeysOf([new Uint8Array(32)]);
    createCheckpointer({ store, log, keys, now: () => 0 }).tick();
    store.sqlite.exec('DROP TRIGGER audit_leaves_no_delete; DROP TRIGGER audit_leaves_no_update');
    store.sqlite.exec('UPDATE audit_leaves SET leaf_hash = zeroblob(32) WHERE leaf_index = 1');
    expect(() => log.recover()).toThrow(/not what was signed/);
    store.sqlite.exec('DELETE FROM audit_leaves WHERE leaf_index = 2');
    expect(() => log.recover()).toThrow(/2 leaves; 3 are signed/);
  });

  it('acknowledges nothing once its file was removed or exchanged', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'audit-log-')), 'store.db');
    const log = createAuditLog(open(file), 'log.example');
    log.write([leaf(1)]);
    renameSync(file, `${file}.away`);
    expect(() => log.write([leaf(2)])).toThrow(/could not be written/);
    copyFileSync(`${file}.away`, file);
    expect(() => log.write([leaf(3)])).toThrow(/could not be written/);
    renameSync(`${file}.away`, file);
    expect(log.write([leaf(4)])[0]?.index).toBe(1);
  });

  it('refuses a leaf over 65,535 bytes', () => {
    const log = createAuditLog(open(), 'log.example');
    expect(() => log.write([{ ...leaf(1), leaf: new Uint8Array(65_536) }])).toThrow(/at most 65535/);
  });
});
