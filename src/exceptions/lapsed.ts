import { and, eq, lte } from 'drizzle-orm';
import type { Instant } from '#domain/time.ts';
import type { Db } from '#store/open.ts';
import { appendHistory } from './queue.ts';
import { approvals, exceptions } from './tables.ts';

export interface Lapse {
  readonly tenant: string;
  readonly decisionId: string;
  /** SUPERSEDED: the order was decided again. CANCELLED: there is no order any more. */
  readonly resolution: 'SUPERSEDED' | 'CANCELLED';
  readonly note: string;
  readonly actor: string;
  readonly now: Instant;
}

/** Asks nobody about a decision any more: its open exception is resolved, its pending approvals expire. */
export function lapse(db: Db, { tenant, decisionId, resolution, note, actor, now }: Lapse): void {
  db.update(approvals)
    .set({ state: 'EXPIRED', decidedAt: now, note: resolution })
    .where(and(eq(approvals.tenantId, tenant), eq(approvals.decisionId, decisionId), eq(approvals.state, 'PENDING')))
    .run();
  const { changes } = db
    .update(exceptions)
    .set({ state: 'RESOLVED', resolution, resolvedAt: now, snoozedUntil: null })
    .where(and(eq(exceptions.tenantId, tenant), eq(exceptions.decisionId, decisionId), eq(exceptions.state, 'OPEN')))
    .run();
  if (changes > 0)
    appendHistory(db, tenant, decisionId, { at: now, actor, action: 'resolved', note: `${resolution}: ${note}` });
}

/** The order was cancelled at `at`: what was opened about it until then lapses. */
export function lapseOrder(
  db: Db,
  cancelled: { readonly tenant: string; readonly orderId: string; readonly at: Instant },
  { actor, now }: Pick<Lapse, 'actor' | 'now'>,
): void {
  const { tenant, orderId, at } = cancelled;
  const open = db
    .select({ decisionId: exceptions.decisionId })
    .from(exceptions)
    .where(
      and(
        eq(exceptions.tenantId, tenant),
        eq(exceptions.state, 'OPEN'),
        eq(exceptions.orderId, orderId),
        lte(exceptions.openedAt, at),
      ),
    )
    .all();
  for (const { decisionId } of open)
    lapse(db, { tenant, decisionId, resolution: 'CANCELLED', note: 'the order was cancelled', actor, now });
}
