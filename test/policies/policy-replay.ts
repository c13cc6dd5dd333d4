import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { canonicalText } from '#audit/canonical.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { exportEvidence } from '#audit/export-evidence.ts';
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
 * The decisions that asking for approval from a lower freight on must change, by a query of DuckDB over an export of the
 * log: the chosen plan's freight is over the new limit, and this rule did not ask yet. Shares no code with the guard.
 */
export async function predictedByFreight(inputs: ReplayInputs, limit: number, ruleId: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'policy-replay-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    exportEvidence(inputs, folder, { evidence: true, models: false, policies: false });
    const evidence = join(folder, 'evidence.jsonl');
    for (const { tenant, evidenceSha256 } of inputs.records()) {
      if (!inputs.evidence(tenant, evidenceSha256)) continue;
      const blob = readFileSync(join(folder, 'blobs', evidenceSha256.slice(0, 2), evidenceSha256), 'utf8');
      appendFileSync(evidence, `${blob}\n`);
    }
    const rows = await connection.runAndReadAll(
      `with decided as (
         select json_extract_string(json, '$.decision.decisionId') as id,
           list_sum(cast(json_extract(json, '$.decision.chosen.plan.shipments[*].freight') as bigint[])) as freight,
           json_extract_string(json, '$.decision.approvals[*].ruleId') as asked
         from read_ndjson_objects($evidence, maximum_object_size = 100000000))
       select id from decided where freight > $limit and not list_contains(asked, $ruleId) order by id`,
      { evidence, limit, ruleId },
    );
    return rows.getRows().map(([id]) => String(id));
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
}
