import { and, eq } from 'drizzle-orm';
import type { PlanDraft } from '#domain/candidate.ts';
import type { GuardOutcome } from '#domain/guard.ts';
import { actorOf, type Principal } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import type { ReasonCode } from '#domain/reason-codes.ts';
import type { Instant } from '#domain/time.ts';
import type { Policy } from '#policies/policy.ts';
import type { Db } from '#store/open.ts';
import { holdsRole } from './approvals.ts';
import { resolveException } from './ownership.ts';
import { appendHistory } from './queue.ts';
import { approvals, exceptions, overrides } from './tables.ts';

export interface OverrideRequest {
  readonly principal: Principal;
  readonly decisionId: string;
  readonly orderId: string;
  /** What the service had chosen; null where it had found nothing. */
  readonly fromCandidateId: string | null;
  readonly toCandidateId: string;
  readonly plan: PlanDraft;
  /** What the guard says of the plan: a person may go beyond a threshold, never beyond a rule of the ERP. */
  readonly outcomes: readonly GuardOutcome[];
  readonly policy: Pick<Policy, 'rules' | 'approvers'>;
  /** The actor who asked for the decision. */
  readonly raisedBy: string;
  readonly reasonCode: ReasonCode;
  readonly note: string;
  readonly now: Instant;
}

export type Override = Omit<typeof overrides.$inferSelect, 'tenantId' | 'plan'> & { readonly plan: PlanDraft };

function forbidden(message: string, roles: readonly string[]): DomainError {
  return new DomainError('forbidden', message, { roles });
}

function assertWithinErpRules({ outcomes, policy }: OverrideRequest): void {
  const hard = new Set(policy.rules.filter(({ code }) => code?.hard === true).map(({ ruleId }) => ruleId));
  // What the guard had to move stands as a clamp: as the person asked for it, the plan is not permitted either.
  const broken = outcomes.filter(({ ruleId, verdict }) => hard.has(ruleId) && verdict !== 'ALLOW');
  const [first] = broken;
  if (first)
    throw new DomainError('conflict', `rule \`${first.ruleId}\` of the ERP forbids the plan: ${first.message}`, {
      ruleIds: broken.map(({ ruleId }) => ruleId),
      reasonCodes: broken.map(({ reasonCode }) => reasonCode),
    });
}

/** An override must not be a way around an approval: beyond a threshold it takes an approver who did not raise it. */
function assertMayGoBeyond({ outcomes, policy, principal, raisedBy }: OverrideRequest): void {
  const beyond = outcomes.filter(({ verdict }) => verdict !== 'ALLOW');
  if (beyond.length === 0) return;
  if (raisedBy === actorOf(principal))
    throw forbidden(`the key \`${principal.keyId}\` raised the decision; somebody else goes beyond a threshold`, [
      'approver',
    ]);
  for (const { ruleId, approverRole } of beyond) {
    const may =
      approverRole === null ? principal.roles.includes('approver') : holdsRole(principal, policy, approverRole);
    if (!may)
      throw forbidden(`the plan is beyond \`${ruleId}\`; it takes ${approverRole ?? 'an approver'}`, [
        approverRole ?? 'approver',
      ]);
  }
}

/**
 * Records that a person's plan replaces the decision's: once, with a reason. Pending approvals fall, the exception is
 * resolved. Throws `forbidden` without the role `planner` or `approver`, and beyond a threshold without the role that
 * may approve it; `conflict` on a second override or where a rule of the ERP forbids the plan.
 */
export function overrideDecision(db: Db, request: OverrideRequest): void {
  const { principal, decisionId, orderId, fromCandidateId, toCandidateId, plan, reasonCode, note, now } = request;
  const { tenant } = principal;
  if (!principal.roles.includes('planner') && !principal.roles.includes('approver'))
    throw forbidden(`the key \`${principal.keyId}\` is neither planner nor approver`, ['planner', 'approver']);
  if (overrideOf(db, tenant, decisionId))
    throw new DomainError('conflict', `decision \`${decisionId}\` is overridden already`, { decisionId });
  assertWithinErpRules(request);
  assertMayGoBeyond(request);
  const actor = actorOf(principal);
  db.insert(overrides)
    .values({
      tenantId: tenant,
      decisionId,
      orderId,
      actor,
      at: now,
      reasonCode,
      note,
      fromCandidateId,
      toCandidateId,
      plan: JSON.stringify(plan),
    })
    .run();
  db.update(approvals)
    .set({ state: 'REFUSED', decidedBy: actor, decidedAt: now, reasonCode, note: 'overridden' })
    .where(and(eq(approvals.tenantId, tenant), eq(approvals.decisionId, decisionId), eq(approvals.state, 'PENDING')))
    .run();
  const open = db
    .select({ state: exceptions.state })
    .from(exceptions)
    .where(and(eq(exceptions.tenantId, tenant), eq(exceptions.decisionId, decisionId)))
    .get();
  if (open?.state === 'OPEN') resolveException(db, principal, decisionId, 'OVERRIDDEN', `${reasonCode}: ${note}`, now);
  else appendHistory(db, tenant, decisionId, { at: now, actor, action: 'overridden', note: `${reasonCode}: ${note}` });
}

export function overrideOf(db: Db, tenant: string, decisionId: string): Override | null {
  const row = db
    .select()
    .from(overrides)
    .where(and(eq(overrides.tenantId, tenant), eq(overrides.decisionId, decisionId)))
    .get();
  if (!row) return null;
  const { tenantId: _, plan, ...rest } = row;
  return { ...rest, plan: JSON.parse(plan) };
}
