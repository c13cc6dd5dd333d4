import { chmodSync, existsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** A small SQLite file beside the one store, for what must not lie in it or in its backups. */
export type SideFile = Database.Database;

/**
 * Opens or creates a file of mode 0600 with `schema` (idempotent SQL). Every commit is durable, and what is deleted is
 * overwritten with zeros.
 */
export function openSideFile(file: string, schema: string): SideFile {
  const fresh = file !== ':memory:' && !existsSync(file);
  const sqlite = new Database(file);
  if (fresh) chmodSync(file, 0o600);
  sqlite.pragma('busy_timeout = 5000');
  sqlite.pragma('secure_delete = ON');
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.exec(schema);
  return sqlite;
}
