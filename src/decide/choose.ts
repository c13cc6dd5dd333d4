import type { Candidate, RejectedCandidate } from '#domain/candidate.ts';
import type { Decision, DecisionStatus, ExceptionDraft, RankedCandidate, Selection } from '#domain/decision.ts';
import type { Guarded, GuardedCandidate, GuardOutcome } from '#domain/guard.ts';
import type { ReasonCode } from '#domain/reason-codes.ts';
import { draftApproval, draftException } from '#policies/exception-draft.ts';
import type { Policy } from '#policies/policy.ts';
import { relaxationsFor } from '#policies/relaxations.ts';
import { repriceWith, type Sourcing } from '#sourcing/candidates.ts';
import type { SourcingInput } from '#sourcing/context.ts';
import type { Admission } from './admission.ts';
import { nearestPlans } from './nearest.ts';

/** Alternatives that are answered beside the chosen plan. */
const MAX_ALTERNATIVES = 10;

export interface Choice {
  readonly input: SourcingInput;
  readonly policy: Policy;
  readonly admission: Admission;
  readonly sourcing: Sourcing;
  readonly guarded: Guarded;
  readonly suggestedGuarded: Guarded;
}

interface Permitted {
  readonly final: Candidate;
  readonly entry: GuardedCandidate;
}

/**
 * Plans that may leave, each once, cheapest first. Where the cheapest needs an approval, the cheapest that needs none and
 * ships as much goes before it: a recommendation should be executable, but nobody goes short to spare a signature.
 */
function permittedOf({ candidates }: Guarded): Permitted[] {
  const byId = new Map<string, Permitted>();
  for (const entry of candidates) {
    if (entry.final && !byId.has(entry.final.candidateId))
      byId.set(entry.final.candidateId, { final: entry.final, entry });
  }
  const plans = [...byId.values()].sort(
    (a, b) => a.final.costs.total - b.final.costs.total || (a.final.candidateId < b.final.candidateId ? -1 : 1),
  );
  const [cheapest] = plans;
  if (cheapest?.entry.verdict !== 'REQUIRE_APPROVAL') return plans;
  const free = plans.find(
    ({ entry, final }) => entry.verdict !== 'REQUIRE_APPROVAL' && shortUnits(final) <= shortUnits(cheapest.final),
  );
  return free ? [free, ...plans.filter((plan) => plan !== free)] : plans;
}

function shortUnits({ plan }: Candidate): number {
  return plan.shortLines.reduce((sum, { qty }) => sum + qty, 0);
}

// Members one by one: a spread takes several times as long, and every decision ranks eleven.
const ranked = ({ candidateId, plan, costs, risks, rawScore }: Candidate, rank: number): RankedCandidate => ({
  candidateId,
  plan,
  costs,
  risks,
  rawScore,
  rank,
  finalScore: costs.total,
});

/** What the guard forbade, with the rules that did. */
function deniedOf({ candidates }: Guarded): RejectedCandidate[] {
  return candidates.flatMap(({ raw, final, outcomes }) =>
    final
      ? []
      : [
          {
            nodeIds: raw.plan.shipments.map(({ nodeId }) => nodeId),
            candidateId: raw.candidateId,
            costs: raw.costs,
            risks: raw.risks,
            reasons: outcomes.slice(0, 4).map(({ reasonCode, from, threshold, unit, ruleId }) => ({
              code: reasonCode,
              value: typeof from === 'number' ? from : null,
              threshold: typeof threshold === 'number' ? threshold : null,
              unit,
              subject: ruleId,
            })),
          },
        ],
  );
}

function statusOf(chosen: Candidate | null, candidates: readonly Candidate[]): DecisionStatus {
  if (chosen) return chosen.plan.shortLines.length === 0 ? 'FULLY_SOURCED' : 'PARTIALLY_SOURCED';
  return candidates.length === 0 ? 'NOT_SOURCED' : 'EXCEPTION';
}

function uniqueCodes(codes: readonly ReasonCode[]): ReasonCode[] {
  return [...new Set(codes)].sort();
}

