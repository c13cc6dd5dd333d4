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
  const look = (size: number): PermittedCandidates => {
    const sourcing = generateCandidates(input, size);
    const [first, further] = [sourcing.candidates.slice(0, CANDIDATES), sourcing.candidates.slice(CANDIDATES)];
    return { sourcing, guarded: guard(request, first, policy, snapshot, sourcing.reprice, further) };
  };
  let found = look(WIDER_LISTS[0]);
  for (const [step, size] of WIDER_LISTS.entries()) {
    if (step === 0) continue;
    const full = found.sourcing.candidates.length === WIDER_LISTS[step - 1];
    if (!full || found.guarded.candidates.some(({ final }) => final !== null)) break;
    found = look(size);
  }
  return found;
}
