import type { Decision, DecisionRequest } from '#domain/decision.ts';
import type { RecordedFeatures } from '#domain/risk.ts';
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
  readonly features: readonly RecordedFeatures[];
  readonly decision: Decision;
}
