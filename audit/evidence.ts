import type { Decision, DecisionRequest } from '#domain/decision.ts';
import type { OfferedModel, RecordedFeatures } from '#domain/risk.ts';
import type { Prices } from '#domain/snapshot.ts';

/**
 * The evidence behind a decision's leaf, stored under the SHA-256 of its canonical JSON. With the snapshot, the model
 * files and the policy under their own hashes it is all that a replay needs; nothing personal is in it.
 */
export interface EvidenceV1 {
  readonly v: 1;
  readonly request: DecisionRequest;
  /** The snapshot is stored apart, in slices under their hashes, because orders share them. */
  readonly snapshotSha256: string;
  readonly prices: Prices;
  /** The models in force, admitted or not: a replay refuses what was refused, and for the same reason. */
  readonly offeredModels: readonly OfferedModel[];
  readonly features: readonly RecordedFeatures[];
  readonly decision: Decision;
}
