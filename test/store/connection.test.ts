import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shipped } from '#src/config.ts';
import { createFlush } from '#store/flush.ts';
import { openStore } from '#store/open.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'connection-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function setUp() {
  const file = join(folder, 'store.db');
  const store = openStore({ file, migrationsFolder: shipped.migrations });
  store.sqlite.exec('create table seen (name text)');
  const insert = store.sqlite.prepare<[string]>('insert into seen values (?)');
  const names = store.sqlite.prepare<[], string>('select name from seen order by name').pluck();
  return { file, store, insert, names };
}

describe('a connection opened anew', () => {
  it('carries on with statements and shapes prepared before, and with the same durability', () => {
    const { file, store, insert, names } = setUp();
    insert.run('a');
    const query = store.db.select({ name: sql<string>`name` }).from(sql`seen`).prepare();
    expect(query.all()).toEqual([{ name: 'a' }]);
    store.sqlite.reopen();
    expect(statSync(`${file}-wal`).size).toBe(0);
    store.transaction(() => insert.run('b'));
    expect(names.all()).toEqual(['a', 'b']);
    expect(query.all()).toHaveLength(2);
    expect(store.sqlite.pragma('synchronous', { simple: true })).toBe(2);
    expect(store.sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
    store.close();
  });

  it('stays closed while another process reads the log that is to be cut off', () => {
    const { file, store, insert, names } = setUp();
    const reader = openStore({ file, migrationsFolder: shipped.migrations, readOnly: true });
    insert.run('a');
    const rows = reader.sqlite.prepare('select name from sqlite_schema').iterate();
    rows.next();
    insert.run('b');
    expect(() => store.sqlite.reopen()).toThrow(/read by another process/);
    expect(() => insert.run('c')).toThrow(/not open/);
    rows.return?.();
    store.sqlite.reopen();
    insert.run('c');
    expect(names.all()).toEqual(['a', 'b', 'c']);
    reader.close();
    store.close();
  });

  it('does not take another file for its own', () => {
    const { file, store } = setUp();
    renameSync(file, `${file}.moved`);
    expect(() => store.sqlite.reopen()).toThrow(/removed or exchanged/);
    openStore({ file, migrationsFolder: shipped.migrations }).close();
    expect(() => store.sqlite.reopen()).toThrow(/removed or exchanged/);
  });
});

describe('a flush whose disk failed elsewhere', () => {
  it('refuses what waits, opens the file anew and goes on', async () => {
    const { store, insert, names } = setUp();
    let recoveries = 0;
    const flush = createFlush<string>({
      store,
      write: (_, items) => {
        for (const item of items) insert.run(item);
      },
      recover: () => {
        recoveries++;
      },
    });
    const waiting = flush.enqueue('a');
    flush.distrust(new Error('the disk failed'));
    await expect(waiting).rejects.toMatchObject({ code: 'log-unavailable' });
    expect(recoveries).toBe(1);
    await flush.enqueue('b');
    expect(names.all()).toEqual(['b']);
    store.close();
    expect(() => flush.assertWritable()).not.toThrow();
  });
});
