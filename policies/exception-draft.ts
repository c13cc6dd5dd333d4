import type { ExceptionDraft } from '#domain/decision.ts';
import type { GuardedCandidate, GuardOutcome } from '#domain/guard.ts';
import type { ReasonCode } from '#domain/reason-codes.ts';
import type { Policy } from './policy.ts';

const NEAREST = 3;

const blocking = ({ outcomes }: GuardedCandidate): GuardOutcome[] =>
  outcomes.filter(({ verdict }) => verdict === 'DENY');

/** Fewest rules against it, then cheapest, then by id; each plan once. */
function nearestOf(candidates: readonly GuardedCandidate[]): GuardedCandidate[] {
  const sorted = [...candidates].sort(
    (a, b) =>
      blocking(a).length - blocking(b).length ||
      a.raw.rawScore - b.raw.rawScore ||
      (a.raw.candidateId < b.raw.candidateId ? -1 : 1),
  );
  const seen = new Set<string>();
  return sorted.filter(({ raw }) => !seen.has(raw.candidateId) && seen.add(raw.candidateId)).slice(0, NEAREST);
}

function routed(policy: Policy, category: ExceptionDraft['category'], ruleId: string | null) {
  const route = policy.exceptions.byCategory[category];
  const owner = route?.owner ?? policy.rules.find((rule) => rule.ruleId === ruleId)?.owner;
  return {
    category,
    owner: owner ?? policy.exceptions.default.owner,
    slaMinutes: (route ?? policy.exceptions.default).slaMinutes,
  };
}

/** What the rules said of a candidate; a caller may add relaxations to it. */
export type OutcomesOf = (candidate: GuardedCandidate) => readonly GuardOutcome[];

const asSaid: OutcomesOf = ({ outcomes }) => outcomes;

function shown(candidate: GuardedCandidate, outcomesOf: OutcomesOf): ExceptionDraft['nearest'][number] {
  const { candidateId, costs } = candidate.final ?? candidate.raw;
  return { candidateId, costs, outcomes: outcomesOf(candidate) };
}

/**
 * What goes to the queue when no candidate is permitted, with the nearest three; category and owner are by the rule that is
 * in the way of the nearest. `cause` is why there was no candidate at all; a plan that is merely short tells no more.
 */
export function draftException(
  policy: Policy,
  candidates: readonly GuardedCandidate[],
  cause: ReasonCode | null,
  outcomesOf: OutcomesOf = asSaid,
): ExceptionDraft {
  const nearest = nearestOf(candidates.filter(({ final }) => final === null));
  const [first] = nearest.flatMap((candidate) => blocking(candidate));
  const told = cause !== null && first?.reasonCode === 'SHIP_COMPLETE_UNMET' ? undefined : first;
  return {
    ...routed(policy, told?.reasonCode ?? cause ?? 'INSUFFICIENT_ATP', told?.ruleId ?? null),
    nearest: nearest.map((candidate) => shown(candidate, outcomesOf)),
  };
}

/** What goes to the queue when the chosen plan needs a person's approval; other permitted plans stand beside it. */
export function draftApproval(
  policy: Policy,
  chosen: GuardedCandidate,
  others: readonly GuardedCandidate[],
  outcomesOf: OutcomesOf = asSaid,
): ExceptionDraft {
  const asking = chosen.outcomes.find(({ verdict }) => verdict === 'REQUIRE_APPROVAL');
  const permitted = others.filter(({ final }) => final !== null && final.candidateId !== chosen.final?.candidateId);
  return {
    ...routed(policy, 'APPROVAL', asking?.ruleId ?? null),
    nearest: [chosen, ...nearestOf(permitted).slice(0, NEAREST - 1)].map((candidate) => shown(candidate, outcomesOf)),
  };
}
