import { DomainError } from '#domain/problems.ts';
import type { Store } from '#store/open.ts';
import { parseCheckpointBody } from './checkpoint.ts';
import { equalHashes, Frontier, type Hash, type HashReader, leafHash, rootFromReader } from './merkle.ts';
import { parseNote } from './note.ts';
import { sha256 } from './sha256.ts';
import { latestCheckpoint } from './stored-checkpoints.ts';
import { foldHashes, MAX_LEAF_BYTES, TILE_WIDTH, type Tile, tileHashReader, tileWidth } from './tiles.ts';

/** One leaf to append: canonical bytes, and the decision they are about when they are a decision's. */
export interface NewLeaf {
  readonly tenant: string;
  /** Calendar year in UTC of the record's `ts`. */
  readonly year: number;
  readonly leaf: Uint8Array;
  readonly decisionId?: string;
}

/** Where a leaf stands: `origin#index` is how evidence is cited. */
export interface LeafPosition {
  readonly origin: string;
  readonly index: number;
}

export interface LogHead {
  readonly logId: number;
  readonly tenant: string;
  readonly year: number;
  readonly origin: string;
  readonly size: number;
}

export interface StoredLeaf {
  readonly logId: number;
  readonly index: number;
  readonly leaf: Buffer;
  readonly decisionId: string | null;
}

/** The logs of one store: append only; no method changes or removes a leaf. */
export interface AuditLog {
  /** Appends in order. Call it inside `store.transaction`, and `recover` after a transaction that failed. */
  append(leaves: readonly NewLeaf[]): LeafPosition[];
  /** `append` in a durable transaction of its own; on failure memory is rebuilt and `log-unavailable` is thrown. */
  write(leaves: readonly NewLeaf[]): LeafPosition[];
  /** Rebuilds memory from disk: reads at most 255 hashes for each tile level of each log. */
  recover(): void;
  heads(): LogHead[];
  head(tenant: string, year: number): LogHead | undefined;
  /** Root of the whole log as it stands. */
  root(logId: number): Hash;
  /** Stored subtrees of the log's first `size` leaves. */
  hashReader(logId: number, size: number): HashReader;
  tile(logId: number, size: number, tile: Tile): Uint8Array | undefined;
  leaf(logId: number, index: number): Buffer | undefined;
  leafOfDecision(decisionId: string): StoredLeaf | undefined;
  /** Leaves from `start` up to `end`, in order. */
  leaves(logId: number, start: number, end: number): Buffer[];
}

interface Tree {
  readonly logId: number;
  readonly tenant: string;
  readonly year: number;
  readonly origin: string;
  frontier: Frontier;
  /** Hashes of the incomplete tile of each level, waiting to become a stored tile. */
  partial: Hash[][];
}

interface LogRow {
  readonly log_id: number;
  readonly tenant_id: string;
  readonly year: number;
  readonly origin: string;
}

