import type { Store } from '#store/open.ts';
import { leafOf } from './leaf.ts';
import type { AuditLog, LeafPosition } from './log.ts';
import { sha256Hex } from './sha256.ts';
import type { SubjectKeys } from './subject-keys.ts';

/** Personal data of a decision, ready to be written in the decision's transaction. */
export interface PersonalRow {
  readonly tenant: string;
  readonly decisionId: string;
  readonly subject: string;
  readonly sealed: Uint8Array;
}

/** Inside the decision's transaction, after `SubjectKeys.persist`. */
export function keepPersonal(store: Store, rows: readonly PersonalRow[]): void {
  const insert = store.sqlite.prepare(
    'INSERT INTO audit_personal (tenant_id, decision_id, subject, sealed) VALUES (?, ?, ?, ?)',
  );
  for (const { tenant, decisionId, subject, sealed } of rows) insert.run(tenant, decisionId, subject, sealed);
}

/** The personal data of a decision; undefined when there was none or it has been erased. */
export function readPersonal(store: Store, keys: SubjectKeys, tenant: string, decisionId: string): unknown {
  const row = store.sqlite
    .prepare('SELECT subject, sealed FROM audit_personal WHERE tenant_id = ? AND decision_id = ?')
    .get(tenant, decisionId) as { subject: string; sealed: Buffer } | undefined;
  return row && keys.unseal(tenant, row.subject, row.sealed);
}

export interface Erasure {
  readonly tenant: string;
  readonly subject: string;
  readonly actor: string;
  /** RFC 3339 in UTC. */
  readonly ts: string;
}

export interface ErasureResult {
  readonly keyDestroyed: boolean;
  readonly decisions: number;
  readonly position: LeafPosition;
}

/**
 * Destroys the subject's key, then removes the ciphertexts and logs it in one transaction. Leaves and evidence stay:
 * proofs verify and replays work as before. After a crash in between it is asked again, and only then logged.
 */
export function eraseSubject(store: Store, log: AuditLog, keys: SubjectKeys, erasure: Erasure): ErasureResult {
  const { tenant, subject, actor, ts } = erasure;
  const keyDestroyed = keys.destroy(tenant, subject);
  try {
    return store.transaction(() => {
      const decisions = store.sqlite
        .prepare('DELETE FROM audit_personal WHERE tenant_id = ? AND subject = ?')
        .run(tenant, subject).changes;
      const subjectSha256 = sha256Hex(`${tenant}/${subject}`);
      const leaf = leafOf({ v: 1, type: 'erasure', ts, tenant, actor, subjectSha256, decisions });
      return { keyDestroyed, decisions, position: log.append([leaf])[0]! };
    });
  } catch (error) {
    log.recover();
    throw error;
  }
}
