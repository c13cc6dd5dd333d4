import type { Candidate, Reprice } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { ApprovalNeed, Guarded, GuardedCandidate, GuardOutcome } from '#domain/guard.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { clampPlan, type Nearby } from './clamp.ts';
import { activeRules, deniedEarly, type Evaluated, evaluate, type Spoken } from './evaluate.ts';
import { movedFrom } from './moved-from.ts';
import { orderContext } from './plan-facts.ts';
import type { Policy } from './policy.ts';

function outcomeOf({ active, finding, verdict, band }: Spoken, candidate: Candidate, policy: Policy): GuardOutcome {
  const { rule } = active;
  return {
    ruleId: rule.ruleId,
    candidateId: candidate.candidateId,
    verdict,
    reasonCode: rule.reasonCode,
    path: finding.path,
    from: finding.value,
    to: null,
    threshold: finding.threshold,
    unit: finding.unit,
    message: `${rule.message}: ${finding.detail}`,
    approverRole: band?.role ?? null,
    policyRevision: policy.policyRevision,
    relaxation: null,
  };
}

/** The role of each rule that asked, with how long it may take and what the hold does meanwhile. */
function approvalsOf({ spoken }: Evaluated): ApprovalNeed[] {
  return spoken.flatMap(({ active, band }) =>
    band
      ? [
          {
            ruleId: active.rule.ruleId,
            approverRole: band.role,
            expiresInMinutes: band.expiresInMinutes,
            holdMeanwhile: band.holdMeanwhile,
          },
        ]
      : [],
  );
}

/** What the rules said of the plan as it came; where it was moved, each clamping row says from what to what. */
function outcomesOf(raw: Evaluated, final: Evaluated | null, policy: Policy): GuardOutcome[] {
  const moved = final && final !== raw ? movedFrom(raw.candidate.plan, final.candidate.plan) : null;
  const outcomes = raw.spoken
    // An approval that the moved plan no longer needs is not asked for.
    .filter(({ verdict }) => moved === null || verdict !== 'REQUIRE_APPROVAL')
    .map((spoken): GuardOutcome => {
      const outcome = outcomeOf(spoken, raw.candidate, policy);
      if (spoken.verdict !== 'CLAMP') return outcome;
      if (moved === null) return { ...outcome, verdict: 'DENY' };
      return { ...outcome, ...moved };
    });
  if (moved === null || final === null) return outcomes;
  return [...outcomes, ...final.spoken.map((spoken) => outcomeOf(spoken, final.candidate, policy))];
}

function remembered<A, T>(make: (argument: A) => T): (key: string, argument: A) => T {
  const known = new Map<string, T>();
  return (key, argument) => {
    let found = known.get(key);
    if (found === undefined) {
      found = make(argument);
      known.set(key, found);
    }
    return found;
  };
}

/**
 * Holds candidates to the policy, whatever a model says. Pure: the same request, candidates, policy and snapshot give
 * the same outcome, in whatever order rules and candidates come. One row for each candidate, in the order they came;
 * `approvals` is keyed by the id of the final candidate. Fails closed: what cannot be evaluated is denied. Rows of
 * `asTheyAre` follow: they are judged, but not moved.
 */
export function guard(
  request: DecisionRequest,
  candidates: readonly Candidate[],
  policy: Policy,
  snapshot: Snapshot,
  reprice: Reprice,
  asTheyAre: readonly Candidate[] = [],
): Guarded {
  if (candidates.length + asTheyAre.length === 0) return { candidates: [], approvals: {} };
  const context = orderContext(request, snapshot, policy);
  const active = activeRules(policy, request.order);
  const nearby: Nearby = { price: remembered(reprice), judge: remembered(deniedEarly(active, context)) };
  const approvals: Record<string, readonly ApprovalNeed[]> = {};
  const judge = (candidate: Candidate, move: boolean): GuardedCandidate => {
    const raw = evaluate(active, context, candidate);
    const clamped = raw.verdict === 'CLAMP' && move ? clampPlan(raw, context, nearby) : null;
    const final = raw.verdict === 'CLAMP' || raw.verdict === 'DENY' ? clamped : raw;
    const outcomes = raw.spoken.length === 0 ? [] : outcomesOf(raw, final, policy);
    if (final === null) return { raw: candidate, clamped: null, final: null, verdict: 'DENY', outcomes };
    const needs = approvalsOf(final);
    if (needs.length > 0) approvals[final.candidate.candidateId] = needs;
    const verdict = needs.length > 0 ? 'REQUIRE_APPROVAL' : clamped ? 'CLAMP' : 'ALLOW';
    return { raw: candidate, clamped: clamped?.candidate ?? null, final: final.candidate, verdict, outcomes };
  };
  return {
    candidates: [
      ...candidates.map((candidate) => judge(candidate, true)),
      ...asTheyAre.map((candidate) => judge(candidate, false)),
    ],
    approvals,
  };
}

/** Whether every rule permits the plan as it is; approvals that it would need do not count against it. */
export function permits(request: DecisionRequest, candidate: Candidate, policy: Policy, snapshot: Snapshot): boolean {
  const context = orderContext(request, snapshot, policy);
  const { verdict } = evaluate(activeRules(policy, request.order), context, candidate);
  return verdict === 'ALLOW' || verdict === 'REQUIRE_APPROVAL';
}
