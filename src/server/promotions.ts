import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BlobStore } from '#audit/blobs.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { leafOf } from '#audit/leaf.ts';
import type { AuditLog, NewLeaf } from '#audit/log.ts';
import { decisionRecordOf } from '#audit/replay-inputs.ts';
import { TASKS, type Task } from '#domain/risk.ts';
import { toRfc3339 } from '#domain/time.ts';
import type { ModelSet } from '#models/risk-model.ts';
import type { Store } from '#store/open.ts';

/** Notices that another model has begun to decide, also while the service was down. */
export interface Promotions {
  /** Leaves for what has changed for these tenants; call `written` once they are on disk. */
  leavesFor(tenants: Iterable<string>, models: ModelSet): NewLeaf[];
  /** From now on these models are the known ones. */
  written(tenants: Iterable<string>, models: ModelSet): void;
}

export interface PromotionParts {
  readonly store: Store;
  readonly log: AuditLog;
  readonly blobs: BlobStore;
  /** The registry: `gates/<task>-<to>-against-<from>.json` is the gate's result. */
  readonly modelsFolder: string;
  readonly now: () => number;
}

type Known = Partial<Record<Task, string | null>>;

export function createPromotions({ store, log, blobs, modelsFolder, now }: PromotionParts): Promotions {
  const known = new Map<string, Known>();

  /** What was in force last for a tenant: the models its last decision was offered, or a promotion logged since. */
  function lastKnown(tenant: string): Known {
    const found: Known = {};
    const last = store.sqlite
      .prepare(
        'SELECT log_origin AS origin, log_index AS "index", decision_id AS decisionId FROM decision_index WHERE tenant_id = ? ORDER BY decision_id DESC LIMIT 1',
      )
      .get(tenant) as { origin: string; index: number; decisionId: string } | undefined;
    const record = last && decisionRecordOf(log.leafOfDecision(last.decisionId)!.leaf);
    const evidence = record && (blobs.readJson(tenant, record.evidenceSha256) as EvidenceV1 | undefined);
    for (const { task, modelVersion } of evidence?.offeredModels ?? []) found[task] = modelVersion;
    let reached = last === undefined;
    for (const { logId, tenant: owner, origin, size } of log.heads()) {
      if (owner !== tenant) continue;
      const isLast = origin === last?.origin;
      reached ||= isLast;
      if (!reached) continue;
      for (const leaf of log.leaves(logId, isLast ? last!.index + 1 : 0, size)) {
        const record = JSON.parse(leaf.toString('utf8'));
        if (record.type === 'model-promotion') found[record.task as Task] = record.toVersion;
      }
    }
    return found;
  }

  function knownOf(tenant: string, models: ModelSet): Known {
    const before = known.get(tenant);
    if (before) return before;
    const found = lastKnown(tenant);
    // A tenant that has not decided anything yet has had nothing promoted either.
    for (const task of TASKS) if (!(task in found)) found[task] = models[task]?.modelVersion ?? null;
    known.set(tenant, found);
    return found;
  }

  function leafFor(tenant: string, task: Task, from: string | null, models: ModelSet): NewLeaf[] {
    const model = models[task];
    if (!model || model.modelVersion === from) return [];
    const path = join(modelsFolder, 'gates', `${task}-${model.modelVersion}-against-${from}.json`);
    const gate = existsSync(path) ? readFileSync(path) : undefined;
    const approvals: unknown = gate && JSON.parse(gate.toString('utf8')).approvals;
    return [
      leafOf({
        v: 1,
        type: 'model-promotion',
        ts: toRfc3339(now()),
        tenant,
        actor: 'registry',
        task,
        alias: 'champion',
        fromVersion: from,
        toVersion: model.modelVersion,
        modelSha256: model.sha256,
        gateSha256: gate ? blobs.keep(tenant, 'gate', gate) : null,
        approvedBy: Array.isArray(approvals) ? approvals.map(String) : [],
        reason: gate ? 'the gate opened' : 'the alias was moved without a gate',
      }),
    ];
  }

  return {
    leavesFor: (tenants, models) =>
      [...tenants].flatMap((tenant) => {
        const before = knownOf(tenant, models);
        return TASKS.flatMap((task) => leafFor(tenant, task, before[task] ?? null, models));
      }),
    written(tenants, models) {
      // A model that does not load for a while has not been replaced.
      for (const tenant of tenants) {
        const before = knownOf(tenant, models);
        for (const task of TASKS) before[task] = models[task]?.modelVersion ?? before[task] ?? null;
      }
    },
  };
}
