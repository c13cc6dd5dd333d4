import type { Store } from '#store/open.ts';
import type { AuditLog } from './log.ts';
import { inclusionProof } from './merkle.ts';
import { formatReceipt } from './receipt.ts';
import { sha256 } from './sha256.ts';
import { latestCheckpoint, latestCosigned, withCosignatures } from './stored-checkpoints.ts';
import { encodeEntries, TILE_WIDTH, type Tile, tileWidth } from './tiles.ts';

/**
 * What is served of a log, over HTTP or as files. Everything is bounded by the newest signed checkpoint; undefined
 * where there is nothing. Tiles and bundles never change: cache them for ever. The checkpoint changes: do not.
 */
export interface LogReader {
  /** The newest checkpoint as a signed note, with the witnesses' cosignatures. */
  checkpointText(tenant: string, year: number): string | undefined;
  /** `width` hashes of 32 bytes. */
  tileBytes(tenant: string, year: number, level: number, index: number, width: number): Uint8Array | undefined;
  /** Leaves in full: only for those who may read the audit log. */
  entryBundle(tenant: string, year: number, index: number, width: number): Uint8Array | undefined;
  /** The tlog-proof of a decision of `tenant`; undefined too while its leaf waits for the next checkpoint. */
  receiptFor(tenant: string, decisionId: string): string | undefined;
  /** Leaves in the log of a year, signed for or not yet; 0 where there is no such log. */
  sizeOf(tenant: string, year: number): number;
  /** The tlog-proof of any leaf, by its place in the log of a year. */
  receiptAt(tenant: string, year: number, index: number): string | undefined;
  /** `origin#index` of a decision's leaf, and the leaf. */
  leafOf(tenant: string, decisionId: string): { reference: string; leaf: Uint8Array } | undefined;
}

export function createLogReader(store: Store, log: AuditLog): LogReader {
  const signedSize = (tenant: string, year: number): { logId: number; size: number } | undefined => {
    const head = log.head(tenant, year);
    const checkpoint = head && latestCheckpoint(store, head.logId);
    return checkpoint && { logId: head.logId, size: checkpoint.size };
  };
  const find = (tenant: string, decisionId: string) => {
    const stored = log.leafOfDecision(decisionId);
    const head = stored && log.heads().find(({ logId }) => logId === stored.logId);
    return stored && head?.tenant === tenant ? { stored, head } : undefined;
  };
  const receipt = (logId: number, index: number): string | undefined => {
    const checkpoint = [latestCosigned(store, logId), latestCheckpoint(store, logId)].find(
      (candidate) => candidate !== undefined && candidate.size > index,
    );
    if (!checkpoint) return undefined;
    const proof = inclusionProof(sha256, index, checkpoint.size, log.hashReader(logId, checkpoint.size));
    return formatReceipt({ index, proof, checkpoint: withCosignatures(store, logId, checkpoint) });
  };
  return {
    checkpointText(tenant, year) {
      const head = log.head(tenant, year);
      const checkpoint = head && latestCheckpoint(store, head.logId);
      return checkpoint && withCosignatures(store, head.logId, checkpoint);
    },
    tileBytes(tenant, year, level, index, width) {
      const signed = signedSize(tenant, year);
      const tile: Tile = { level, index, width };
      return signed && log.tile(signed.logId, signed.size, tile);
    },
    entryBundle(tenant, year, index, width) {
      const signed = signedSize(tenant, year);
      if (!signed || width < 1 || width > tileWidth(signed.size, 'entries', index)) return undefined;
      return encodeEntries(log.leaves(signed.logId, index * TILE_WIDTH, index * TILE_WIDTH + width));
    },
    receiptFor(tenant, decisionId) {
      const found = find(tenant, decisionId);
      return found && receipt(found.stored.logId, found.stored.index);
    },
    sizeOf: (tenant, year) => log.head(tenant, year)?.size ?? 0,
    receiptAt(tenant, year, index) {
      const head = log.head(tenant, year);
      return head && receipt(head.logId, index);
    },
    leafOf(tenant, decisionId) {
      const found = find(tenant, decisionId);
      return found && { reference: `${found.head.origin}#${found.stored.index}`, leaf: found.stored.leaf };
    },
  };
}
