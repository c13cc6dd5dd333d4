import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlobStore } from '#audit/blobs.ts';
import { canonicalText } from '#audit/canonical.ts';
import { createAuditLog } from '#audit/log.ts';
import { eraseSubject, keepPersonal, readPersonal } from '#audit/personal.ts';
import { sha256Hex } from '#audit/sha256.ts';
import { openSubjectKeys } from '#audit/subject-keys.ts';
import { shipped } from '#src/config.ts';
import { openStore } from '#store/open.ts';

const open = () => openStore({ file: ':memory:', migrationsFolder: shipped.migrations });
const count = (store: ReturnType<typeof open>): number =>
  store.sqlite.prepare('SELECT count(*) FROM audit_blobs').pluck().get() as number;

describe('evidence', () => {
  it('is kept once under the hash of its canonical JSON', () => {
    const store = open();
    const blobs = createBlobStore(store, () => 0);
    const name = blobs.keepJson('north', 'evidence', { b: 1, a: [1, 2] });
    expect(name).toBe(sha256Hex('{"a":[1,2],"b":1}'));
    expect(blobs.keepJson('north', 'evidence', { a: [1, 2], b: 1 })).toBe(name);
    expect(count(store)).toBe(1);
    expect(blobs.readJson('north', name)).toEqual({ a: [1, 2], b: 1 });
    expect(blobs.read('south', name)).toBeUndefined();
  });

  it('snapshots come back to the byte, whatever their rows', () => {
    const blobs = createBlobStore(open(), () => 0);
    const row = fc.record({ nodeId: fc.constantFrom('DC1', 'DC2', 'DC3'), itemId: fc.string(), onHand: fc.nat() });
    const snapshot = fc.record({
      asOf: fc.nat(),
      items: fc.array(row),
      supply: fc.array(row),
      customer: fc.constant(null),
    });
    fc.assert(
      fc.property(snapshot, (value) => {
        const name = blobs.keepSnapshot('north', value);
        expect(name).toBe(sha256Hex(canonicalText(value)));
        expect(canonicalText(blobs.readSnapshot('north', name))).toBe(canonicalText(value));
      }),
    );
  });

  it('rows that snapshots share are kept once, apart from them, and what only one had stands in it', () => {
    const store = open();
    const blobs = createBlobStore(store, () => 0);
    const supply = ['DC1', 'DC2', 'DC3'].map((nodeId) => ({ nodeId, itemId: 'A', onHand: 5 }));
    const changed = (asOf: number) => ({ asOf, supply: [...supply.slice(0, 2), { ...supply[2], onHand: asOf }] });
    blobs.keepSnapshot('north', { asOf: 1, supply });
    expect(count(store)).toBe(1);
    blobs.keepSnapshot('north', changed(2));
    expect(count(store)).toBe(1 + 1 + 2);
    const name = blobs.keepSnapshot('north', changed(3));
    expect(count(store)).toBe(1 + 1 + 2 + 1);
    expect(blobs.readSnapshot('north', name)).toEqual(changed(3));
    blobs.keepSnapshot('south', changed(3));
    expect(count(store)).toBe(1 + 1 + 2 + 1 + 1);
  });

  it('a slice that is gone is written again: after a transaction that failed, and after another process removed it', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'audit-slices-')), 'store.db');
    const store = openStore({ file, migrationsFolder: shipped.migrations });
    const blobs = createBlobStore(store, () => 0);
    const supply = [{ nodeId: 'DC1', itemId: 'A', onHand: 5 }];
    const keepAndRead = (asOf: number) => {
      const name = blobs.keepSnapshot('north', { asOf, supply });
      expect(blobs.readSnapshot('north', name)).toEqual({ asOf, supply });
    };
    keepAndRead(1);
    expect(() =>
      store.transaction(() => {
        keepAndRead(2);
        throw new Error('no');
      }),
    ).toThrow('no');
    blobs.recover();
    for (const asOf of [2, 3, 4]) keepAndRead(asOf);
    const other = openStore({ file, migrationsFolder: shipped.migrations });
    expect(other.sqlite.prepare("DELETE FROM audit_blobs WHERE kind = 'slice'").run().changes).toBe(1);
    other.close();
    for (const asOf of [5, 6, 7]) keepAndRead(asOf);
    store.close();
  });

  it('says so when a blob has been changed or does not inflate', () => {
    const store = open();
    const blobs = createBlobStore(store, () => 0);
    const first = blobs.keep('north', 'evidence', Buffer.from('first'));
    const second = blobs.keep('north', 'evidence', Buffer.from('second'));
    store.sqlite.prepare('UPDATE audit_blobs SET bytes = (SELECT bytes FROM audit_blobs WHERE sha256 = ?)').run(second);
    expect(() => blobs.read('north', first)).toThrow(/has been changed/);
    store.sqlite.exec("UPDATE audit_blobs SET bytes = x'ff'");
    expect(() => blobs.read('north', first)).toThrow(/cannot be read/);
  });
});

describe('personal data', () => {
  const personal = { name: 'Ada Lane', phone: '+1 555 0100' };

  it('is read with its key, and never again once the key is destroyed; the log says so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'audit-subject-'));
    const store = open();
    const log = createAuditLog(store, 'log.example');
    const keyBytes = new Uint8Array(32).fill(0xa7);
    const random = (bytes: number) => keyBytes.slice(0, bytes);
    const keys = openSubjectKeys({ file: join(folder, 'keys.db'), random });
    const { sealed, personalHmac } = keys.seal('north', 'C-1', personal);
    expect(keys.seal('north', 'C-1', personal).personalHmac).toBe(personalHmac);
    keys.persist();
    keepPersonal(store, [{ tenant: 'north', decisionId: 'd1', subject: 'C-1', sealed }]);
    expect(readPersonal(store, keys, 'north', 'd1')).toEqual(personal);
    expect(sealed.includes('Ada')).toBe(false);

    const keyOnDisk = () =>
      readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(Buffer.from(keyBytes)));
    expect(keyOnDisk()).toBe(true);
    const erasure = { tenant: 'north', subject: 'C-1', actor: 'key:admin', ts: '2026-11-24T10:00:00.000Z' };
    expect(eraseSubject(store, log, keys, erasure)).toMatchObject({ keyDestroyed: true, decisions: 1 });
    expect(keyOnDisk()).toBe(false);
    expect(readPersonal(store, keys, 'north', 'd1')).toBeUndefined();
    expect(keys.unseal('north', 'C-1', sealed)).toBeUndefined();
    expect(JSON.parse(log.leaf(1, 0)!.toString())).toMatchObject({ type: 'erasure', decisions: 1, tenant: 'north' });
  });

  it('is bound to its subject and its key', () => {
    const keys = openSubjectKeys({ file: ':memory:' });
    const one = keys.seal('north', 'C-1', personal);
    const two = keys.seal('north', 'C-2', personal);
    expect(one.personalHmac).not.toBe(two.personalHmac);
    expect(() => keys.unseal('north', 'C-2', one.sealed)).toThrow();
    keys.persist();
    keys.persist();
    expect(keys.unseal('north', 'C-1', one.sealed)).toEqual(personal);
  });
});
