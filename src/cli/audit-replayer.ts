import { canonicalText } from '#audit/canonical.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import type { DecisionRecordV1 } from '#audit/record.ts';
import type { ReplayInputs } from '#audit/replay-inputs.ts';
import { sha256Hex } from '#audit/sha256.ts';
import { DomainError } from '#domain/problems.ts';
import type { OfferedModel } from '#domain/risk.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { riskModel } from '#models/load-model.ts';
import { decodeModel } from '#models/model-codec.ts';
import type { ModelSet, RiskModel } from '#models/risk-model.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { Policy, PolicyDocument } from '#policies/policy.ts';
import { type Difference, replay } from '#src/replay.ts';

export type ReplayOutcome =
  | { readonly outcome: 'same' }
  /** Retention has removed what the decision stood on. */
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'different'; readonly difference: Difference };

/** Runs recorded decisions through today's `decide()`; models and policies are loaded once each. */
export function createReplayer(inputs: ReplayInputs): (record: DecisionRecordV1) => ReplayOutcome {
  const models = new Map<string, RiskModel>();
  const policies = new Map<string, Policy>();

  function modelOf({ task, sha256, trainedAt }: OfferedModel): RiskModel {
    const key = `${sha256} ${trainedAt}`;
    const known = models.get(key);
    if (known) return known;
    const text = inputs.model(sha256);
    if (text === undefined)
      throw new DomainError('evidence-expired', `the file of ${task} model \`${sha256}\` is not here`, { sha256 });
    const model = riskModel(decodeModel(text), sha256, trainedAt);
    models.set(key, model);
    return model;
  }

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
    const offered: ModelSet = { stockout: null, delay: null, split: null };
    const set = {
      ...offered,
      ...Object.fromEntries(evidence.offeredModels.map((model) => [model.task, modelOf(model)])),
    };
    const { decision, difference } = replay(evidence, snapshot, set, policyOf(record.policy.policyRevision));
    if (difference) return { outcome: 'different', difference };
    const outputSha256 = sha256Hex(canonicalText(decision));
    if (outputSha256 === record.outputSha256) return { outcome: 'same' };
    // The evidence says what we say, and the leaf says otherwise: the evidence was exchanged.
    return { outcome: 'different', difference: { path: '', recorded: record.outputSha256, replayed: outputSha256 } };
  };
}
