import type { BlobStore } from '#audit/blobs.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { leafOf } from '#audit/leaf.ts';
import type { AuditLog } from '#audit/log.ts';
import type { PlanDraft } from '#domain/candidate.ts';
import type { Decision, DecisionRequest } from '#domain/decision.ts';
import { uuidV7 } from '#domain/identifiers.ts';
import { actorOf, type Principal } from '#domain/principal.ts';
import { DomainError, type FieldProblem } from '#domain/problems.ts';
import { atpFor } from '#domain/supply.ts';
import { type Instant, MINUTE_MS, toRfc3339 } from '#domain/time.ts';
import { answerApproval } from '#exceptions/approvals.ts';
import { overrideDecision } from '#exceptions/overrides.ts';
import type { Policy } from '#policies/policy.ts';
import type { ApprovalBody, OverrideBody, Settled } from '#routes/approvals.ts';
import type { Hold, Position } from '#src/wire/answer.ts';
import { refusal } from '#src/wire/field-problems.ts';
import type { Idempotency, IdempotentCall } from '#store/idempotency.ts';
import type { Db } from '#store/open.ts';
import type { Taken, World } from '#world/projection.ts';
import type { DecideNow, Desk } from './desk.ts';
import { assertStands, type FindEarlier } from './earlier-decision.ts';
import { assertNotHeld, type FindHolding } from './held-order.ts';
import { holdsTaken } from './holds.ts';

export interface SettleParts {
  readonly desk: Pick<Desk, 'apart'>;
  readonly log: AuditLog;
  readonly blobs: BlobStore;
  readonly idempotency: Idempotency;
  readonly world: Pick<World, 'snapshotFor' | 'holdAgain' | 'withdraw' | 'write'>;
  readonly decide: DecideNow;
  readonly policy: () => Policy;
  readonly earlier: FindEarlier;
  readonly holding: FindHolding;
  /** What a decision stood on and who raised it; throws `not-found` or `evidence-expired`. */
  readonly evidence: (tenant: string, decisionId: string) => { evidence: EvidenceV1; actor: string };
  readonly holdMinutes: number;
  readonly now: () => Instant;
  readonly random: (bytes: number) => Uint8Array;
}

/** What people say about a decision: each answer, its holds and its leaf are written in one transaction. */
export interface Settle {
  answer(
    principal: Principal,
    call: IdempotentCall,
    decisionId: string,
    verdict: 'APPROVED' | 'REFUSED',
    body: ApprovalBody,
  ): Settled;
  override(principal: Principal, call: IdempotentCall, decisionId: string, body: OverrideBody): Settled;
}

