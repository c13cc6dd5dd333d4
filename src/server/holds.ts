import type { Reservation } from '#domain/reservation.ts';
import { toRfc3339 } from '#domain/time.ts';
import type { Hold } from '#src/wire/answer.ts';
import type { Taken } from '#world/projection.ts';
import { reservationId } from '#world/reservation-rows.ts';

/** What a decision took, as it is answered. */
export function holdsTaken({ held }: Taken): Hold[] {
  return (held?.rows ?? []).map((row) => ({
    reservationId: reservationId(row),
    nodeId: row.nodeId,
    itemId: row.itemId,
    qty: row.qty,
    expiresAt: toRfc3339(row.expiresAt),
  }));
}

/** The same from what is stored; what a person's plan took in its place later is not among it. */
export function holdsStored(reservations: readonly Reservation[]): Hold[] {
  const answered = reservations.filter(({ heldAt }) => heldAt === reservations[0]!.heldAt);
  return answered.map(({ reservationId: id, nodeId, itemId, qty, expiresAt }) => ({
    reservationId: id,
    nodeId,
    itemId,
    qty,
    expiresAt: toRfc3339(expiresAt),
  }));
}
