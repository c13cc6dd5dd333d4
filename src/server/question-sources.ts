import { createHash } from 'node:crypto';
import { type BlobStore, createBlobStore, SHARED } from '#audit/blobs.ts';
import { canonicalText } from '#audit/canonical.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { DomainError } from '#domain/problems.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { Recorded, Row, Sources } from '#explanation/sources.ts';
import { riskModel } from '#models/load-model.ts';
import { decodeModel } from '#models/model-codec.ts';
import { remembering } from '#models/remembering.ts';
import type { ModelSet, RiskModel } from '#models/risk-model.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { Policy, PolicyDocument } from '#policies/policy.ts';
import { decide, decideSelection } from '#src/decide.ts';
import type { Store } from '#store/open.ts';

export interface QuestionSourceParts {
  readonly store: Store;
  readonly tenant: string;
  readonly now: () => number;
  readonly zone: string;
  /** The policy in force; undefined: the one the last decision was made under. */
  readonly policy?: () => Policy;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Keeps the newest few: what one answer reads, another soon reads again. */
function remembered<T>(most: number, read: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = read(key);
    if (known.size >= most) known.delete(known.keys().next().value!);
    known.set(key, value);
    return value;
  };
}

/** Binds what answers are made from to the store of one tenant. It only reads. */
export function questionSources({ store, tenant, now, zone, policy }: QuestionSourceParts): Sources {
  const { sqlite } = store;
  const blobs: BlobStore = createBlobStore(store, now);
  const heads = sqlite.prepare<[string], { origin: string; size: number }>(
    `SELECT g.origin AS origin, (SELECT max(leaf_index) + 1 FROM audit_leaves l WHERE l.log_id = g.log_id) AS size FROM audit_logs g WHERE g.tenant_id = ? ORDER BY g.year`,
  );
  const leafOf = sqlite.prepare<[string, string], { leaf: Buffer; origin: string; leaf_index: number }>(
    `SELECT l.leaf, g.origin, l.leaf_index FROM audit_leaves l JOIN audit_logs g ON g.log_id = l.log_id WHERE g.tenant_id = ? AND l.decision_id = ?`,
  );
  const statements = remembered(200, (sql) => {
    const statement = sqlite.prepare<[Record<string, unknown>], Row>(sql);
    if (!statement.readonly) throw new DomainError('internal', 'a question may only read');
    return statement;
  });
  const models = remembered(12, (key): RiskModel | null => {
    const [hash, trainedAt] = key.split(' ');
    const bytes = blobs.read(SHARED, hash!);
    return bytes ? riskModel(decodeModel(bytes.toString('utf8')), hash!, Number(trainedAt)) : null;
  });
  const policies = remembered(12, (revision): Policy | null => {
    const document = blobs.readJson(SHARED, revision.replace('sha256:', '')) as PolicyDocument | undefined;
    return document ? policyFromDocument(document) : null;
  });

  function recorded(decisionId: string): Recorded | undefined {
    const row = leafOf.get(tenant, decisionId);
    if (!row) return undefined;
    const record = JSON.parse(row.leaf.toString('utf8')) as { evidenceSha256: string };
    const evidence = blobs.readJson(tenant, record.evidenceSha256) as EvidenceV1 | undefined;
    return (
      evidence && {
        decision: evidence.decision,
        evidence,
        cite: {
          kind: 'leaf',
          ref: `${row.origin}#${row.leaf_index}`,
          decisionId,
          receipt: `/v1/decisions/${decisionId}/receipt`,
        },
      }
    );
  }

  return {
    tenant,
    get now() {
      return now();
    },
    zone,
    query(sql, values = {}) {
      const bound = { tenant, ...values };
      const rows = statements(sql).all(bound);
      const log = heads.all(tenant).flatMap(({ origin, size }) => (size > 0 ? [`${origin}#0..${size - 1}`] : []));
      return {
        rows,
        cite: { kind: 'query', sha256: sha256(canonicalText({ sql, values: bound })), log, rows: rows.length },
      };
    },
    recorded,
    redecide(decisionId) {
      const found = recorded(decisionId);
      if (!found) return null;
      const { evidence, decision } = found;
      const snapshot = blobs.readSnapshot(tenant, evidence.snapshotSha256) as Snapshot | undefined;
      const under = policies(decision.policyRevision);
      if (!snapshot || !under) return null;
      let set: ModelSet = { stockout: null, delay: null, split: null };
      for (const { task, sha256: hash, trainedAt } of evidence.offeredModels) {
        const model = models(`${hash} ${trainedAt}`);
        if (!model) return null;
        set = { ...set, [task]: model };
      }
      const scoring = { models: set, prices: evidence.prices };
      const scoredOnce = { ...scoring, models: { ...set, delay: set.delay && remembering(set.delay) } };
      return {
        request: evidence.request,
        snapshot,
        policy: under,
        scoring,
        decide: (request, world, rules, { models: scoredBy, prices } = scoring) =>
          decide(request, world, scoredBy, rules, prices).decision,
        select: (request, world, rules, { models: scoredBy, prices } = scoredOnce) =>
          decideSelection(request, world, scoredBy, rules, prices),
      };
    },
    model: (hash, trainedAt) => models(`${hash} ${trainedAt}`),
    policy() {
      if (policy) return policy();
      const last = sqlite
        .prepare<[string], string>(
          'SELECT policy_revision FROM decision_index WHERE tenant_id = ? ORDER BY decided_at DESC LIMIT 1',
        )
        .pluck()
        .get(tenant);
      return last === undefined ? null : policies(last);
    },
    sha256,
  };
}
