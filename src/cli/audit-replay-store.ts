import { createBlobStore } from '#audit/blobs.ts';
import type { AuditLog } from '#audit/log.ts';
import type { DecisionRecordV1 } from '#audit/record.ts';
import { decisionRecordOf, type ReplayInputs, storedEvidence } from '#audit/replay-inputs.ts';
import type { Store } from '#store/open.ts';

/** Leaves read at a time: they are not all held in memory. */
const PAGE = 1000;

function* recordsOf(log: AuditLog): Generator<DecisionRecordV1> {
  for (const { logId, size } of log.heads())
    for (let start = 0; start < size; start += PAGE)
      for (const leaf of log.leaves(logId, start, Math.min(size, start + PAGE))) {
        const record = decisionRecordOf(leaf);
        if (record) yield record;
      }
}

/** The database as a source of replays and exports. */
export function storedInputs(store: Store, log: AuditLog): ReplayInputs {
  return {
    ...storedEvidence(createBlobStore(store, Date.now)),
    records: () => recordsOf(log),
    record(decisionId) {
      const leaf = log.leafOfDecision(decisionId);
      return leaf && decisionRecordOf(leaf.leaf);
    },
  };
}
