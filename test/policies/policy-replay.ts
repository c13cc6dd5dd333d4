import { canonicalText } from '#audit/canonical.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import type { DecisionRecordV1 } from '#audit/record.ts';
import type { ReplayInputs } from '#audit/replay-inputs.ts';
import { sha256Hex } from '#audit/sha256.ts';
import type { Decision } from '#domain/decision.ts';
import { NO_PRICES, type Snapshot } from '#domain/snapshot.ts';
import { toRfc3339 } from '#domain/time.ts';
import type { Policy } from '#policies/policy.ts';
import { decide } from '#src/decide.ts';
import { diceFrom, randomRequest, randomSnapshot } from './random-world.ts';

const NO_MODELS = { stockout: null, delay: null, split: null };

/** A log in memory: random orders decided under a policy, with what a replay needs. */
export interface MadeHistory {
  readonly inputs: ReplayInputs;
  readonly decisions: readonly Decision[];
}

export function makeHistory(count: number, seed: number, policy: Policy): MadeHistory {
  const records: DecisionRecordV1[] = [];
  const decisions: Decision[] = [];
  const blobs = new Map<string, unknown>();
  const keep = (value: unknown): string => {
    // As the log keeps it: through its canonical text.
    const text = canonicalText(value);
    const hash = sha256Hex(text);
    blobs.set(hash, JSON.parse(text));
    return hash;
  };
  for (let index = 0; index < count; index++) {
    const dice = diceFrom(seed + index * 7919);
    const snapshot: Snapshot = randomSnapshot(dice);
    const drawn = randomRequest(dice, snapshot);
    const decisionId = `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`;
    const request = { ...drawn, decisionId, suggestedOption: null, order: { ...drawn.order, orderId: `O-${index}` } };
    const { decision, features, offeredModels } = decide(request, snapshot, NO_MODELS, policy, NO_PRICES);
    decisions.push(decision);
    const snapshotSha256 = keep(snapshot);
    const evidence: EvidenceV1 = {
      v: 1,
      request,
      snapshotSha256,
      prices: NO_PRICES,
      offeredModels,
      features,
      decision,
    };
    records.push({
      v: 1,
      type: 'decision',
      decisionId,
      orderId: request.order.orderId,
      status: decision.status,
      mode: request.mode,
      supersedes: null,
      ts: toRfc3339(request.decidedAt),
      tenant: 't',
      actor: 'key:k',
      idempotencyHmac: null,
      input: {
        schema: 'recommendationRequest@1',
        factsSha256: keep(request.order),
        personalHmac: null,
        snapshotSha256,
        featuresSha256: keep(features),
      },
      models: [],
      policy: { policyRevision: policy.policyRevision, fired: [], clamps: [] },
      reasonCodes: [],
      evidenceSha256: keep(evidence),
      outputSha256: sha256Hex(canonicalText(decision)),
      code: { version: '0' },
      runtime: { node: process.version },
      degraded: [],
    });
  }
  const read = (_tenant: string, sha256: string): unknown => blobs.get(sha256);
  return {
    decisions,
    inputs: {
      records: () => records,
      record: (decisionId) => records.find((record) => record.decisionId === decisionId),
      evidence: read,
      snapshot: read,
      policyDocument: (sha256) => blobs.get(sha256),
      model: () => undefined,
    },
  };
}

/**
 * The decisions that asking for approval from a lower freight on must change, from what the log says alone: the chosen
 * plan's freight is over the new limit, and this rule did not ask yet.
 */
export function predictedByFreight(inputs: ReplayInputs, limit: number, ruleId: string): string[] {
  const predicted: string[] = [];
  for (const record of inputs.records()) {
    const { decision } = inputs.evidence(record.tenant, record.evidenceSha256) as EvidenceV1;
    const freight = (decision.chosen?.plan.shipments ?? [])
      .map((shipment) => shipment.freight)
      .reduce((a, b) => a + b, 0);
    const asked = decision.approvals.some((need) => need.ruleId === ruleId);
    if (freight > limit && !asked) predicted.push(record.decisionId);
  }
  return predicted.sort();
}
