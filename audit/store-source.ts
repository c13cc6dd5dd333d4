import type { Store } from '#store/open.ts';
import type { LogSource, SourceCheckpoint, SourceLeaf, SourceTile } from './verify.ts';

interface LogRow {
  readonly logId: number;
  readonly origin: string;
}

interface LeafRow {
  readonly index: number;
  readonly leaf: Buffer;
  readonly hash: Buffer;
  readonly decisionId: string | null;
}

/** The logs of a database as they lie there. Opened read only; the log's own code is not involved. */
export function storeSources(store: Store): LogSource[] {
  const db = store.sqlite;
  const logs = db.prepare('SELECT log_id AS logId, origin FROM audit_logs ORDER BY log_id').all() as LogRow[];
  const leaves = db.prepare(
    `SELECT leaf_index AS "index", leaf, leaf_hash AS hash, decision_id AS decisionId
     FROM audit_leaves WHERE log_id = ? ORDER BY leaf_index`,
  );
  const tile = db.prepare('SELECT hashes, root FROM audit_tiles WHERE log_id = ? AND level = ? AND tile_index = ?');
  const tileCount = db.prepare('SELECT count(*) FROM audit_tiles WHERE log_id = ? AND level = ?').pluck();
  const checkpoints = db.prepare('SELECT note, size FROM audit_checkpoints WHERE log_id = ? ORDER BY checkpoint_id');
  return logs.map(({ logId, origin }) => ({
    origin,
    leaves: () => leaves.iterate(logId) as IterableIterator<LeafRow & SourceLeaf>,
    tile: (level, index) => tile.get(logId, level, index) as SourceTile | undefined,
    tileCount: (level) => tileCount.get(logId, level) as number,
    checkpoints: checkpoints.all(logId) as SourceCheckpoint[],
  }));
}
