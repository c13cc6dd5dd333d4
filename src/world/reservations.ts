import type { Decision } from '#domain/decision.ts';
import { DomainError } from '#domain/problems.ts';
import type { Reservation } from '#domain/reservation.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { Instant } from '#domain/time.ts';
import type { Store } from '#store/open.ts';
import type { Applied } from './event-store.ts';
import type { WorldEvent } from './events.ts';
import {
  type Change,
  effectOf,
  FULL_EFFECT,
  type ReservationRow,
  reservationId,
  reservationOf,
  reservationStatements,
  rowsOf,
} from './reservation-rows.ts';
import { addDelta, type Deltas, noDeltas, type RunningTotals } from './running-totals.ts';
import { applyEffect, loadAsOf, positionAsOf, type TenantState } from './state.ts';

/** What a decision took in memory and has still to be written, in the transaction of its leaf. */
export interface Held {
  readonly tenant: string;
  readonly rows: readonly ReservationRow[];
  /** Reservations of the decision that is superseded, as they were. */
  readonly withdrawn: readonly ReservationRow[];
  readonly at: Instant;
  /** Which loading of memory it was taken from. */
  readonly epoch: number;
}

export interface Reservations {
  /** Lets holds expire that end by `now`. Cheap when none does. */
  advance(now: Instant): void;
  /** Reservations of a decision that count now. */
  countingOf(tenant: string, decisionId: string, now: Instant): ReservationRow[];
  /** Takes the units of the chosen plan in memory, and gives back those of the decision it supersedes. */
  hold(tenant: string, decision: Decision, snapshot: Snapshot, expiresAt: Instant): Held;
  /** Gives back in memory what a decision holds: a refused approval, an override. */
  withdraw(tenant: string, decisionId: string, at: Instant): Held;
  /** Writes what was taken; inside `store.transaction`. Throws where memory was loaded again since. */
  persist(held: readonly Held[], deltas: Deltas): void;
  /** Moves reservations as an event says, in memory and on disk; inside `store.transaction`. False: none moved. */
  apply(tenant: string, applied: Applied, deltas: Deltas): boolean;
  /** Writes the expiries seen so far; inside `store.transaction`, before `apply`. */
  persistExpiries(): void;
  of(tenant: string, decisionId: string, now: Instant): Reservation[];
  /** Forgets what was not written; the caller loads the running totals again. */
  reset(): void;
}

/** True where a change is newer than the one that stands; by moment, then by the event that made it. */
const newer = (row: ReservationRow, at: Instant, by: string): boolean =>
  row.changedAt === null || at > row.changedAt || (at === row.changedAt && by > row.changedBy);

