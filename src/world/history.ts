import { countsAsReserved } from '#domain/reservation.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { Instant } from '#domain/time.ts';
import type { Store } from '#store/open.ts';
import type { EventStore } from './event-store.ts';
import { meantAt, type ReservationRow, reservationId, reservationStatements } from './reservation-rows.ts';
import { type SnapshotQuery, snapshotOf } from './snapshots.ts';
import { addReserved, applyCell, emptyState, positionAsOf, type TenantState } from './state.ts';
import { place, subjects } from './subjects.ts';

type Range = readonly [string, string];
// A tab ends each part of a subject; U+0001 and a line feed are its neighbours, and no identifier contains them.
const exactly = (subject: string): Range => [subject, `${subject}\u0001`];
const below = (subject: string): Range => [`${subject}\t`, `${subject}\n`];

/** Confirmed or released as the newest event says that was known; HELD where none was. */
function countedThen(
  events: EventStore,
  row: ReservationRow,
  siblings: readonly ReservationRow[],
  position: Instant,
  asOf: Instant,
  knownBy: Instant,
) {
  const { tenant, decisionId, orderId } = row;
  const means = (at: Instant) => meantAt(siblings, at).some(({ ordinal }) => ordinal === row.ordinal);
  const changes = events
    .history(tenant, asOf, knownBy, [
      exactly(subjects.hold(decisionId)),
      exactly(subjects.hold(reservationId(row))),
      exactly(subjects.order(orderId)),
    ])
    .filter(({ type, occurredAt, data }) => {
      if (type === 'fairlead.order.cancelled') return row.heldAt <= occurredAt;
      return type.startsWith('fairlead.reservation.') && ('reservationId' in data || means(occurredAt));
    })
    .map(({ type, occurredAt, id, source }) => ({ type, at: occurredAt, by: `${id}\t${source}` }));
  if (row.withdrawnAt !== null && row.withdrawnAt <= asOf)
    changes.push({ type: 'fairlead.reservation.released', at: row.withdrawnAt, by: '' });
  const last = changes.sort((a, b) => a.at - b.at || (a.by < b.by ? -1 : 1)).at(-1);
  if (last === undefined)
    return countsAsReserved({ state: 'HELD', expiresAt: row.expiresAt, confirmedAt: null }, position, asOf);
  const confirmed = last.type === 'fairlead.reservation.confirmed';
  const state = confirmed ? 'CONFIRMED' : 'RELEASED';
  return countsAsReserved({ state, expiresAt: row.expiresAt, confirmedAt: confirmed ? last.at : null }, position, asOf);
}

/** See `World.snapshotAt`. Reads the events of the subjects that the order can touch, and no more. */
export function snapshotFromHistory(
  store: Store,
  events: EventStore,
  tenant: string,
  query: SnapshotQuery,
  asOf: Instant,
  knownBy: Instant,
): Snapshot {
  const { order } = query;
  const itemIds = new Set(order.lines.flatMap(({ itemId, substituteItemIds }) => [itemId, ...substituteItemIds]));
  const ranges: Range[] = [
    ['node\t', 'node\n'],
    exactly(subjects.zone(order.shipTo.zone)),
    [`lane\t${order.shipTo.zone}\t`, `lane\t${order.shipTo.zone}\n`],
    exactly(subjects.customer(order.customerId)),
    ...[...itemIds].flatMap((itemId) => [exactly(subjects.item(itemId)), below(`supply\t${itemId}`)]),
  ];
  const state: TenantState = emptyState();
  // Oldest first within each subject, so that what is put last is what stood.
  for (const event of events.history(tenant, asOf, knownBy, ranges)) {
    const { subject, cells } = place(event);
    for (const { fieldGroup, value } of cells) applyCell(state, subject, fieldGroup, value, event.occurredAt);
  }
  const table = reservationStatements(store);
  for (const itemId of itemIds)
    for (const row of table.heldBy(tenant, Math.min(asOf, knownBy), itemId))
      if (row.decisionId !== query.supersedes)
        if (
          countedThen(
            events,
            row,
            table.ofDecision(tenant, row.decisionId),
            positionAsOf(state, itemId, row.nodeId),
            asOf,
            knownBy,
          )
        )
          addReserved(state, row.nodeId, itemId, row.qty);
  return snapshotOf(state, query, asOf);
}
