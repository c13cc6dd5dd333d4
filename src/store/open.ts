import { chmodSync, existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { type Connection, openConnection } from './connection.ts';

/** Drizzle on the one connection; inside `Store.transaction` every statement on it belongs to the transaction. */
export type Db = BetterSQLite3Database & { readonly $client: Database.Database };

/** The one SQLite file on one connection. Rooms define tables and take `db` as an argument; none opens a file. */
export interface Store {
  readonly file: string;
  readonly db: Db;
  /** The driver itself, for prepared statements on the request path. */
  readonly sqlite: Connection;
  /** Runs `work` in one IMMEDIATE transaction; commits durably (synchronous=FULL) or rolls back and throws. */
  transaction<T>(work: (db: Db) => T): T;
  close(): void;
}

export interface StoreOptions {
  /** A path, or `:memory:` for a test. */
  readonly file: string;
  readonly migrationsFolder: string;
  /** Read a file that another process writes; nothing is migrated. @default false */
  readonly readOnly?: boolean;
}

/** Opens or creates the store and brings its schema up to date. Throws what the driver throws when it cannot. */
export function openStore({ file, migrationsFolder, readOnly = false }: StoreOptions): Store {
  const fresh = file !== ':memory:' && !existsSync(file);
  const sqlite = openConnection({
    file,
    readOnly,
    prepare(opened) {
      opened.pragma('foreign_keys = ON');
      if (readOnly) return;
      // A leaf has about 1.5 KB: pages of 8 KiB waste less than half of what the default wastes. Set before the first table.
      opened.pragma('page_size = 8192');
      opened.pragma('journal_mode = WAL');
      // An answer leaves only after its leaf has reached the disk.
      opened.pragma('synchronous = FULL');
      // 32 MB of write-ahead log before it is folded into the file: fewer pauses, and a start still reads it in a moment.
      opened.pragma('wal_autocheckpoint = 4000');
    },
  });
  if (fresh) chmodSync(file, 0o600);
  // Drizzle needs `prepare` and `transaction` only; through the connection, what it prepares outlives a reopening too.
  const db = drizzle(sqlite as unknown as Database.Database);
  if (!readOnly) migrate(db, { migrationsFolder });
  return {
    file,
    db,
    sqlite,
    transaction(work) {
      sqlite.assertSameFile();
      return sqlite.transaction(() => work(db)).immediate();
    },
    close: sqlite.close,
  };
}
