import { canonicalText } from '#audit/canonical.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import type { DecisionRecordV1 } from '#audit/record.ts';
import type { ReplayInputs } from '#audit/replay-inputs.ts';
import { sha256Hex } from '#audit/sha256.ts';
import { DomainError } from '#domain/problems.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { Policy, PolicyDocument } from '#policies/policy.ts';
import { type Difference, replay } from '#src/replay.ts';
import { recordedModels } from './recorded-models.ts';

export type ReplayOutcome =
  | { readonly outcome: 'same' }
  /** Retention has removed what the decision stood on. */
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'different'; readonly difference: Difference };

/** Runs recorded decisions through today's `decide()`; models and policies are loaded once each. */
export function createReplayer(inputs: ReplayInputs): (record: DecisionRecordV1) => ReplayOutcome {
  const modelsOf = recordedModels(inputs);
  const policies = new Map<string, Policy>();

  function policyOf(policyRevision: string): Policy {
    const known = policies.get(policyRevision);
    if (known) return known;
    const document = inputs.policyDocument(policyRevision.replace('sha256:', '')) as PolicyDocument | undefined;
    if (!document)
      throw new DomainError('evidence-expired', `policy \`${policyRevision}\` is not here`, { policyRevision });
    const policy = policyFromDocument(document);
    policies.set(policyRevision, policy);
    return policy;
  }

  return (record) => {
    const evidence = inputs.evidence(record.tenant, record.evidenceSha256) as EvidenceV1 | undefined;
    const snapshot = inputs.snapshot(record.tenant, record.input.snapshotSha256) as Snapshot | undefined;
    if (!evidence || !snapshot) return { outcome: 'expired' };
    const set = modelsOf(evidence.offeredModels);
    const { decision, difference } = replay(evidence, snapshot, set, policyOf(record.policy.policyRevision));
    if (difference) return { outcome: 'different', difference };
    const outputSha256 = sha256Hex(canonicalText(decision));
    if (outputSha256 === record.outputSha256) return { outcome: 'same' };
    // The evidence says what we say, and the leaf says otherwise: the evidence was exchanged.
    return { outcome: 'different', difference: { path: '', recorded: record.outputSha256, replayed: outputSha256 } };
  };
}
