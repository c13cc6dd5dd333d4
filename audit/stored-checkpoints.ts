import type { Store } from '#store/open.ts';

export interface StoredCheckpoint {
  readonly size: number;
  /** As the log signed it; witnesses' lines are kept apart. */
  readonly note: string;
  readonly signedAt: number;
}

/** The newest checkpoint of a log that was signed. */
export function latestCheckpoint(store: Store, logId: number): StoredCheckpoint | undefined {
  return store.sqlite
    .prepare(
      'SELECT size, note, signed_at AS signedAt FROM audit_checkpoints WHERE log_id = ? ORDER BY checkpoint_id DESC LIMIT 1',
    )
    .get(logId) as StoredCheckpoint | undefined;
}

/** The newest checkpoint that a witness has signed too. */
export function latestCosigned(store: Store, logId: number): StoredCheckpoint | undefined {
  return store.sqlite
    .prepare(
      `SELECT size, note, signed_at AS signedAt FROM audit_checkpoints
       WHERE log_id = @logId AND size = (SELECT max(size) FROM audit_cosignatures WHERE log_id = @logId)
       ORDER BY checkpoint_id DESC LIMIT 1`,
    )
    .get({ logId }) as StoredCheckpoint | undefined;
}

export function cosignaturesOf(store: Store, logId: number, size: number): string[] {
  return store.sqlite
    .prepare('SELECT line FROM audit_cosignatures WHERE log_id = ? AND size = ? ORDER BY cosignature_id')
    .pluck()
    .all(logId, size) as string[];
}

/** The checkpoint with every witness's line about it. */
export function withCosignatures(store: Store, logId: number, checkpoint: StoredCheckpoint): string {
  return checkpoint.note + cosignaturesOf(store, logId, checkpoint.size).join('');
}
