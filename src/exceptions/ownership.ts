import { and, eq } from 'drizzle-orm';
import { actorOf, type Principal } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import { type Instant, toRfc3339 } from '#domain/time.ts';
import type { Db } from '#store/open.ts';
import { appendHistory, type ExceptionView, readException } from './queue.ts';
import { exceptions } from './tables.ts';

/** Longer than this nobody puts an order aside. */
const MAX_SNOOZE_MS = 30 * 86_400_000;

function assertOpen(exception: ExceptionView): void {
  if (exception.state === 'RESOLVED')
    throw new DomainError('conflict', `exception \`${exception.exceptionId}\` is resolved`, {
      exceptionId: exception.exceptionId,
      resolution: exception.resolution,
    });
}

function change(
  db: Db,
  principal: Principal,
  exceptionId: string,
  values: Partial<typeof exceptions.$inferInsert>,
  entry: { readonly action: string; readonly note: string },
  now: Instant,
): ExceptionView {
  const { tenant } = principal;
  assertOpen(readException(db, tenant, exceptionId, now));
  db.update(exceptions)
    .set(values)
    .where(and(eq(exceptions.tenantId, tenant), eq(exceptions.decisionId, exceptionId)))
    .run();
  appendHistory(db, tenant, exceptionId, { at: now, actor: actorOf(principal), ...entry });
  return readException(db, tenant, exceptionId, now);
}

/** Gives an exception to a key, or back to the queue with null. */
export function assignException(
  db: Db,
  principal: Principal,
  exceptionId: string,
  assignee: string | null,
  now: Instant,
): ExceptionView {
  const note = assignee === null ? 'to nobody' : `to ${assignee}`;
  return change(db, principal, exceptionId, { assignee }, { action: 'assigned', note }, now);
}

/** Hides it from the open queue until a moment within 30 days. Its SLA runs on. */
export function snoozeException(
  db: Db,
  principal: Principal,
  exceptionId: string,
  until: Instant,
  note: string,
  now: Instant,
): ExceptionView {
  if (!(until > now && until <= now + MAX_SNOOZE_MS)) {
    const found = `\`${toRfc3339(until)}\``;
    const expected = `a moment after ${toRfc3339(now)} and within 30 days`;
    throw new DomainError('invalid-request', `/until: found ${found}, expected ${expected}`, {
      errors: [{ path: '/until', found, expected }],
    });
  }
  const entry = { action: 'snoozed', note: `until ${toRfc3339(until)}${note ? `: ${note}` : ''}` };
  return change(db, principal, exceptionId, { snoozedUntil: until }, entry, now);
}

/** Closes it with what was done. Closed stays closed: an order decided again has an exception of its own. */
export function resolveException(
  db: Db,
  principal: Principal,
  exceptionId: string,
  resolution: string,
  note: string,
  now: Instant,
): ExceptionView {
  const values = { state: 'RESOLVED' as const, resolution, resolvedAt: now, snoozedUntil: null };
  const entry = { action: 'resolved', note: `${resolution}${note ? `: ${note}` : ''}` };
  return change(db, principal, exceptionId, values, entry, now);
}
