import type { BlobStore } from '#audit/blobs.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import type { AuditLog } from '#audit/log.ts';
import type { DecisionRecordV1 } from '#audit/record.ts';
import type { LogReader } from '#audit/serve.ts';
import { DomainError } from '#domain/problems.ts';
import type { ScoredDecision } from '#features/labels.ts';
import type { DecisionReader } from '#routes/decisions.ts';
import { answerOf, type Hold, type Position } from '#src/wire/answer.ts';
import type { Store } from '#store/open.ts';
import { createDecisionList } from './decision-list.ts';

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
    list: createDecisionList(store),
    answer(tenant, decisionId) {
      const found = findDecision(log, blobs, tenant, decisionId);
      return found && answerOf(found.evidence.decision, holdsOf(tenant, decisionId), found.at);
    },
    receipt: (tenant, decisionId) => served.receiptFor(tenant, decisionId),
  };
}
