import { chmodSync, existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';

/** Drizzle on the one connection; inside `Store.transaction` every statement on it belongs to the transaction. */
export type Db = BetterSQLite3Database;

/** The one SQLite file on one connection. Rooms define tables and take `db` as an argument; none opens a file. */
export interface Store {
  readonly file: string;
  readonly db: Db;
  /** The driver itself, for prepared statements on the request path. */
  readonly sqlite: Database.Database;
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
  const sqlite = new Database(file, { readonly: readOnly, fileMustExist: readOnly });
  if (fresh) chmodSync(file, 0o600);
  sqlite.pragma('busy_timeout = 5000');
  sqlite.pragma('foreign_keys = ON');
  const inode = () => (file === ':memory:' ? 0 : (statSync(file, { throwIfNoEntry: false })?.ino ?? null));
  const opened = inode();
  const db = drizzle(sqlite);
  if (!readOnly) {
    // A leaf has about 1.5 KB: pages of 8 KiB waste less than half of what the default wastes. Set before the first table.
    sqlite.pragma('page_size = 8192');
    sqlite.pragma('journal_mode = WAL');
    // An answer leaves only after its leaf has reached the disk.
    sqlite.pragma('synchronous = FULL');
    // 32 MB of write-ahead log before it is folded into the file: fewer pauses, and a start still reads it in a moment.
    sqlite.pragma('wal_autocheckpoint = 4000');
    migrate(db, { migrationsFolder });
  }
  return {
    file,
    db,
    sqlite,
    transaction(work) {
      // A file that was moved away or exchanged still takes writes, and nobody would find them again.
      if (inode() !== opened) throw new Error(`\`${file}\` has been removed or exchanged since it was opened`);
      return sqlite.transaction(() => work(db)).immediate();
    },
    close: () => sqlite.close(),
  };
}
