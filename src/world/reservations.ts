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
  meantAt,
  type ReservationRow,
  reservationId,
  reservationOf,
  reservationStatements,
  rowsOf,
} from './reservation-rows.ts';
import { addDelta, type Deltas, noDeltas, type RunningTotals } from './running-totals.ts';
import { applyEffect, getOrMake, loadAsOf, positionAsOf, type TenantState } from './state.ts';

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
  /** Lets holds of a tenant expire that end by `now`. Cheap when none does. */
  advance(tenant: string, now: Instant): void;
  /** Reservations of a decision that count, as of the last `advance`. */
  countingOf(tenant: string, decisionId: string): ReservationRow[];
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

/** How far the holds of a tenant have been swept, and when the next one ends. */
interface Sweep {
  until: Instant;
  next: Instant;
  written: boolean;
  readonly deltas: Deltas;
}

const EXPIRED = { state: 'EXPIRED', loaded: 0 } as const;
const NO_EFFECT_LEFT = { reserved: -1, freight: -1, load: -1 } as const;

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
  let sweeps = new Map<string, Sweep>();
  let unflushed = new Set<Held>();
  /** Given back in memory, not yet on disk. */
  let withdrawing = new Map<string, ReservationRow>();
  const key = (row: ReservationRow) => `${row.tenant}\t${reservationId(row)}`;

  const sweepOf = (tenant: string): Sweep =>
    getOrMake(sweeps, tenant, () => {
      const until = table.sweptUntil(tenant);
      return { until, next: table.nextExpiry(tenant, until), written: true, deltas: noDeltas() };
    });

  // INVARIANT: memory counts a hold exactly as long as it has not been swept.
  const swept = ({ tenant, expiresAt }: ReservationRow) => expiresAt <= sweepOf(tenant).until;
  /** The row as it stands: HELD is EXPIRED once the sweep has passed it. */
  const standing = (row: ReservationRow): ReservationRow =>
    row.state === 'HELD' && swept(row) ? { ...row, ...EXPIRED } : row;
  const rowsOfDecision = (tenant: string, decisionId: string) => table.ofDecision(tenant, decisionId).map(standing);

  function advance(tenant: string, now: Instant): void {
    const sweep = sweepOf(tenant);
    if (now < sweep.next) return;
    const state = stateOf(tenant);
    for (const ended of table.endedIn(tenant, sweep.until, now)) {
      applyEffect(state, ended, NO_EFFECT_LEFT);
      addDelta(sweep.deltas, tenant, ended, NO_EFFECT_LEFT);
    }
    // What was given back before it ended is still HELD on disk: it was summed up and must not be.
    for (const row of withdrawing.values())
      if (row.tenant === tenant && row.state === 'HELD' && row.expiresAt > sweep.until && row.expiresAt <= now) {
        applyEffect(state, row, FULL_EFFECT);
        addDelta(sweep.deltas, tenant, row, FULL_EFFECT);
      }
    const waiting = [...unflushed].flatMap(({ rows }) => rows).filter((row) => row.tenant === tenant && !swept(row));
    sweep.until = now;
    sweep.written = false;
    sweep.next = table.nextExpiry(tenant, now);
    for (const row of waiting)
      if (swept(row)) applyEffect(state, row, NO_EFFECT_LEFT);
      else sweep.next = Math.min(sweep.next, row.expiresAt);
  }

  function countingOf(tenant: string, decisionId: string): ReservationRow[] {
    return rowsOfDecision(tenant, decisionId).filter(
      (row) => (row.state === 'CONFIRMED' || row.state === 'HELD') && !withdrawing.has(key(row)),
    );
  }

  function take(tenant: string, rows: ReservationRow[], withdrawn: ReservationRow[], at: Instant): Held {
    const state = stateOf(tenant);
    for (const row of withdrawn) {
      applyEffect(state, row, effectOf(row, { state: 'RELEASED', loaded: 0 }));
      withdrawing.set(key(row), row);
    }
    for (const row of rows) {
      if (swept(row)) continue;
      applyEffect(state, row, FULL_EFFECT);
      const sweep = sweepOf(tenant);
      sweep.next = Math.min(sweep.next, row.expiresAt);
    }
    const held = { tenant, rows, withdrawn, at, epoch };
    unflushed.add(held);
    return held;
  }

  function change(row: ReservationRow, to: Partial<Change>, deltas: Deltas): boolean {
    // Given back in memory already; what it was then is what will be written.
    if (withdrawing.has(key(row))) return false;
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

  function named(
    tenant: string,
    data: { decisionId: string } | { reservationId: string },
    at: Instant,
  ): ReservationRow[] {
    if ('decisionId' in data) return meantAt(rowsOfDecision(tenant, data.decisionId), at);
    const decisionId = data.reservationId.slice(0, data.reservationId.lastIndexOf(':'));
    return rowsOfDecision(tenant, decisionId).filter((row) => reservationId(row) === data.reservationId);
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
        return [named(tenant, event.data, at), confirmed];
      case 'fairlead.reservation.released':
        return [named(tenant, event.data, at), released];
      case 'fairlead.order.cancelled': {
        const decisions = table.decisionsOf(tenant, event.data.orderId, at);
        return [decisions.flatMap((decisionId) => rowsOfDecision(tenant, decisionId)), released];
      }
      case 'fairlead.shipment.shipped': {
        const { orderId, nodeId } = event.data;
        const decisionId = event.data.decisionId ?? table.decisionsOf(tenant, orderId, at).at(-1);
        const rows = decisionId === undefined ? [] : rowsOfDecision(tenant, decisionId);
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
    for (const [tenant, sweep] of sweeps) {
      if (sweep.written) continue;
      table.setSweptUntil(tenant, sweep.until);
      totals.write(sweep.deltas);
      sweep.written = true;
    }
  }

  return {
    advance,
    countingOf,
    hold: (tenant, decision, snapshot, expiresAt) => {
      const { supersedes, decidedAt } = decision;
      advance(tenant, decidedAt);
      const withdrawn = supersedes === null ? [] : countingOf(tenant, supersedes);
      // A person's plan is held under the decision that it takes the place of.
      const first = supersedes === decision.decisionId ? table.ofDecision(tenant, supersedes).length : 0;
      return take(tenant, rowsOf(tenant, decision, snapshot, expiresAt, first), withdrawn, decidedAt);
    },
    withdraw(tenant, decisionId, at) {
      advance(tenant, at);
      return take(tenant, [], countingOf(tenant, decisionId), at);
    },
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
          withdrawing.delete(key(row));
        }
        for (const row of one.rows) {
          table.insert(row);
          // It may have ended while it waited to be written.
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
      sweeps = new Map();
      unflushed = new Set();
      withdrawing = new Map();
    },
  };
}
