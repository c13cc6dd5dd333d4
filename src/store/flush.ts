import { DomainError } from '#domain/problems.ts';
import { isDiskFailure } from './connection.ts';
import type { Db, Store } from './open.ts';

/** Writes what is queued in one durable transaction as soon as the event loop is free; no timer. */
export interface Flush<T> {
  /** Resolves after the item is on disk; rejects with `log-unavailable` when its transaction failed. */
  enqueue(item: T): Promise<void>;
  /** Writes what is queued now. For a graceful stop. */
  drain(): void;
  /**
   * Runs `work` in a transaction of its own after what is queued. Memory is loaded again where it throws; where it was
   * no `DomainError`, the file is opened anew too, and a failing disk is `log-unavailable`.
   */
  apart<R>(work: (db: Db) => R): R;
  /** The disk failed elsewhere on the connection: nothing is written before the file has been opened anew. */
  distrust(cause: unknown): void;
  /** Throws `log-unavailable` while a failure has not been recovered from; tries to recover first. */
  assertWritable(): void;
}

export interface FlushOptions<T> {
  readonly store: Store;
  /** Writes all items, in order, inside the transaction. Throwing rolls everything back. */
  readonly write: (db: Db, items: readonly T[]) => void;
  /** Loads memory again from disk after a failed transaction; the file has been opened anew before. */
  readonly recover: () => void;
  /** Opens anew what is written beside the store. */
  readonly reopen?: () => void;
}

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: DomainError) => void;
}

function unavailable(cause: unknown): DomainError {
  return new DomainError('log-unavailable', 'the audit log could not be written; nothing was decided', {}, cause);
}

export function createFlush<T>({ store, write, recover, reopen }: FlushOptions<T>): Flush<T> {
  let queue: Waiting<T>[] = [];
  let scheduled = false;
  let recovered = true;

  function assertWritable(): void {
    if (recovered) return;
    try {
      store.sqlite.reopen();
      reopen?.();
      recover();
    } catch (cause) {
      throw unavailable(cause);
    }
    recovered = true;
  }

  function flush(): void {
    scheduled = false;
    const batch = queue;
    queue = [];
    if (batch.length === 0) return;
    try {
      assertWritable();
      const items = batch.map(({ item }) => item);
      store.transaction((db) => write(db, items));
    } catch (cause) {
      refuse(batch, cause);
      distrust(cause);
      return;
    }
    for (const { resolve } of batch) resolve();
  }

  function refuse(batch: readonly Waiting<T>[], cause: unknown): void {
    for (const { reject } of batch) reject(unavailable(cause));
  }

  function distrust(cause: unknown): void {
    // What waits has taken from a memory that is about to be loaded again.
    refuse(queue, cause);
    queue = [];
    recovered = false;
    try {
      assertWritable();
    } catch {
      // Still broken: the next request tries again, and is refused until it works.
    }
  }

  function apart<R>(work: (db: Db) => R): R {
    flush();
    assertWritable();
    try {
      return store.transaction(work);
    } catch (error) {
      if (error instanceof DomainError) recover();
      else distrust(error);
      throw isDiskFailure(error) ? unavailable(error) : error;
    }
  }

  return {
    enqueue: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        if (scheduled) return;
        scheduled = true;
        setImmediate(flush);
      }),
    drain: flush,
    apart,
    distrust,
    assertWritable,
  };
}
