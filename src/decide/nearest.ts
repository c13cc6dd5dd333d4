import type { Candidate, PlanDraft } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { GuardedCandidate } from '#domain/guard.ts';
import type { Order } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { guard } from '#policies/guard.ts';
import { draftOf } from '#policies/neighbourhood.ts';
import type { Policy } from '#policies/policy.ts';
import { generateCandidates, type Sourcing } from '#sourcing/candidates.ts';
import type { SourcingInput } from '#sourcing/context.ts';

interface Facts {
  readonly request: DecisionRequest;
  readonly snapshot: Snapshot;
}

const withOrder = ({ request, snapshot }: Facts, change: Partial<Order>): Facts => ({
  request: { ...request, order: { ...request.order, ...change } },
  snapshot,
});

/** Units that are there, but kept back. */
const stockOpened = ({ request, snapshot }: Facts): Facts => ({
  request,
  snapshot: {
    ...snapshot,
    supply: snapshot.supply.map((position) => ({ ...position, safetyStock: 0, supplyProtectionQty: 0 })),
  },
});
const shipmentsOpened = (facts: Facts): Facts => withOrder(facts, { maxSplits: null });
const restLater = (facts: Facts): Facts =>
  withOrder(facts, { shipComplete: false, allowPartial: true, allowBackorder: true });

/** What somebody could change, one thing at a time; all of it only where no single thing helps. */
const SINGLE = [stockOpened, shipmentsOpened, restLater];
const all = (facts: Facts): Facts => SINGLE.reduce((changed, change) => change(changed), facts);

/**
 * Plans for an order that the facts leave without any: found on facts that somebody could change, then priced and guarded
 * on the facts as they are, so that the guard names what is in the way of each. Empty where nothing is in stock.
 */
export function nearestPlans(input: SourcingInput, policy: Policy, { reprice }: Sourcing): readonly GuardedCandidate[] {
  const plansOn = ({ request, snapshot }: Facts): PlanDraft[] =>
    generateCandidates({ ...input, request, snapshot }).candidates.map(({ plan }) => draftOf(plan));
  const single = SINGLE.flatMap((change) => plansOn(change(input)));
  const plans = (single.length > 0 ? single : plansOn(all(input)))
    .map(reprice)
    .filter((candidate): candidate is Candidate => candidate !== null);
  return guard(input.request, plans, policy, input.snapshot, reprice).candidates;
}
