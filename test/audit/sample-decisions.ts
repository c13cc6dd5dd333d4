import { join } from 'node:path';
import fc from 'fast-check';
import { createBlobStore, SHARED } from '#audit/blobs.ts';
import { leafOf } from '#audit/leaf.ts';
import { sha256Hex } from '#audit/sha256.ts';
import type { Decision } from '#domain/decision.ts';
import { uuidV7 } from '#domain/identifiers.ts';
import type { Task } from '#domain/risk.ts';
import { NO_PRICES } from '#domain/snapshot.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { riskModel } from '#models/load-model.ts';
import { decodeModel, encodeModel } from '#models/model-codec.ts';
import type { ModelFile } from '#models/model-file.ts';
import type { ModelSet } from '#models/risk-model.ts';
import { loadPolicy } from '#policies/load.ts';
import { shipped } from '#src/config.ts';
import { decide } from '#src/decide.ts';
import { recordOf } from '#src/server/record.ts';
import { smallCase } from '../sourcing/cases.ts';
import type { openSampleLog } from './sample-log.ts';

/** A logistic model in a file of the real format; its weights are made up from the task's name. */
export function sampleModelFile(task: Task, intercept = -1.2): ModelFile {
  const featureSet = SERVICE_FEATURE_SETS[task];
  const terms = featureSet.features.slice(0, 6).map((_, feature) => ({
    feature,
    kind: 'number' as const,
    compressed: true,
    mean: 1,
    scale: 2,
    weight: ((task.length * (feature + 3)) % 7) / 10 - 0.3,
  }));
  return {
    v: 1,
    task,
    family: 'logistic',
    marginUnit: 'logOdds',
    featureSet,
    seed: 1,
    body: { kind: 'linear', intercept, terms },
    calibration: { method: 'none' },
  };
}

/** Decides `count` random orders as the service does and logs them with all their evidence; returns the ids. */
export function logSampleDecisions(
  { store, log }: ReturnType<typeof openSampleLog>,
  count: number,
  change: (decision: Decision, number: number) => Decision = (decision) => decision,
): string[] {
  const blobs = createBlobStore(store, () => 0);
  const policy = loadPolicy([join(shipped.policies, 'default.policy.yaml')]);
  blobs.keepJson(SHARED, 'policy', policy.document);
  const trainedAt = Date.UTC(2026, 1, 1);
  const load = (task: Task) => {
    const text = encodeModel(sampleModelFile(task));
    return riskModel(decodeModel(text), blobs.keep(SHARED, 'model', Buffer.from(text)), trainedAt);
  };
  const models: ModelSet = { stockout: load('stockout'), delay: load('delay'), split: load('split') };
  return fc.sample(smallCase, { numRuns: count, seed: 11 }).map(({ request, snapshot }, number) => {
    const random = Buffer.from(sha256Hex(`decision ${number}`), 'hex').subarray(0, 10);
    const asked = { ...request, decisionId: uuidV7(request.decidedAt, random) };
    // Every fifth order meets no models at all, so that a replay has to refuse what was refused.
    const offered = number % 5 === 4 ? { ...models, delay: null } : models;
    const decided = decide(asked, snapshot, offered, policy, NO_PRICES);
    const decision = change(decided.decision, number);
    const { record, evidence, snapshotSha256 } = recordOf(
      { ...decided, decision, request: asked, snapshot, prices: NO_PRICES },
      { tenant: 'north', actor: 'key:orders', idempotencyHmac: null, personalHmac: null, version: '0.1.0' },
    );
    store.transaction(() => {
      log.append([leafOf(record)]);
      blobs.keepSnapshot('north', snapshot, snapshotSha256);
      blobs.keep('north', 'evidence', evidence);
    });
    return record.decisionId;
  });
}
