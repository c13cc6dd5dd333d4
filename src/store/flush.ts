import { DomainError } from '#domain/problems.ts';
import type { Db, Store } from './open.ts';

/** Writes what is queued in one durable transaction as soon as the event loop is free; no timer. */
export interface Flush<T> {
  /** Resolves after the item is on disk; rejects with `log-unavailable` when its transaction failed. */
  enqueue(item: T): Promise<void>;
  /** Writes what is queued now. For a graceful stop. */
  drain(): void;
  /** Throws `log-unavailable` while a failure has not been recovered from; tries to recover first. */
  assertWritable(): void;
}

export interface FlushOptions<T> {
  readonly store: Store;
  /** Writes all items, in order, inside the transaction. Throwing rolls everything back. */
  readonly write: (db: Db, items: readonly T[]) => void;
  /** Loads memory again from disk after a failed transaction. While it throws, nothing is decided. */
  readonly recover: () => void;
}

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: DomainError) => void;
}

function unavailable(cause: unknown): DomainError {
  return new DomainError('log-unavailable', 'the audit log could not be written; nothing was decided', {}, cause);
}

export function createFlush<T>({ store, write, recover }: FlushOptions<T>): Flush<T> {
  let queue: Waiting<T>[] = [];
  let scheduled = false;
  let recovered = true;

  function assertWritable(): void {
    if (recovered) return;
    try {
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
      recovered = false;
      const error = unavailable(cause);
      for (const { reject } of batch) reject(error);
      try {
        assertWritable();
      } catch {
        // Still broken: the next request tries again, and is refused until it works.
      }
      return;
    }
    for (const { resolve } of batch) resolve();
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
    assertWritable,
  };
}
