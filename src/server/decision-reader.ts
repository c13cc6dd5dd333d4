import type { BlobStore } from '#audit/blobs.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import type { AuditLog } from '#audit/log.ts';
import type { DecisionRecordV1 } from '#audit/record.ts';
import type { LogReader } from '#audit/serve.ts';
import { DomainError } from '#domain/problems.ts';
import { toRfc3339 } from '#domain/time.ts';
import type { ScoredDecision } from '#features/labels.ts';
import type { DecisionFilter, DecisionReader, DecisionRow } from '#routes/decisions.ts';
import { answerOf, type Hold, type Position } from '#src/wire/answer.ts';
import type { Store } from '#store/open.ts';

interface IndexRow {
  readonly [column: string]: unknown;
}

/** A condition and its value for each filter that is set; lists are JSON arrays of text. */
const CONDITIONS: Readonly<Record<keyof DecisionFilter, string>> = {
  orderId: 'order_id = ?',
  customerId: 'customer_id = ?',
  mode: 'mode = ?',
  status: 'status = ?',
  from: 'decided_at >= ?',
  to: 'decided_at < ?',
  itemId: 'exists (select 1 from json_each(item_ids) where value = ?)',
  nodeId: 'exists (select 1 from json_each(node_ids) where value = ?)',
  carrier: 'exists (select 1 from json_each(carriers) where value = ?)',
  reasonCode: 'exists (select 1 from json_each(reason_codes) where value = ?)',
  ruleId: 'exists (select 1 from json_each(rules_fired) where value = ?)',
  modelVersion: "exists (select 1 from json_each(models) where substr(value, instr(value, '=') + 1) = ?)",
};

function rowOf(row: IndexRow): DecisionRow {
  const list = (name: string): string[] => JSON.parse(row[name] as string);
  const flags: DecisionRow['flags'] = [];
  if (row['clamped']) flags.push('CLAMPED');
  if (row['pending_approval']) flags.push('PENDING_APPROVAL');
  return {
    decisionId: row['decision_id'] as string,
    orderId: row['order_id'] as string,
    customerId: row['customer_id'] as string,
    decidedAt: toRfc3339(row['decided_at'] as number),
    mode: row['mode'] as DecisionRow['mode'],
    status: row['status'] as DecisionRow['status'],
    flags,
    supersedes: row['supersedes'] as string | null,
    supersededBy: row['superseded_by'] as string | null,
    nodeIds: list('node_ids'),
    carrierServices: list('carrier_services'),
    currency: row['currency'] as string,
    costToServe: row['cost_total'] as number | null,
    risks: {
      stockout: row['risk_stockout'] as number | null,
      delay: row['risk_delay'] as number | null,
      split: row['risk_split'] as number | null,
    },
    reasonCodes: list('reason_codes'),
    exceptionCategory: row['exception_category'] as string | null,
    log: { origin: row['log_origin'] as string, index: row['log_index'] as number },
  };
}

export interface DecisionReaderParts {
  readonly store: Store;
  readonly log: AuditLog;
  readonly served: LogReader;
  readonly blobs: BlobStore;
  /** The holds that were answered with a decision. */
  readonly holdsOf: (tenant: string, decisionId: string) => readonly Hold[];
}

export interface FoundDecision {
  readonly record: DecisionRecordV1;
  readonly evidence: EvidenceV1;
  readonly at: Position;
}

/** What a decision's leaf and evidence say; undefined for an unknown one, `evidence-expired` where it is gone. */
export function findDecision(
  log: AuditLog,
  blobs: BlobStore,
  tenant: string,
  decisionId: string,
): FoundDecision | undefined {
  const leaf = log.leafOfDecision(decisionId);
  const head = leaf && log.heads().find(({ logId }) => logId === leaf.logId);
  if (!leaf || head?.tenant !== tenant) return undefined;
  const record: DecisionRecordV1 = JSON.parse(leaf.leaf.toString('utf8'));
  const evidence = blobs.readJson(tenant, record.evidenceSha256) as EvidenceV1 | undefined;
  if (evidence) return { record, evidence, at: { origin: head.origin, index: leaf.index } };
  throw new DomainError('evidence-expired', `the evidence of decision \`${decisionId}\` has been removed`, {
    decisionId,
  });
}

/** What a decision recorded of what was scored; undefined where its evidence has been removed. */
export function scoredDecision(
  log: AuditLog,
  blobs: BlobStore,
  tenant: string,
  decisionId: string,
): ScoredDecision | undefined {
  const leaf = log.leafOfDecision(decisionId);
  const record = leaf && (JSON.parse(leaf.leaf.toString('utf8')) as DecisionRecordV1);
  const evidence = record && (blobs.readJson(tenant, record.evidenceSha256) as EvidenceV1 | undefined);
  if (!evidence) return undefined;
  const { decidedAt, order } = evidence.request;
  return { decisionId, decidedAt, promiseDate: order.promiseDate, features: evidence.features };
}

export function createDecisionReader({ store, log, served, blobs, holdsOf }: DecisionReaderParts): DecisionReader {
  return {
    list(tenant, filter, limit, after) {
      const set = (Object.keys(CONDITIONS) as (keyof DecisionFilter)[]).filter((name) => filter[name] !== undefined);
      // UUIDv7 ascend with time, so the id alone is the order.
      const where = [
        'tenant_id = ?',
        ...set.map((name) => CONDITIONS[name]),
        ...(after === null ? [] : ['decision_id < ?']),
      ];
      const values = [tenant, ...set.map((name) => filter[name]), ...(after === null ? [] : [after])];
      return (
        store.sqlite
          .prepare(`select * from decision_index where ${where.join(' and ')} order by decision_id desc limit ?`)
          .all(...values, limit + 1) as IndexRow[]
      ).map(rowOf);
    },
    answer(tenant, decisionId) {
      const found = findDecision(log, blobs, tenant, decisionId);
      return found && answerOf(found.evidence.decision, holdsOf(tenant, decisionId), found.at);
    },
    receipt: (tenant, decisionId) => served.receiptFor(tenant, decisionId),
  };
}