/** Opens the logs kept in `store`; `host` begins the origin of logs made from now on. */
export function createAuditLog(store: Store, host: string): AuditLog {
  const db = store.sqlite;
  const selectLogs = db.prepare('SELECT * FROM audit_logs ORDER BY log_id');
  const insertLog = db.prepare('INSERT INTO audit_logs (tenant_id, year, origin) VALUES (?, ?, ?)');
  const selectSize = db.prepare('SELECT max(leaf_index) + 1 AS size FROM audit_leaves WHERE log_id = ?').pluck();
  const insertLeaf = db.prepare(
    'INSERT INTO audit_leaves (log_id, leaf_index, leaf, leaf_hash, decision_id) VALUES (?, ?, ?, ?, ?)',
  );
  const insertTile = db.prepare(
    'INSERT INTO audit_tiles (log_id, level, tile_index, hashes, root) VALUES (?, ?, ?, ?, ?)',
  );
  const selectTile = db
    .prepare('SELECT hashes FROM audit_tiles WHERE log_id = ? AND level = ? AND tile_index = ?')
    .pluck();
  const selectRoots = db
    .prepare(
      'SELECT root FROM audit_tiles WHERE log_id = ? AND level = ? AND tile_index >= ? ORDER BY tile_index LIMIT ?',
    )
    .pluck();
  const selectHashes = db
    .prepare('SELECT leaf_hash FROM audit_leaves WHERE log_id = ? AND leaf_index >= ? ORDER BY leaf_index LIMIT ?')
    .pluck();
  const selectLeaf = db.prepare('SELECT leaf FROM audit_leaves WHERE log_id = ? AND leaf_index = ?').pluck();
  const selectLeaves = db
    .prepare(
      'SELECT leaf FROM audit_leaves WHERE log_id = ? AND leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index',
    )
    .pluck();
  const selectDecision = db.prepare(
    'SELECT log_id AS logId, leaf_index AS "index", leaf, decision_id AS decisionId FROM audit_leaves WHERE decision_id = ?',
  );
  const trees = new Map<string, Tree>();
  const byId = new Map<number, Tree>();

  const keyOf = (tenant: string, year: number): string => `${tenant}/${year}`;

  const sizeOnDisk = (logId: number): number => (selectSize.get(logId) as number | null) ?? 0;

  /** What was signed must still be there: a log cut short or rewritten is not appended to. */
  function checkSigned(logId: number, origin: string, size: number): void {
    const note = latestCheckpoint(store, logId)?.note;
    if (note === undefined) return;
    const signed = parseCheckpointBody(parseNote(note).text);
    if (signed.size > size)
      throw new DomainError('log-broken', `log \`${origin}\` has ${size} leaves; ${signed.size} are signed`, {
        origin,
      });
    const root = rootFromReader(sha256, signed.size, storedReader(logId, signed.size));
    if (!equalHashes(root, signed.root))
      throw new DomainError('log-broken', `the first ${signed.size} leaves of \`${origin}\` are not what was signed`, {
        origin,
      });
  }

  function remember(row: LogRow): Tree {
    const { log_id: logId, tenant_id: tenant, year, origin } = row;
    const size = sizeOnDisk(logId);
    const tree: Tree = { logId, tenant, year, origin, frontier: new Frontier(sha256), partial: [] };
    tree.frontier = Frontier.from(sha256, size, storedReader(logId, size));
    for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / TILE_WIDTH))
      tree.partial[level] = hashesOf(logId, level, count - (count % TILE_WIDTH), count % TILE_WIDTH);
    checkSigned(logId, origin, size);
    trees.set(keyOf(tenant, year), tree);
    byId.set(logId, tree);
    return tree;
  }

  function hashesOf(logId: number, level: number, start: number, count: number): Hash[] {
    if (count === 0) return [];
    const hashes = (
      level === 0 ? selectHashes.all(logId, start, count) : selectRoots.all(logId, level - 1, start, count)
    ) as Buffer[];
    if (hashes.length !== count)
      throw new DomainError('log-broken', `log ${logId} has ${hashes.length} of ${count} hashes from ${start} on`, {
        logId,
        level,
        start,
      });
    return hashes;
  }

  function storedTile(logId: number, size: number, tile: Tile): Uint8Array {
    const level = tile.level as number;
    const whole = tileWidth(size, level, tile.index) === TILE_WIDTH;
    const stored = whole ? (selectTile.get(logId, level, tile.index) as Buffer | undefined) : undefined;
    const hashes = stored ?? Buffer.concat(hashesOf(logId, level, tile.index * TILE_WIDTH, tile.width));
    return hashes.subarray(0, tile.width * 32);
  }

  function storedReader(logId: number, size: number): HashReader {
    return tileHashReader(sha256, size, (tile) => storedTile(logId, size, tile));
  }

  function treeOf(tenant: string, year: number): Tree {
    const known = trees.get(keyOf(tenant, year));
    if (known) return known;
    const origin = `${host}/${tenant}/${year}`;
    const logId = Number(insertLog.run(tenant, year, origin).lastInsertRowid);
    return remember({ log_id: logId, tenant_id: tenant, year, origin });
  }

  function storeTile(tree: Tree, level: number): void {
    const hashes = Buffer.concat(tree.partial[level]!);
    const root = foldHashes(sha256, hashes);
    const tileIndex = Math.floor(tree.frontier.size / TILE_WIDTH ** (level + 1)) - 1;
    insertTile.run(tree.logId, level, tileIndex, hashes, root);
    tree.partial[level] = [];
    addHash(tree, level + 1, root);
  }

  function addHash(tree: Tree, level: number, hash: Hash): void {
    tree.partial[level] ??= [];
    tree.partial[level].push(hash);
    if (tree.partial[level].length === TILE_WIDTH) storeTile(tree, level);
  }

  // INVARIANT: memory and disk agree before the first leaf of a transaction goes in. They differ when another process
  // has appended (an erasure on the command line), or when a transaction failed and nobody called `recover`.
  function current(tree: Tree): Tree {
    if (sizeOnDisk(tree.logId) === tree.frontier.size) return tree;
    return remember({ log_id: tree.logId, tenant_id: tree.tenant, year: tree.year, origin: tree.origin });
  }

  function append(leaves: readonly NewLeaf[]): LeafPosition[] {
    const checked = new Map<string, Tree>();
    return leaves.map(({ tenant, year, leaf, decisionId }) => {
      if (leaf.length > MAX_LEAF_BYTES)
        throw new DomainError('invalid-data', `a leaf has ${leaf.length} bytes; expected at most ${MAX_LEAF_BYTES}`);
      const tree = checked.get(keyOf(tenant, year)) ?? current(treeOf(tenant, year));
      checked.set(keyOf(tenant, year), tree);
      const index = tree.frontier.size;
      const hash = leafHash(sha256, leaf);
      insertLeaf.run(tree.logId, index, leaf, hash, decisionId ?? null);
      tree.frontier.append(hash);
      addHash(tree, 0, hash);
      return { origin: tree.origin, index };
    });
  }

  function recover(): void {
    trees.clear();
    byId.clear();
    for (const row of selectLogs.all() as LogRow[]) remember(row);
  }

  function sizeOf(logId: number): number {
    return byId.get(logId)?.frontier.size ?? 0;
  }

  const headOf = ({ logId, tenant, year, origin, frontier }: Tree): LogHead => ({
    logId,
    tenant,
    year,
    origin,
    size: frontier.size,
  });

  recover();
  return {
    append,
    write(leaves) {
      try {
        return store.transaction(() => append(leaves));
      } catch (cause) {
        recover();
        if (cause instanceof DomainError) throw cause;
        throw new DomainError('log-unavailable', 'the audit log could not be written', {}, cause);
      }
    },
    recover,
    heads: () => [...trees.values()].map(headOf),
    head: (tenant, year) => {
      const tree = trees.get(keyOf(tenant, year));
      return tree && headOf(tree);
    },
    root: (logId) => byId.get(logId)?.frontier.root() ?? sha256(new Uint8Array(0)),
    hashReader: storedReader,
    tile: (logId, size, tile) => {
      if (tile.level === 'entries' || size > sizeOf(logId)) return undefined;
      if (tile.width < 1 || tile.width > tileWidth(size, tile.level, tile.index)) return undefined;
      return storedTile(logId, size, tile);
    },
    leaf: (logId, index) => selectLeaf.get(logId, index) as Buffer | undefined,
    leafOfDecision: (decisionId) => selectDecision.get(decisionId) as StoredLeaf | undefined,
    leaves: (logId, start, end) => selectLeaves.all(logId, start, end) as Buffer[],
  };
}
