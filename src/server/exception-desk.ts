import { assignException, resolveException, snoozeException } from '#exceptions/ownership.ts';
import { historyOf, listExceptions, readException } from '#exceptions/queue.ts';
import type { ExceptionDeps } from '#routes/exceptions.ts';
import type { Store } from '#store/open.ts';
import type { Desk } from './desk.ts';

/** The exception queue bound to the store, the clock and the one writer. */
export function createExceptionDesk(
  store: Store,
  desk: Pick<Desk, 'apart'>,
  now: () => number,
): ExceptionDeps['exceptions'] {
  return {
    list: (tenant, filter, page) => listExceptions(store.db, tenant, filter, page, now()),
    read: (tenant, exceptionId) => ({
      view: readException(store.db, tenant, exceptionId, now()),
      history: historyOf(store.db, tenant, exceptionId),
    }),
    assign: (principal, exceptionId, assignee) =>
      desk.apart((db) => assignException(db, principal, exceptionId, assignee, now())),
    snooze: (principal, exceptionId, until, note) =>
      desk.apart((db) => snoozeException(db, principal, exceptionId, until, note, now())),
    resolve: (principal, exceptionId, resolution, note) =>
      desk.apart((db) => resolveException(db, principal, exceptionId, resolution, note, now())),
  };
}