/** An order that no permitted plan serves, or that a person must settle, with the three nearest plans. */
function exceptionOf(
  { input, policy, guarded, sourcing }: Choice,
  permitted: readonly Permitted[],
  rejected: readonly RejectedCandidate[],
): ExceptionDraft | null {
  const { request, snapshot } = input;
  const relaxed = ({ raw, outcomes }: GuardedCandidate): readonly GuardOutcome[] =>
    relaxationsFor({
      request,
      snapshot,
      policy,
      candidate: raw,
      outcomes,
      repriceUnder: (otherRequest, otherSnapshot) =>
        repriceWith({ ...input, request: otherRequest, snapshot: otherSnapshot }),
    });
  const [chosen, ...others] = permitted.map(({ entry }) => entry);
  if (chosen) return chosen.verdict === 'REQUIRE_APPROVAL' ? draftApproval(policy, chosen, others, relaxed) : null;
  if (guarded.candidates.length > 0) return draftException(policy, guarded.candidates, null, relaxed);
  const cause = rejected[0]?.reasons[0]?.code ?? 'INSUFFICIENT_ATP';
  return draftException(policy, nearestPlans(input, policy, sourcing), cause, relaxed);
}

function suggestedOf(
  { input: { request }, suggestedGuarded }: Choice,
  chosen: Candidate | null,
): Decision['suggested'] {
  if (!request.suggestedOption) return null;
  const entry = suggestedGuarded.candidates[0];
  if (!entry) return { candidate: null, outcomes: [], saving: null };
  return {
    candidate: entry.raw,
    outcomes: entry.outcomes,
    saving: chosen ? entry.raw.costs.total - chosen.costs.total : null,
  };
}

function selectionOf(
  first: Permitted | undefined,
  { guarded, sourcing }: Pick<Choice, 'guarded' | 'sourcing'>,
): Selection {
  const chosen = first ? first.final : null;
  return {
    status: statusOf(chosen, sourcing.candidates),
    chosen: chosen && ranked(chosen, 1),
    approvals: (chosen && guarded.approvals[chosen.candidateId]) ?? [],
  };
}

/** What `choose` says becomes of the order, and no more. */
export function select(choice: Pick<Choice, 'guarded' | 'sourcing'>): Selection {
  return selectionOf(permittedOf(choice.guarded)[0], choice);
}

/** Ranks what is permitted, names what is not, and says what a person has to settle. */
export function choose(choice: Choice): Decision {
  const { policy, admission, sourcing, guarded } = choice;
  const { request } = choice.input;
  const permitted = permittedOf(guarded);
  const [first, ...others] = permitted;
  const chosen = first ? first.final : null;
  const { status, chosen: plan, approvals } = selectionOf(first, choice);
  const { rejected, rejectedCounts } = sourcing.rejections();
  const exception = exceptionOf(choice, permitted, rejected);
  const spoken = first?.entry.outcomes ?? exception?.nearest[0]?.outcomes ?? [];
  const denied = deniedOf(guarded);
  const flags = [
    ...(first?.entry.clamped ? (['CLAMPED'] as const) : []),
    ...(first?.entry.verdict === 'REQUIRE_APPROVAL' ? (['PENDING_APPROVAL'] as const) : []),
  ];
  return {
    schema: 'decision@1',
    decisionId: request.decisionId,
    orderId: request.order.orderId,
    mode: request.mode,
    status,
    flags,
    degraded: admission.degraded,
    decidedAt: request.decidedAt,
    supersedes: request.supersedes,
    chosen: plan,
    clamp: first?.entry.clamped ? { raw: first.entry.raw, clamped: first.entry.clamped } : null,
    alternatives: others.slice(0, MAX_ALTERNATIVES).map(({ final }, index) => ranked(final, index + 2)),
    rejected: [...denied, ...rejected].slice(0, 50),
    search: sourcing.search,
    rejectedCounts,
    guard: spoken,
    approvals,
    exception,
    suggested: suggestedOf(choice, chosen),
    policyRevision: policy.policyRevision,
    models: admission.used,
    reasonCodes: uniqueCodes([
      ...spoken.map(({ reasonCode }) => reasonCode),
      ...admission.degraded.map(({ code }) => code),
      ...(exception && exception.category !== 'APPROVAL' ? [exception.category] : []),
      ...(chosen && chosen.plan.shortLines.length > 0 ? (['INSUFFICIENT_ATP'] as const) : []),
    ]),
  };
}
