import type { Decision, DecisionRequest, Selection } from '#domain/decision.ts';
import type { OfferedModel, RecordedFeatures } from '#domain/risk.ts';
import type { Prices, Snapshot } from '#domain/snapshot.ts';
import type { ModelSet } from '#models/risk-model.ts';
import { guard } from '#policies/guard.ts';
import type { Policy } from '#policies/policy.ts';
import { recordedFeaturesOf } from '#sourcing/recorded-features.ts';
import { admit, offeredModels } from './decide/admission.ts';
import { choose, select } from './decide/choose.ts';
import { permittedCandidates } from './decide/permitted.ts';

export interface Decided {
  readonly decision: Decision;
  /** The feature vectors behind the chosen plan, or behind the nearest where none was chosen. */
  readonly features: readonly RecordedFeatures[];
  /** The models it was given, so that a replay can be given the same. */
  readonly offeredModels: readonly OfferedModel[];
}

/**
 * Decides one order. A pure function of its arguments: no clock, I/O, environment or randomness, so a recorded
 * decision runs again to the same bytes.
 */
export function decide(
  request: DecisionRequest,
  snapshot: Snapshot,
  models: ModelSet,
  policy: Policy,
  prices: Prices,
): Decided {
  // Models that the policy lets score this order; where one is missing, stale or drifted, rules decide alone.
  const admission = admit(request, snapshot, models, policy);
  // Plans with dates, costs and risks, cheapest first, held to the policy; the list widens while none is permitted.
  const input = { request, snapshot, models: admission.models, prices, rates: policy.costRates };
  const { sourcing, guarded } = permittedCandidates(input, policy);
  // What the ERP would have done by itself, priced and guarded the same way.
  const suggested = request.suggestedOption && sourcing.reprice(request.suggestedOption);
  const suggestedGuarded = guard(request, suggested ? [suggested] : [], policy, snapshot, sourcing.reprice);
  const decision = choose({ input, policy, admission, sourcing, guarded, suggestedGuarded });
  const subject = decision.chosen ?? sourcing.candidates[0];
  const features = subject ? recordedFeaturesOf(subject, sourcing.context) : [];
  return { decision, features, offeredModels: offeredModels(models) };
}

/** The same status, plan and approvals as `decide()`, without what only its record needs: several are made for one answer. */
export function decideSelection(
  request: DecisionRequest,
  snapshot: Snapshot,
  models: ModelSet,
  policy: Policy,
  prices: Prices,
): Selection {
  const admitted = admit(request, snapshot, models, policy).models;
  return select(permittedCandidates({ request, snapshot, models: admitted, prices, rates: policy.costRates }, policy));
}
