import type { Candidate } from '#domain/candidate.ts';
import type { Guarded } from '#domain/guard.ts';
import { guard } from '#policies/guard.ts';
import type { Policy } from '#policies/policy.ts';
import { CANDIDATES, generateCandidates, type Sourcing } from '#sourcing/candidates.ts';
import type { SourcingInput } from '#sourcing/context.ts';

/** How many plans are looked at when the policy forbids all that are cheaper. */
const WIDER_LISTS = [CANDIDATES, 60, 300] as const;

export interface PermittedCandidates {
  readonly sourcing: Sourcing;
  readonly guarded: Guarded;
}

/**
 * The cheapest plans with what the guard says of each; further down the list while it forbids every one. There, plans are
 * taken as they are: what a move would make of one stands further down itself, and moving hundreds took seconds.
 */
export function permittedCandidates(input: SourcingInput, policy: Policy): PermittedCandidates {
  const { request, snapshot } = input;
  const judged = ({ reprice }: Sourcing, plans: readonly Candidate[], asTheyAre: readonly Candidate[] = []): Guarded =>
    guard(request, plans, policy, snapshot, reprice, asTheyAre);
  let sourcing = generateCandidates(input, WIDER_LISTS[0]);
  let guarded = judged(sourcing, sourcing.candidates);
  const nearby = guarded;
  for (const [step, size] of WIDER_LISTS.entries()) {
    if (step === 0) continue;
    const full = sourcing.candidates.length === WIDER_LISTS[step - 1];
    if (!full || guarded.candidates.some(({ final }) => final !== null)) break;
    sourcing = sourcing.widened(size);
    const [first, further] = [sourcing.candidates.slice(0, CANDIDATES), sourcing.candidates.slice(CANDIDATES)];
    // A longer list most often begins as the shorter did: what the guard said of that stands.
    guarded = first.every((plan, at) => samePlan(plan, nearby.candidates[at]?.raw))
      ? joined(nearby, judged(sourcing, [], further))
      : judged(sourcing, first, further);
  }
  return { sourcing, guarded };
}

const samePlan = (a: Candidate, b: Candidate | undefined): boolean =>
  a.candidateId === b?.candidateId && a.rawScore === b.rawScore && a.risks.split === b.risks.split;

const joined = (a: Guarded, b: Guarded): Guarded => ({
  candidates: [...a.candidates, ...b.candidates],
  approvals: { ...a.approvals, ...b.approvals },
});