export function createSettle(parts: SettleParts): Settle {
  const { desk, log, blobs, idempotency, world } = parts;
  const expiry = (now: Instant): Instant => now + parts.holdMinutes * MINUTE_MS;

  /** The plan is held again only where its units are still there. */
  function holdAgain(tenant: string, { decision, request }: EvidenceV1, now: Instant): Taken {
    const snapshot = world.snapshotFor(tenant, { ...request, supersedes: decision.decisionId }, now);
    for (const { nodeId, assignments, shipDate } of decision.chosen?.plan.shipments ?? [])
      for (const { itemId, qty } of assignments) {
        const position = snapshot.supply.find((row) => row.nodeId === nodeId && row.itemId === itemId);
        const left = position ? atpFor(position, shipDate, request.order.priority) : 0;
        if (left < qty)
          throw new DomainError(
            'conflict',
            `the plan takes ${qty} of item \`${itemId}\` at node \`${nodeId}\`, where ${left} are left; decide the order again with \`supersedes\``,
            { decisionId: decision.decisionId, reasonCodes: ['INSUFFICIENT_ATP'] },
          );
      }
    assertNotHeld(parts.holding(tenant, decision.orderId, now), decision.orderId, decision.decisionId);
    return world.holdAgain(tenant, decision, snapshot, expiry(now));
  }

  function keep(principal: Principal, call: IdempotentCall, settled: Settled, now: Instant): Settled {
    idempotency.keep(principal, call, { status: 200, response: JSON.stringify(settled) }, now);
    return settled;
  }

  function draftOf(plan: OverrideBody['plan'], { order }: DecisionRequest): PlanDraft {
    const itemOf = new Map(order.lines.map(({ orderLineId, itemId }) => [orderLineId, itemId]));
    const shipments = plan.shipments.map((shipment) => ({
      ...shipment,
      assignments: shipment.assignments.map(({ orderLineId, itemId = itemOf.get(orderLineId), qty }) => {
        if (itemId !== undefined) return { orderLineId, itemId, qty };
        throw new DomainError(
          'unknown-reference',
          `/plan: found the line \`${orderLineId}\`, expected a line of this order`,
        );
      }),
    }));
    return { shipments };
  }

  /** The world's snapshot; what it does not know is named by its place in the body of the override. */
  function snapshotForPlan(tenant: string, request: DecisionRequest, now: Instant) {
    try {
      return world.snapshotFor(tenant, request, now);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'unknown-reference') throw error;
      const rows = (error.facts['errors'] ?? []) as readonly FieldProblem[];
      if (rows.length === 0) throw error;
      throw refusal(
        'unknown-reference',
        rows.map((row) => ({ ...row, path: row.path.replace('/suggestedOption', '/plan') })),
      );
    }
  }

  function assertOverridable(tenant: string, { decisionId, mode }: Decision): void {
    assertStands(parts.earlier(tenant, decisionId), decisionId);
    if (mode === 'quote')
      throw new DomainError(
        'conflict',
        `decision \`${decisionId}\` is a quote, which nobody carries out; send the order with \`suggestedOption\` to have a plan priced`,
        { decisionId },
      );
  }

  /** The person's plan, priced and guarded as the ERP's own choice would be. */
  function examine(tenant: string, asked: DecisionRequest, plan: PlanDraft, now: Instant) {
    const decisionId = uuidV7(now, parts.random(10));
    const request: DecisionRequest = {
      ...asked,
      decisionId,
      decidedAt: now,
      suggestedOption: plan,
      supersedes: asked.decisionId,
    };
    const snapshot = snapshotForPlan(tenant, request, now);
    const { suggested } = parts.decide(tenant, request, snapshot).decision;
    if (!suggested?.candidate)
      throw new DomainError(
        'unknown-reference',
        '/plan: found a plan that no active lane and node can carry, expected one that ships',
      );
    return { snapshot, candidate: suggested.candidate, outcomes: suggested.outcomes };
  }

  function holdInstead(tenant: string, decision: Decision, found: ReturnType<typeof examine>, now: Instant): Taken {
    const { snapshot, candidate } = found;
    const chosen = { ...candidate, rank: 1, finalScore: candidate.rawScore };
    const replaced = {
      ...decision,
      // Held under the decision's own id, so that what the ERP says of the decision is about this plan from now on.
      supersedes: decision.decisionId,
      decidedAt: now,
      approvals: [],
      chosen,
    };
    assertNotHeld(parts.holding(tenant, decision.orderId, now), decision.orderId, decision.decisionId);
    return world.holdAgain(tenant, replaced, snapshot, expiry(now));
  }

  return {
    answer(principal, call, decisionId, verdict, { reasonCode, note }) {
      const { tenant } = principal;
      const now = parts.now();
      const { evidence } = parts.evidence(tenant, decisionId);
      return desk.apart((db: Db) => {
        assertStands(parts.earlier(tenant, decisionId), decisionId);
        const said = {
          principal,
          decisionId,
          verdict,
          reasonCode: reasonCode ?? null,
          note,
          policy: parts.policy(),
          now,
        };
        const { state, ruleIds, hold } = answerApproval(db, said);
        const [position] = log.append([
          leafOf({
            v: 1,
            type: 'approval',
            ts: toRfc3339(now),
            tenant,
            actor: actorOf(principal),
            decisionId,
            ruleIds: [...ruleIds],
            verdict: verdict === 'APPROVED' ? 'APPROVED' : 'REJECTED',
            reason: reasonCode ? `${reasonCode}: ${note}` : note,
          }),
        ]);
        let holds: Hold[] = [];
        if (evidence.decision.mode === 'hold' && hold !== 'KEEP') {
          const taken = hold === 'RETAKE' ? holdAgain(tenant, evidence, now) : world.withdraw(tenant, decisionId, now);
          world.write([taken]);
          holds = holdsTaken(taken);
        }
        return keep(
          principal,
          call,
          { decisionId, state, ruleIds: [...ruleIds], holds, log: position as Position },
          now,
        );
      });
    },

    override(principal, call, decisionId, { plan, reasonCode, note }) {
      const { tenant } = principal;
      const now = parts.now();
      const { evidence, actor } = parts.evidence(tenant, decisionId);
      const { decision, request } = evidence;
      const draft = draftOf(plan, request);
      return desk.apart((db: Db) => {
        assertOverridable(tenant, decision);
        const found = examine(tenant, request, draft, now);
        const fromCandidateId = decision.chosen?.candidateId ?? null;
        const toCandidateId = found.candidate.candidateId;
        const { orderId } = decision;
        overrideDecision(db, {
          principal,
          decisionId,
          orderId,
          fromCandidateId,
          toCandidateId,
          plan: draft,
          outcomes: found.outcomes,
          policy: parts.policy(),
          raisedBy: actor,
          reasonCode,
          note,
          now,
        });
        const planSha256 = blobs.keepJson(tenant, 'plan', draft);
        const leaf = { decisionId, orderId, fromCandidateId, toCandidateId, planSha256 };
        const [position] = log.append([
          leafOf({
            v: 1,
            type: 'override',
            ts: toRfc3339(now),
            tenant,
            actor: actorOf(principal),
            ...leaf,
            reason: `${reasonCode}: ${note}`,
          }),
        ]);
        let holds: Hold[] = [];
        if (decision.mode === 'hold') {
          const taken = holdInstead(tenant, decision, found, now);
          world.write([taken]);
          holds = holdsTaken(taken);
        }
        const ruleIds = found.outcomes.filter(({ verdict }) => verdict !== 'ALLOW').map(({ ruleId }) => ruleId);
        return keep(
          principal,
          call,
          { decisionId, state: 'OVERRIDDEN', ruleIds, holds, log: position as Position },
          now,
        );
      });
    },
  };
}