export function createReservations(
  store: Store,
  totals: RunningTotals,
  stateOf: (tenant: string) => TenantState,
): Reservations {
  const table = reservationStatements(store);
  let epoch = 0;
  let sweptUntil = Number.NEGATIVE_INFINITY;
  let nextExpiry = table.nextExpiry(sweptUntil);
  let expiryDeltas = noDeltas();
  let sweptSinceWritten = false;
  let unflushed = new Set<Held>();
  /** Given back in memory, not yet on disk. */
  let withdrawing = new Set<string>();

  const EXPIRED = { state: 'EXPIRED', loaded: 0 } as const;
  // INVARIANT: memory counts a hold exactly as long as it has not been swept.
  const swept = ({ expiresAt }: ReservationRow) => expiresAt <= sweptUntil;

  function advance(now: Instant): void {
    if (now < nextExpiry) return;
    for (const row of table.expiredIn(sweptUntil, now)) {
      if (withdrawing.has(`${row.tenant}\t${reservationId(row)}`)) continue;
      const effect = effectOf(row, EXPIRED);
      applyEffect(stateOf(row.tenant), row, effect);
      addDelta(expiryDeltas, row.tenant, row, effect);
    }
    const waiting = [...unflushed].flatMap(({ rows }) => rows).filter((row) => !swept(row));
    sweptUntil = now;
    sweptSinceWritten = true;
    nextExpiry = table.nextExpiry(now);
    for (const row of waiting)
      if (swept(row)) applyEffect(stateOf(row.tenant), row, effectOf(row, EXPIRED));
      else nextExpiry = Math.min(nextExpiry, row.expiresAt);
  }

  function countingOf(tenant: string, decisionId: string, now: Instant): ReservationRow[] {
    return table
      .ofDecision(tenant, decisionId)
      .filter((row) => row.state === 'CONFIRMED' || (row.state === 'HELD' && now < row.expiresAt))
      .filter((row) => !withdrawing.has(`${tenant}\t${reservationId(row)}`));
  }

  function take(tenant: string, rows: ReservationRow[], withdrawn: ReservationRow[], at: Instant): Held {
    const state = stateOf(tenant);
    for (const row of withdrawn) {
      applyEffect(state, row, effectOf(row, { state: 'RELEASED', loaded: 0 }));
      withdrawing.add(`${tenant}\t${reservationId(row)}`);
    }
    for (const row of rows) {
      if (swept(row)) continue;
      applyEffect(state, row, FULL_EFFECT);
      nextExpiry = Math.min(nextExpiry, row.expiresAt);
    }
    const held = { tenant, rows, withdrawn, at, epoch };
    unflushed.add(held);
    return held;
  }

  function change(row: ReservationRow, to: Partial<Change>, deltas: Deltas): boolean {
    // Given back in memory already; what it was then is what will be written.
    if (withdrawing.has(`${row.tenant}\t${reservationId(row)}`)) return false;
    const after: Change = { ...row, ...to };
    const effect = effectOf(row, after);
    applyEffect(stateOf(row.tenant), row, effect);
    addDelta(deltas, row.tenant, row, effect);
    table.update(row, after);
    return true;
  }

  function confirm(row: ReservationRow, at: Instant, by: string, deltas: Deltas): boolean {
    if (!newer(row, at, by)) return false;
    const state = stateOf(row.tenant);
    // INVARIANT: a confirmed hold counts until a position with `asOf` at or after the confirmation is here.
    const consumed = positionAsOf(state, row.itemId, row.nodeId) >= at;
    const loaded = loadAsOf(state, row.nodeId) >= at ? 0 : 1;
    return change(
      row,
      { state: consumed ? 'CONSUMED' : 'CONFIRMED', confirmedAt: at, changedAt: at, changedBy: by, loaded },
      deltas,
    );
  }

  function release(row: ReservationRow, at: Instant, by: string, deltas: Deltas): boolean {
    return newer(row, at, by) && change(row, { state: 'RELEASED', changedAt: at, changedBy: by, loaded: 0 }, deltas);
  }

  function named(tenant: string, data: { decisionId: string } | { reservationId: string }): ReservationRow[] {
    if ('decisionId' in data) return table.ofDecision(tenant, data.decisionId);
    const decisionId = data.reservationId.slice(0, data.reservationId.lastIndexOf(':'));
    return table.ofDecision(tenant, decisionId).filter((row) => reservationId(row) === data.reservationId);
  }

  /** Rows that an event is about, and what it makes of each. */
  function movesOf(
    tenant: string,
    event: WorldEvent,
    groups: ReadonlySet<string>,
    deltas: Deltas,
  ): readonly [readonly ReservationRow[], (row: ReservationRow) => boolean] {
    const at = event.occurredAt;
    const by = `${event.id}\t${event.source}`;
    const confirmed = (row: ReservationRow) => confirm(row, at, by, deltas);
    const released = (row: ReservationRow) => release(row, at, by, deltas);
    switch (event.type) {
      case 'fairlead.reservation.confirmed':
        return [named(tenant, event.data), confirmed];
      case 'fairlead.reservation.released':
        return [named(tenant, event.data), released];
      case 'fairlead.order.cancelled': {
        const decisions = table.decisionsOf(tenant, event.data.orderId, at);
        return [decisions.flatMap((decisionId) => table.ofDecision(tenant, decisionId)), released];
      }
      case 'fairlead.shipment.shipped': {
        const { orderId, nodeId } = event.data;
        const decisionId = event.data.decisionId ?? table.decisionsOf(tenant, orderId, at).at(-1);
        const rows = decisionId === undefined ? [] : table.ofDecision(tenant, decisionId);
        // Goods that left were confirmed, even where no event said so.
        return [rows.filter((row) => row.nodeId === nodeId && row.changedAt === null), confirmed];
      }
      case 'fairlead.supply.position': {
        const { nodeId, itemId } = event.data;
        const rows = groups.has('position') ? table.confirmedBy(tenant, nodeId, itemId, at) : [];
        return [rows, (row) => change(row, { state: 'CONSUMED' }, deltas)];
      }
      case 'fairlead.node.capacity': {
        const rows = groups.has('load') ? table.loadedBy(tenant, event.data.nodeId, at) : [];
        return [rows, (row) => change(row, { loaded: 0 }, deltas)];
      }
      default:
        return [[], () => false];
    }
  }

  function persistExpiries(): void {
    if (!sweptSinceWritten) return;
    table.expire(sweptUntil);
    totals.write(expiryDeltas);
    sweptSinceWritten = false;
  }

  return {
    advance,
    countingOf,
    hold: (tenant, decision, snapshot, expiresAt) => {
      const { supersedes, decidedAt } = decision;
      const withdrawn = supersedes === null ? [] : countingOf(tenant, supersedes, decidedAt);
      return take(tenant, rowsOf(tenant, decision, snapshot, expiresAt), withdrawn, decidedAt);
    },
    withdraw: (tenant, decisionId, at) => take(tenant, [], countingOf(tenant, decisionId, at), at),
    persist(held, deltas) {
      persistExpiries();
      for (const one of held) {
        if (one.epoch !== epoch)
          throw new DomainError(
            'log-unavailable',
            'holds were taken before memory was loaded again; nothing is written',
          );
        unflushed.delete(one);
        for (const row of one.withdrawn) {
          const released = {
            state: 'RELEASED',
            changedAt: one.at,
            changedBy: '',
            withdrawnAt: one.at,
            loaded: 0,
          } as const;
          addDelta(deltas, one.tenant, row, effectOf(row, released));
          table.update(row, { ...row, ...released });
          withdrawing.delete(`${one.tenant}\t${reservationId(row)}`);
        }
        for (const row of one.rows) {
          // It may have ended while it waited to be written.
          table.insert(swept(row) ? { ...row, ...EXPIRED } : row);
          if (!swept(row)) addDelta(deltas, one.tenant, row, FULL_EFFECT);
        }
      }
    },
    apply(tenant, { event, cells }, deltas) {
      const groups = new Set(cells.map(({ fieldGroup }) => fieldGroup));
      const [rows, move] = movesOf(tenant, event, groups, deltas);
      return rows.filter(move).length > 0;
    },
    persistExpiries,
    of: (tenant, decisionId, now) => table.ofDecision(tenant, decisionId).map((row) => reservationOf(row, now)),
    reset() {
      epoch++;
      sweptUntil = Number.NEGATIVE_INFINITY;
      nextExpiry = table.nextExpiry(sweptUntil);
      expiryDeltas = noDeltas();
      sweptSinceWritten = false;
      unflushed = new Set();
      withdrawing = new Set();
    },
  };
}
