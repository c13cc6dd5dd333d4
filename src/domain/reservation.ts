import type { Instant } from './time.ts';

export const RESERVATION_STATES = ['HELD', 'CONFIRMED', 'RELEASED', 'EXPIRED', 'CONSUMED'] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

/** Units held for an order. SOFT until the ERP confirms it, then HARD. */
export interface Reservation {
  readonly reservationId: string;
  readonly decisionId: string;
  readonly orderId: string;
  readonly nodeId: string;
  readonly itemId: string;
  readonly qty: number;
  readonly kind: 'SOFT' | 'HARD';
  readonly state: ReservationState;
  readonly heldAt: Instant;
  readonly expiresAt: Instant;
  readonly confirmedAt: Instant | null;
}

/**
 * A hold counts in `reserved` until it is released or expired, or until it is confirmed and a supply position with
 * `asOf` at or after the confirmation has arrived: then the ERP's own figures contain it.
 */
export function countsAsReserved(
  reservation: Pick<Reservation, 'state' | 'expiresAt' | 'confirmedAt'>,
  positionAsOf: Instant,
  now: Instant,
): boolean {
  if (reservation.state === 'HELD') return now < reservation.expiresAt;
  return (
    reservation.state === 'CONFIRMED' && reservation.confirmedAt !== null && positionAsOf < reservation.confirmedAt
  );
}
