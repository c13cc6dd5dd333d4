import { and, asc, eq, lte } from 'drizzle-orm';
import type { ApprovalNeed } from '#domain/guard.ts';
import { actorOf, type Principal } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import type { ReasonCode } from '#domain/reason-codes.ts';
import { type Instant, MINUTE_MS } from '#domain/time.ts';
import type { Policy } from '#policies/policy.ts';
import type { Db } from '#store/open.ts';
import { resolveException } from './ownership.ts';
import { appendHistory } from './queue.ts';
import { approvals, exceptions } from './tables.ts';

export type Approval = Omit<typeof approvals.$inferSelect, 'tenantId'>;

/** What the soft hold of a decision does while people are asked: kept until the first approval expires, or let go. */
export function holdDuringApproval(
  needs: readonly ApprovalNeed[],
  now: Instant,
): { readonly keep: true; readonly until: Instant } | { readonly keep: false } {
  if (needs.some(({ holdMeanwhile }) => holdMeanwhile === 'RELEASE')) return { keep: false };
  const minutes = Math.min(...needs.map(({ expiresInMinutes }) => expiresInMinutes));
  return { keep: true, until: now + minutes * MINUTE_MS };
}

export interface ApprovalRequest {
  readonly tenant: string;
  readonly decisionId: string;
  readonly needs: readonly ApprovalNeed[];
  /** The actor who asked for the decision. */
  readonly raisedBy: string;
  readonly now: Instant;
}

/** Writes what has to be approved, in the transaction of the decision. */
export function requestApprovals(db: Db, { tenant, decisionId, needs, raisedBy, now }: ApprovalRequest): void {
  for (const { ruleId, approverRole, expiresInMinutes, holdMeanwhile } of needs)
    db.insert(approvals)
      .values({
        tenantId: tenant,
        decisionId,
        ruleId,
        approverRole,
        state: 'PENDING',
        raisedBy,
        raisedAt: now,
        expiresAt: now + expiresInMinutes * MINUTE_MS,
        holdMeanwhile,
      })
      .run();
}

export function approvalsOf(db: Db, tenant: string, decisionId: string): Approval[] {
  return db
    .select()
    .from(approvals)
    .where(and(eq(approvals.tenantId, tenant), eq(approvals.decisionId, decisionId)))
    .orderBy(asc(approvals.ruleId))
    .all()
    .map(({ tenantId: _, ...approval }) => approval);
}

/** Whether a key holds an approval role of the policy. */
export function holdsRole(principal: Principal, policy: Pick<Policy, 'approvers'>, role: string): boolean {
  const keys = policy.approvers[role] ?? [];
  return principal.roles.includes('approver') && (keys.includes('*') || keys.includes(principal.keyId));
}

export interface ApprovalAnswer {
  readonly principal: Principal;
  readonly decisionId: string;
  readonly verdict: 'APPROVED' | 'REFUSED';
  readonly reasonCode: ReasonCode | null;
  readonly note: string;
  /** In force now: it says who holds which role. */
  readonly policy: Pick<Policy, 'approvers'>;
  readonly now: Instant;
}

export interface ApprovalResult {
  /** Of the decision as a whole: one refusal refuses it, and every rule that asked has to be answered. */
  readonly state: 'PENDING' | 'APPROVED' | 'REFUSED';
  /** The rules that this answer settled. */
  readonly ruleIds: readonly string[];
  /** What the caller does with the soft hold. RETAKE: it was let go meanwhile, so the order is decided again. */
  readonly hold: 'KEEP' | 'RELEASE' | 'RETAKE';
}

