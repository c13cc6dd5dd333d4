import { DomainError } from '#domain/problems.ts';
import type { Store } from '#store/open.ts';
import { signCheckpoint } from './checkpoint.ts';
import type { LogKeys } from './keys.ts';
import type { AuditLog, LogHead } from './log.ts';
import { cosignaturesOf, latestCheckpoint } from './stored-checkpoints.ts';

/** How often a growing log is signed: a receipt exists at most this long after the answer. */
export const CHECKPOINT_INTERVAL_MS = 500;

export interface SignedHead extends LogHead {
  readonly note: string;
}

export interface Checkpointer {
  /** Signs every log that has grown, or whose keys have changed, since its last checkpoint; durable when it returns. */
  tick(): SignedHead[];
  /** Keeps what a witness signed about a checkpoint of `size` leaves. */
  keepCosignature(logId: number, size: number, line: string): void;
}

export interface CheckpointerOptions {
  readonly store: Store;
  readonly log: AuditLog;
  readonly keys: LogKeys;
  /** Milliseconds since the epoch; kept beside the checkpoint, never signed. */
  readonly now: () => number;
}

export function createCheckpointer({ store, log, keys, now }: CheckpointerOptions): Checkpointer {
  const insert = store.sqlite.prepare(
    'INSERT INTO audit_checkpoints (log_id, size, note, signed_at) VALUES (?, ?, ?, ?)',
  );
  const insertCosignature = store.sqlite.prepare(
    'INSERT INTO audit_cosignatures (log_id, size, line, cosigned_at) VALUES (?, ?, ?, ?)',
  );
  const leavesOnDisk = store.sqlite
    .prepare('SELECT coalesce(max(leaf_index) + 1, 0) FROM audit_leaves WHERE log_id = ?')
    .pluck();
  /** Sizes that are known to be signed by the keys of this process. */
  const signedSizes = new Map<number, number>();
  return {
    tick() {
      const signed = log.heads().flatMap((head) => {
        if (signedSizes.get(head.logId) === head.size) return [];
        const note = signCheckpoint(
          { origin: head.origin, size: head.size, root: log.root(head.logId) },
          keys.signersFor(head.origin),
        );
        // Ed25519 is deterministic: the same tree under the same keys is the same note.
        const unchanged = latestCheckpoint(store, head.logId)?.note === note;
        return head.size === 0 || unchanged ? [] : [{ ...head, note }];
      });
      if (signed.length)
        store.transaction(() => {
          for (const { logId, origin, size, note } of signed) {
            // INVARIANT: nothing is signed that is not on disk, whatever a failed transaction left in memory.
            if ((leavesOnDisk.get(logId) as number) < size)
              throw new DomainError('log-broken', `log \`${origin}\` has fewer than ${size} leaves on disk`, {
                origin,
              });
            insert.run(logId, size, note, now());
          }
        });
      for (const { logId, size } of log.heads()) signedSizes.set(logId, size);
      return signed;
    },
    keepCosignature(logId, size, line) {
      if (!cosignaturesOf(store, logId, size).includes(line)) insertCosignature.run(logId, size, line, now());
    },
  };
}
