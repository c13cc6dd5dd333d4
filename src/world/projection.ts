import type { Decision } from '#domain/decision.ts';
import type { Reservation } from '#domain/reservation.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { type Instant, toRfc3339 } from '#domain/time.ts';
import { movedFromSuggestion } from '#store/decision-index.ts';
import type { Store } from '#store/open.ts';
import { createEventStore } from './event-store.ts';
import type { WorldEvent } from './events.ts';
import { snapshotFromHistory } from './history.ts';
import { createOutcomes } from './outcomes.ts';
import { createReservations, type Held } from './reservations.ts';
import { addDayDelta, createRunningTotals, noDeltas } from './running-totals.ts';
import { type SnapshotQuery, snapshotOf } from './snapshots.ts';
import { addDay, applyCell, type DayTotals, emptyState, getOrMake, loadSubject, type TenantState } from './state.ts';

export interface IngestResult {
  /** Events that were appended, stale ones among them. */
  readonly accepted: number;
  /** Known already by tenant, source and id. */
  readonly duplicate: number;
  /** Appended, but older than what stands, or about holds that are not known: nothing changed. */
  readonly stale: number;
}

/** What a decision took, to be written in the transaction of its leaf. */
export interface Taken {
  readonly tenant: string;
  readonly date: string;
  readonly day: DayTotals;
  readonly held: Held | null;
}

/**
 * What the service knows, in memory and on disk. The shell takes a snapshot, decides and calls `take` in one
 * synchronous block; `write` and `ingest` run inside `store.transaction`, and after a transaction that failed the shell
 * calls `recover`. Moments must not go back: a hold that has expired stays expired.
 */
export interface World {
  /** Reads memory only. Throws `unknown-reference` with `errors` for items, nodes, zones, currencies not known. */
  snapshotFor(tenant: string, query: SnapshotQuery, decidedAt: Instant): Snapshot;
  /**
   * Takes in memory what a decision takes: nothing for a quote, the day's count for a shadow, for a hold also units,
   * freight and capacity, and what the superseded decision held is given back. Where an approval says so, nothing is held.
   */
  take(tenant: string, decision: Decision, snapshot: Snapshot, expiresAt: Instant): Taken;
  /** Holds the plan of a decision that was decided before and could not be held then: an approval was given. */
  holdAgain(tenant: string, decision: Decision, snapshot: Snapshot, expiresAt: Instant): Taken;
  /** Gives back what a decision holds: an approval refused, an override. */
  withdraw(tenant: string, decisionId: string, at: Instant): Taken;
  write(taken: readonly Taken[]): void;
  ingest(tenant: string, events: readonly WorldEvent[], observedAt: Instant): IngestResult;
  reservationsOf(tenant: string, decisionId: string, now: Instant): Reservation[];
  /** What was known at `knownBy` of the world at `asOf`, from the events; running totals and drift are not in it. */
  snapshotAt(tenant: string, query: SnapshotQuery, asOf: Instant, knownBy: Instant): Snapshot;
  setDrift(tenant: string, drift: Snapshot['drift']): void;
  /** Loads memory again from disk; whatever was taken and not written is gone. */
  recover(): void;
  /** Makes the current state anew from the events, for tests and repairs; reservations stay. */
  rebuild(): void;
}

const dayOf = (instant: Instant) => toRfc3339(instant).slice(0, 10);
const NO_DAY: DayTotals = { orders: 0, suggested: 0, moved: 0 };

export function openWorld(store: Store): World {
  const events = createEventStore(store);
  const totals = createRunningTotals(store);
  const outcomes = createOutcomes(store);
  let states = new Map<string, TenantState>();
  const drifts = new Map<string, Snapshot['drift']>();
  const stateOf = (tenant: string): TenantState => getOrMake(states, tenant, emptyState);
  const reservations = createReservations(store, totals, stateOf);

  function load(): void {
    states = new Map();
    for (const { tenant, subject, groups } of events.subjects()) loadSubject(stateOf(tenant), subject, groups);
    totals.load(stateOf);
    for (const [tenant, drift] of drifts) stateOf(tenant).drift = drift;
    reservations.reset();
  }
  load();

  function hold(tenant: string, decision: Decision, snapshot: Snapshot, expiresAt: Instant): Held {
    return reservations.hold(tenant, decision, snapshot, expiresAt);
  }

  return {
    snapshotFor(tenant, query, decidedAt) {
      reservations.advance(tenant, decidedAt);
      const superseded = query.supersedes ? reservations.countingOf(tenant, query.supersedes) : [];
      return snapshotOf(stateOf(tenant), query, decidedAt, superseded);
    },
    take(tenant, decision, snapshot, expiresAt) {
      const date = dayOf(decision.decidedAt);
      if (decision.mode === 'quote') return { tenant, date, day: NO_DAY, held: null };
      const day = {
        orders: 1,
        suggested: decision.suggested === null ? 0 : 1,
        moved: movedFromSuggestion(decision) ? 1 : 0,
      };
      addDay(stateOf(tenant), date, day);
      if (decision.mode === 'shadow') return { tenant, date, day, held: null };
      const release = decision.approvals.some(({ holdMeanwhile }) => holdMeanwhile === 'RELEASE');
      const plan = release ? { ...decision, chosen: null } : decision;
      return { tenant, date, day, held: hold(tenant, plan, snapshot, expiresAt) };
    },
    holdAgain: (tenant, decision, snapshot, expiresAt) => ({
      tenant,
      date: dayOf(decision.decidedAt),
      day: NO_DAY,
      held: hold(tenant, decision, snapshot, expiresAt),
    }),
    withdraw: (tenant, decisionId, at) => ({
      tenant,
      date: dayOf(at),
      day: NO_DAY,
      held: reservations.withdraw(tenant, decisionId, at),
    }),
    write(taken) {
      const deltas = noDeltas();
      const held = taken.map((one) => one.held).filter((one) => one !== null);
      reservations.persist(held, deltas);
      for (const { tenant, date, day } of taken) if (day.orders !== 0) addDayDelta(deltas, tenant, date, day);
      totals.write(deltas);
    },
    ingest(tenant, arrived, observedAt) {
      reservations.advance(tenant, observedAt);
      reservations.persistExpiries();
      const deltas = noDeltas();
      const state = stateOf(tenant);
      let duplicate = 0;
      let stale = 0;
      for (const event of arrived) {
        const applied = events.append(tenant, event, observedAt);
        if (applied === null) {
          duplicate++;
          continue;
        }
        for (const { fieldGroup, value } of applied.cells)
          applyCell(state, applied.subject, fieldGroup, value, event.occurredAt);
        const moved = reservations.apply(tenant, applied, deltas);
        outcomes.apply(tenant, applied, observedAt);
        if (applied.cells.length === 0 && !moved) stale++;
      }
      totals.write(deltas);
      return { accepted: arrived.length - duplicate, duplicate, stale };
    },
    reservationsOf: reservations.of,
    snapshotAt: (tenant, query, asOf, knownBy) => snapshotFromHistory(store, events, tenant, query, asOf, knownBy),
    setDrift(tenant, drift) {
      drifts.set(tenant, drift);
      stateOf(tenant).drift = drift;
    },
    recover: load,
    rebuild() {
      store.transaction(() => {
        store.sqlite.exec('DELETE FROM world_subjects; DELETE FROM shipments');
        for (const { tenant, event, observedAt } of events.log())
          outcomes.apply(tenant, events.applyCells(tenant, event), observedAt);
      });
      load();
    },
  };
}