function answerable(db: Db, { principal, decisionId, policy, now }: ApprovalAnswer): Approval[] {
  const all = approvalsOf(db, principal.tenant, decisionId);
  if (all.length === 0)
    throw new DomainError('not-found', `decision \`${decisionId}\` asks for no approval`, { decisionId });
  const pending = all.filter(({ state, expiresAt }) => state === 'PENDING' && expiresAt > now);
  if (all.some(({ state }) => state === 'REFUSED') || pending.length === 0)
    throw new DomainError('conflict', `decision \`${decisionId}\` waits for no approval any more`, {
      decisionId,
      states: all.map(({ ruleId, state }) => ({ ruleId, state })),
    });
  const mine = pending.filter(({ approverRole }) => holdsRole(principal, policy, approverRole));
  if (mine.length === 0) {
    const roles = [...new Set(pending.map(({ approverRole }) => approverRole))];
    throw new DomainError(
      'forbidden',
      `the key \`${principal.keyId}\` holds none of the roles asked: ${roles.join(', ')}`,
      { roles },
    );
  }
  if (mine.some(({ raisedBy }) => raisedBy === actorOf(principal)))
    throw new DomainError(
      'forbidden',
      `the key \`${principal.keyId}\` raised decision \`${decisionId}\`; somebody else approves it`,
      {
        decisionId,
      },
    );
  return mine;
}

/**
 * Answers everything a key may answer about a decision, in the caller's transaction. Throws `not-found`, `conflict`
 * where nothing waits, `forbidden` where the key holds no role that was asked or raised the decision itself.
 */
export function answerApproval(db: Db, answer: ApprovalAnswer): ApprovalResult {
  const { principal, decisionId, verdict, reasonCode, note, now } = answer;
  const { tenant } = principal;
  const mine = answerable(db, answer);
  const settled = { state: verdict, decidedBy: actorOf(principal), decidedAt: now, reasonCode, note };
  for (const { ruleId } of mine)
    db.update(approvals)
      .set(settled)
      .where(and(eq(approvals.tenantId, tenant), eq(approvals.decisionId, decisionId), eq(approvals.ruleId, ruleId)))
      .run();
  const ruleIds = mine.map(({ ruleId }) => ruleId);
  const action = verdict === 'APPROVED' ? 'approved' : 'refused';
  appendHistory(db, tenant, decisionId, {
    at: now,
    actor: actorOf(principal),
    action,
    note: `${ruleIds.join(', ')}: ${note}`,
  });
  // A refused order still needs a person: its exception stays open.
  if (verdict === 'REFUSED') return { state: 'REFUSED', ruleIds, hold: 'RELEASE' };
  const all = approvalsOf(db, tenant, decisionId);
  const letGo = all.some(({ holdMeanwhile }) => holdMeanwhile === 'RELEASE');
  if (all.some(({ state }) => state !== 'APPROVED'))
    return { state: 'PENDING', ruleIds, hold: letGo ? 'RELEASE' : 'KEEP' };
  if (isWaiting(db, tenant, decisionId)) resolveException(db, principal, decisionId, 'APPROVED', note, now);
  return { state: 'APPROVED', ruleIds, hold: letGo ? 'RETAKE' : 'KEEP' };
}

function isWaiting(db: Db, tenant: string, decisionId: string): boolean {
  const row = db
    .select({ state: exceptions.state })
    .from(exceptions)
    .where(and(eq(exceptions.tenantId, tenant), eq(exceptions.decisionId, decisionId)))
    .get();
  return row?.state === 'OPEN';
}

/** Approvals whose time has passed: each decision once, its hold to be released, its exception still open. */
export function expireApprovals(db: Db, now: Instant): { readonly tenant: string; readonly decisionId: string }[] {
  const due = db
    .select()
    .from(approvals)
    .where(and(eq(approvals.state, 'PENDING'), lte(approvals.expiresAt, now)))
    .orderBy(asc(approvals.expiresAt), asc(approvals.decisionId), asc(approvals.ruleId))
    .all();
  const decisions = new Map<string, { tenant: string; decisionId: string }>();
  for (const { tenantId: tenant, decisionId, ruleId } of due) {
    db.update(approvals)
      .set({ state: 'EXPIRED', decidedAt: now })
      .where(and(eq(approvals.tenantId, tenant), eq(approvals.decisionId, decisionId), eq(approvals.ruleId, ruleId)))
      .run();
    appendHistory(db, tenant, decisionId, { at: now, actor: 'service', action: 'approval expired', note: ruleId });
    decisions.set(JSON.stringify([tenant, decisionId]), { tenant, decisionId });
  }
  return [...decisions.values()];
}
