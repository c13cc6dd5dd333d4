import Database from 'better-sqlite3';
import { DomainError } from '#domain/problems.ts';

/**
 * Claims a data folder for one service: two of them would each hold the last unit. The claim is a lock of the operating
 * system on `file`, so it ends with the process, however that ends. Returns what gives it back. Throws `conflict` with
 * `holder` where another service has it.
 */
export function claimFolder(file: string, holder: () => string): () => void {
  const lock = new Database(file, { timeout: 0 });
  try {
    // Nothing is ever written: the file stays empty.
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!(cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY'))) throw cause;
    throw new DomainError('conflict', `${holder()}; expected one service for each data folder`, { file }, cause);
  }
  return () => void lock.close();
}
