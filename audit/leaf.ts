import { canonicalBytes } from './canonical.ts';
import type { EventRecordV1 } from './event-records.ts';
import type { NewLeaf } from './log.ts';
import type { DecisionRecordV1 } from './record.ts';

/** The leaf of a record: its canonical bytes, for the log of its tenant and the year of its `ts` in UTC. */
export function leafOf(record: DecisionRecordV1 | EventRecordV1): NewLeaf {
  const leaf = { tenant: record.tenant, year: new Date(record.ts).getUTCFullYear(), leaf: canonicalBytes(record) };
  return record.type === 'decision' ? { ...leaf, decisionId: record.decisionId } : leaf;
}
