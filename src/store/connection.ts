import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { DomainError } from '#domain/problems.ts';

/** What is used of the driver's statement. */
export type Statement<Bind extends unknown[] = unknown[], Row = unknown> = Pick<
  Database.Statement<Bind, Row>,
  'run' | 'get' | 'all' | 'iterate' | 'readonly'
> & {
  /** Rows are their first column. */
  pluck(): Statement<Bind, Row>;
  /** Rows are arrays. */
  raw(): Statement<Bind, Row>;
};

/** One connection to one file. It can be opened anew: statements prepared on it go on with the new one. */
export interface Connection extends Pick<Database.Database, 'pragma' | 'transaction'> {
  exec(sql: string): void;
  prepare<Bind extends unknown[] = unknown[], Row = unknown>(sql: string): Statement<Bind, Row>;
  /**
   * Closes the file and opens it again. After an I/O error neither the connection's memory nor the write-ahead log is
   * trusted: what a failed sync left in the kernel's cache reads as if it were on the disk. So the log is read anew,
   * folded into the file, synced and cut off. Throws while that does not work; until it does, every statement throws.
   */
  reopen(): void;
  /** Throws where the file was removed or exchanged since it was first opened. */
  assertSameFile(): void;
  close(): void;
}

/** How long a statement waits for another process. */
const WAIT_MS = 5000;
/** The same while the file is opened anew: the caller tries again, and serves nobody meanwhile. */
const REOPEN_WAIT_MS = 200;

/** Runs through `current` at every call, so that it outlives the connection it was prepared on. */
class LivingStatement {
  readonly #sql: string;
  readonly #connected: () => Database.Database;
  #shape: 'pluck' | 'raw' | null = null;
  #on: Database.Database | undefined;
  #made!: Database.Statement<unknown[]>;

  constructor(sql: string, connected: () => Database.Database) {
    this.#sql = sql;
    this.#connected = connected;
    this.#current();
  }

  #current(): Database.Statement<unknown[]> {
    const connection = this.#connected();
    if (connection !== this.#on) {
      this.#made = connection.prepare(this.#sql);
      if (this.#shape) this.#made[this.#shape]();
      this.#on = connection;
    }
    return this.#made;
  }

  #shaped(shape: 'pluck' | 'raw'): this {
    this.#current()[shape]();
    this.#shape = shape;
    return this;
  }

  get readonly() {
    return this.#current().readonly;
  }
  run(...values: unknown[]) {
    return this.#current().run(...values);
  }
  get(...values: unknown[]) {
    return this.#current().get(...values);
  }
  all(...values: unknown[]) {
    return this.#current().all(...values);
  }
  iterate(...values: unknown[]) {
    return this.#current().iterate(...values);
  }
  pluck() {
    return this.#shaped('pluck');
  }
  raw() {
    return this.#shaped('raw');
  }
}

export interface ConnectionOptions {
  /** A path, or `:memory:`, which has nothing to open anew. */
  readonly file: string;
  readonly readOnly?: boolean;
  /** Pragmas and schema of every new connection; run before the first statement. */
  readonly prepare: (sqlite: Database.Database) => void;
}

/** Throws `invalid-data` where the file cannot be opened or is no database. */
export function openConnection({ file, readOnly = false, prepare }: ConnectionOptions): Connection {
  const inode = () => (file === ':memory:' ? 0 : (statSync(file, { throwIfNoEntry: false })?.ino ?? null));
  const open = (fileMustExist: boolean, waitMs: number): Database.Database => {
    const opened = new Database(file, { readonly: readOnly, fileMustExist });
    try {
      opened.pragma(`busy_timeout = ${waitMs}`);
      prepare(opened);
      // Reads the file's head: what is no database is found here, not at the first statement.
      opened.pragma('schema_version');
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  };
  let sqlite: Database.Database;
  try {
    sqlite = open(readOnly, WAIT_MS);
  } catch (cause) {
    throw new DomainError('invalid-data', `\`${file}\` cannot be opened: ${(cause as Error).message}`, { file }, cause);
  }
  const first = inode();

  function assertSameFile(): void {
    // A file that was moved away or exchanged still takes writes, and nobody would find them again.
    if (inode() !== first) throw new Error(`\`${file}\` has been removed or exchanged since it was opened`);
  }

  function foldIn(opened: Database.Database): void {
    const [{ busy } = { busy: 1 }] = opened.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (busy !== 0) throw new Error(`\`${file}\` is being read by another process; it cannot be opened anew`);
    opened.pragma(`busy_timeout = ${WAIT_MS}`);
  }

  return {
    prepare: <Bind extends unknown[], Row>(sql: string) =>
      new LivingStatement(sql, () => sqlite) as unknown as Statement<Bind, Row>,
    exec: (sql) => void sqlite.exec(sql),
    pragma: (source, options) => sqlite.pragma(source, options),
    transaction: (work) => sqlite.transaction(work),
    reopen() {
      if (file === ':memory:' || readOnly) return;
      sqlite.close();
      assertSameFile();
      const opened = open(true, REOPEN_WAIT_MS);
      try {
        foldIn(opened);
      } catch (error) {
        opened.close();
        throw error;
      }
      sqlite = opened;
    },
    assertSameFile,
    close: () => void sqlite.close(),
  };
}

/** Whether the disk, not the statement, is at fault: from then on the connection is not to be trusted. */
export function isDiskFailure(error: unknown): boolean {
  return (
    error instanceof Database.SqliteError &&
    /^SQLITE_(IOERR|FULL|CORRUPT|NOTADB|CANTOPEN|READONLY|PROTOCOL)/.test(error.code)
  );
}
