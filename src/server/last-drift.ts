import type { EventRecordV1 } from '#audit/event-records.ts';
import type { AuditLog } from '#audit/log.ts';
import { TASKS, type Task } from '#domain/risk.ts';
import type { Store } from '#store/open.ts';
import type { EarlierDrift } from './task-watch.ts';

/** How far back it looks, in leaves: a start must stay quick on a long log. */
const LEAVES = 100_000;

/** The drift of each task that a tenant's log says last, in its newest 100,000 leaves. */
export function lastDrift({ sqlite }: Store, log: AuditLog, tenant: string): Partial<Record<Task, EarlierDrift>> {
  // What decisions say of themselves is not read: only leaves beside them.
  const select = sqlite
    .prepare<[number, number], Buffer>(
      'SELECT leaf FROM audit_leaves WHERE log_id = ? AND leaf_index >= ? AND decision_id IS NULL ORDER BY leaf_index',
    )
    .pluck();
  const found: Partial<Record<Task, EarlierDrift>> = {};
  for (const { logId, tenant: owner, size } of log.heads()) {
    if (owner !== tenant) continue;
    for (const leaf of select.iterate(logId, Math.max(0, size - LEAVES))) {
      const record: EventRecordV1 = JSON.parse(leaf.toString('utf8'));
      if (record.type !== 'model-drift') continue;
      const task = TASKS.find((name) => name === record.task);
      const { modelVersion, toState, errorAlarm } = record;
      if (task) found[task] = { modelVersion, state: toState, errorAlarm };
    }
  }
  return found;
}
