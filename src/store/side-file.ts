import { chmodSync, existsSync } from 'node:fs';
import { type Connection, openConnection } from './connection.ts';

/** A small SQLite file beside the one store, for what must not lie in it or in its backups. */
export type SideFile = Connection;

/**
 * Opens or creates a file of mode 0600 with `schema` (idempotent SQL). Every commit is durable, and what is deleted is
 * overwritten with zeros.
 */
export function openSideFile(file: string, schema: string): SideFile {
  const fresh = file !== ':memory:' && !existsSync(file);
  const sqlite = openConnection({
    file,
    prepare(opened) {
      opened.pragma('secure_delete = ON');
      opened.pragma('journal_mode = WAL');
      opened.pragma('synchronous = FULL');
      opened.exec(schema);
    },
  });
  if (fresh) chmodSync(file, 0o600);
  return sqlite;
}
