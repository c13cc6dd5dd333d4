import { canonicalText } from '#audit/canonical.ts';
import type { DecisionRecordV1 } from '#audit/record.ts';
import { sha256Hex as sha256 } from '#audit/sha256.ts';
import { snapshotText } from '#audit/snapshot-text.ts';
import type { Decision, DecisionRequest } from '#domain/decision.ts';
import type { OfferedModel, RecordedFeatures } from '#domain/risk.ts';
import type { Prices, Snapshot } from '#domain/snapshot.ts';
import { toRfc3339 } from '#domain/time.ts';

/** What `decide()` was asked and said, with what it stood on. */
export interface Decided {
  readonly request: DecisionRequest;
  readonly snapshot: Snapshot;
  readonly prices: Prices;
  readonly decision: Decision;
  readonly features: readonly RecordedFeatures[];
  readonly offeredModels: readonly OfferedModel[];
}

export interface RecordStamp {
  readonly tenant: string;
  readonly actor: string;
  readonly idempotencyHmac: string | null;
  readonly personalHmac: string | null;
  readonly version: string;
}

export interface RecordedDecision {
  readonly record: DecisionRecordV1;
  readonly snapshotSha256: string;
  /** `EvidenceV1` as canonical JSON. */
  readonly evidence: string;
}

/**
 * The leaf and the evidence (`EvidenceV1`) of a decision. Each part is written in canonical form once: the evidence is put together
 * from the texts that were hashed, its members in canonical order.
 */
export function recordOf(
  { request, snapshot, prices, decision, features, offeredModels }: Decided,
  stamp: RecordStamp,
): RecordedDecision {
  const facts = canonicalText(request.order);
  const output = canonicalText(decision);
  const rows = canonicalText(features);
  // Before the evidence is put together: a text that has been hashed is in one piece, and copied as one.
  const [factsSha256, outputSha256, featuresSha256] = [sha256(facts), sha256(output), sha256(rows)];
  const snapshotSha256 = sha256(snapshotText(snapshot));
  const asked = requestText(request, facts);
  const evidence = `{"decision":${output},"features":${rows},"offeredModels":${canonicalText(offeredModels)},"prices":${canonicalText(prices)},"request":${asked},"snapshotSha256":"${snapshotSha256}","v":1}`;
  const fired = decision.guard.filter(({ verdict }) => verdict !== 'ALLOW');
  return {
    snapshotSha256,
    evidence,
    record: {
      v: 1,
      type: 'decision',
      decisionId: decision.decisionId,
      orderId: decision.orderId,
      status: decision.status,
      mode: decision.mode,
      supersedes: decision.supersedes,
      ts: toRfc3339(decision.decidedAt),
      tenant: stamp.tenant,
      actor: stamp.actor,
      idempotencyHmac: stamp.idempotencyHmac,
      input: {
        schema: request.schema,
        factsSha256,
        personalHmac: stamp.personalHmac,
        snapshotSha256,
        featuresSha256,
      },
      models: decision.models.map(({ task, alias, modelVersion, sha256 }) => ({ task, alias, modelVersion, sha256 })),
      policy: {
        policyRevision: decision.policyRevision,
        fired: [...new Set(fired.map(({ ruleId }) => ruleId))],
        clamps: fired
          .filter(({ verdict }) => verdict === 'CLAMP')
          .map(({ ruleId, path, from, to }) => ({ ruleId, path, from, to })),
      },
      reasonCodes: [...decision.reasonCodes],
      evidenceSha256: sha256(evidence),
      outputSha256,
      code: { version: stamp.version },
      runtime: { node: process.versions.node },
      degraded: decision.degraded.map(({ code, subject }) => `${code}:${subject}`).sort(),
    },
  };
}

/** `canonicalText(request)` with the order's text, which was needed for its own hash, put in. */
function requestText({ order: _order, ...rest }: DecisionRequest, facts: string): string {
  const { decidedAt, decisionId, mode, schema, suggestedOption, supersedes } = rest;
  const head = canonicalText({ decidedAt, decisionId, mode }).slice(0, -1);
  const tail = canonicalText({ schema, suggestedOption, supersedes }).slice(1);
  return `${head},"order":${facts},${tail}`;
}
