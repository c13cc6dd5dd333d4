import type { Store } from '#store/open.ts';
import { sliceNames } from './blobs.ts';
import { leafOf } from './leaf.ts';
import type { AuditLog } from './log.ts';
import { decisionRecordOf } from './replay-inputs.ts';

/** Leaves read at a time. */
const PAGE = 1000;

export interface LegalHold {
  readonly holdId: string;
  readonly tenant: string;
  /** Null: the whole tenant. */
  readonly orderId: string | null;
  readonly reason: string;
}

interface Act {
  readonly actor: string;
  /** RFC 3339 in UTC. */
  readonly ts: string;
}

/** Places a hold and logs it in one transaction. */
export function placeHold(store: Store, log: AuditLog, hold: LegalHold, { actor, ts }: Act): void {
  const { holdId, tenant, orderId, reason } = hold;
  logged(store, log, () => {
    store.sqlite
      .prepare('INSERT INTO audit_legal_holds (hold_id, tenant_id, order_id, reason, placed_at) VALUES (?, ?, ?, ?, ?)')
      .run(holdId, tenant, orderId, reason, Date.parse(ts));
    log.append([leafOf({ v: 1, type: 'legal-hold', ts, tenant, actor, holdId, orderId, action: 'placed', reason })]);
  });
}

/** Lifts a hold and logs it; false when there is no such hold in force. */
export function liftHold(
  store: Store,
  log: AuditLog,
  tenant: string,
  holdId: string,
  act: Act & { reason: string },
): boolean {
  const { actor, ts, reason } = act;
  return logged(store, log, () => {
    const row = store.sqlite
      .prepare(
        'SELECT order_id AS orderId FROM audit_legal_holds WHERE tenant_id = ? AND hold_id = ? AND lifted_at IS NULL',
      )
      .get(tenant, holdId) as { orderId: string | null } | undefined;
    if (!row) return false;
    store.sqlite.prepare('UPDATE audit_legal_holds SET lifted_at = ? WHERE hold_id = ?').run(Date.parse(ts), holdId);
    const { orderId } = row;
    log.append([leafOf({ v: 1, type: 'legal-hold', ts, tenant, actor, holdId, orderId, action: 'lifted', reason })]);
    return true;
  });
}

export function holdsInForce(store: Store, tenant: string): LegalHold[] {
  return store.sqlite
    .prepare(
      `SELECT hold_id AS holdId, tenant_id AS tenant, order_id AS orderId, reason
       FROM audit_legal_holds WHERE tenant_id = ? AND lifted_at IS NULL ORDER BY placed_at, hold_id`,
    )
    .all(tenant) as LegalHold[];
}

function logged<T>(store: Store, log: AuditLog, work: () => T): T {
  try {
    return store.transaction(work);
  } catch (error) {
    log.recover();
    throw error;
  }
}

export interface Retention extends Act {
  readonly tenant: string;
  /** Epoch milliseconds: evidence that only earlier decisions used goes. */
  readonly before: number;
}

export interface RetentionResult {
  readonly blobs: number;
  readonly personal: number;
  /** Decisions that are kept although they are old, because a hold is in force. */
  readonly held: number;
}

/**
 * Removes evidence, snapshots, plans and personal data of a tenant that only decisions before a moment used and no
 * legal hold covers, and logs it in the same transaction. Leaves stay for ever, and so do models and policies.
 */
export function applyRetention(store: Store, log: AuditLog, { tenant, before, actor, ts }: Retention): RetentionResult {
  const holds = holdsInForce(store, tenant);
  const wholeTenant = holds.some(({ orderId }) => orderId === null);
  const heldOrders = new Set(holds.map(({ orderId }) => orderId));
  const kept = new Set<string>();
  const expired: string[] = [];
  const read = new Map<number, number>();
  let held = 0;

  function mark(leaf: Buffer): void {
    const record = decisionRecordOf(leaf);
    if (!record) {
      const { ts: at, planSha256 } = JSON.parse(leaf.toString('utf8'));
      if (planSha256 && (Date.parse(at) >= before || wholeTenant)) kept.add(planSha256);
      return;
    }
    const isHeld = wholeTenant || heldOrders.has(record.orderId);
    if (Date.parse(record.ts) < before) {
      if (!isHeld) return void expired.push(record.decisionId);
      held++;
    }
    kept.add(record.evidenceSha256).add(record.input.snapshotSha256);
  }

  function markNew(): void {
    for (const { logId, tenant: owner, size } of log.heads()) {
      if (owner !== tenant) continue;
      for (let start = read.get(logId) ?? 0; start < size; start += PAGE)
        for (const leaf of log.leaves(logId, start, Math.min(size, start + PAGE))) mark(leaf);
      read.set(logId, size);
    }
  }

  // The long part first and unlocked; what was decided meanwhile is marked inside the transaction.
  markNew();
  return logged(store, log, () => {
    log.recover();
    markNew();
    const db = store.sqlite;
    db.exec('CREATE TEMP TABLE IF NOT EXISTS kept_blobs (sha256 TEXT PRIMARY KEY); DELETE FROM kept_blobs');
    const keep = db.prepare('INSERT OR IGNORE INTO kept_blobs VALUES (?)');
    for (const name of kept) keep.run(name);
    const drop = (kinds: string) =>
      db
        .prepare(
          `DELETE FROM audit_blobs WHERE tenant_id = ? AND stored_at < ? AND kind IN (${kinds})
           AND sha256 NOT IN (SELECT sha256 FROM kept_blobs)`,
        )
        .run(tenant, before).changes;
    let blobs = drop("'evidence', 'snapshot', 'plan'");
    for (const slice of slicesOf(store, tenant)) keep.run(slice);
    blobs += drop("'slice'");
    const forget = db.prepare('DELETE FROM audit_personal WHERE tenant_id = ? AND decision_id = ?');
    const personal = expired.reduce((sum, decisionId) => sum + forget.run(tenant, decisionId).changes, 0);
    db.exec('DROP TABLE kept_blobs');
    log.append([leafOf({ v: 1, type: 'retention', ts, tenant, actor, before: new Date(before).toISOString(), blobs })]);
    return { blobs, personal, held };
  });
}

/** Whether a tenant has evidence that was stored before a moment. */
export function hasEvidenceBefore(store: Store, tenant: string, before: number): boolean {
  const found = store.sqlite.prepare(
    "SELECT 1 FROM audit_blobs WHERE tenant_id = ? AND stored_at < ? AND kind = 'evidence' LIMIT 1",
  );
  return found.get(tenant, before) !== undefined;
}

/** The slices that the snapshots still there are made of. */
function slicesOf(store: Store, tenant: string): string[] {
  const manifests = store.sqlite
    .prepare("SELECT bytes FROM audit_blobs WHERE tenant_id = ? AND kind = 'snapshot'")
    .pluck()
    .all(tenant) as Buffer[];
  return manifests.flatMap(sliceNames);
}
