import type { Decision } from '#domain/decision.ts';
import type { Reservation, ReservationState } from '#domain/reservation.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { type Instant, localDateAt } from '#domain/time.ts';
import type { Store } from '#store/open.ts';
import type { Effect, Taken } from './state.ts';

/** A row of `reservations`. */
export interface ReservationRow extends Taken {
  readonly tenant: string;
  readonly decisionId: string;
  readonly ordinal: number;
  readonly orderId: string;
  readonly heldAt: Instant;
  readonly expiresAt: Instant;
  readonly state: ReservationState;
  readonly confirmedAt: Instant | null;
  readonly changedAt: Instant | null;
  readonly changedBy: string;
  readonly withdrawnAt: Instant | null;
  readonly loaded: 0 | 1;
}

export type Change = Pick<
  ReservationRow,
  'state' | 'confirmedAt' | 'changedAt' | 'changedBy' | 'withdrawnAt' | 'loaded'
>;

export const reservationId = ({ decisionId, ordinal }: Pick<ReservationRow, 'decisionId' | 'ordinal'>): string =>
  `${decisionId}:${ordinal}`;

const counts = (state: ReservationState) => state === 'HELD' || state === 'CONFIRMED';
const lives = (state: ReservationState) => counts(state) || state === 'CONSUMED';
const step = (before: boolean, after: boolean) => (Number(after) - Number(before)) as -1 | 0 | 1;

/** What moving a reservation from one state to another adds to the running totals. */
export function effectOf(before: Pick<Change, 'state' | 'loaded'>, after: Pick<Change, 'state' | 'loaded'>): Effect {
  return {
    reserved: step(counts(before.state), counts(after.state)),
    freight: step(lives(before.state), lives(after.state)),
    load: step(before.loaded === 1, after.loaded === 1),
  };
}
export const FULL_EFFECT: Effect = { reserved: 1, freight: 1, load: 1 };

/** The reservations of a decision's chosen plan, one for each assignment; `first` is the ordinal of the first one. */
export function rowsOf(
  tenant: string,
  decision: Decision,
  snapshot: Snapshot,
  expiresAt: Instant,
  first = 0,
): ReservationRow[] {
  const rows: ReservationRow[] = [];
  for (const shipment of decision.chosen?.plan.shipments ?? []) {
    const node = snapshot.nodes.find(({ nodeId }) => nodeId === shipment.nodeId);
    for (const [index, { itemId, qty }] of shipment.assignments.entries())
      rows.push({
        tenant,
        decisionId: decision.decisionId,
        ordinal: first + rows.length,
        orderId: decision.orderId,
        nodeId: shipment.nodeId,
        itemId,
        qty,
        heldAt: decision.decidedAt,
        expiresAt,
        state: 'HELD',
        confirmedAt: null,
        changedAt: null,
        changedBy: '',
        withdrawnAt: null,
        carrier: shipment.carrier,
        shipDate: localDateAt(node?.utcOffsets ?? [], shipment.shipDate),
        freight: index === 0 ? shipment.freight : 0,
        shipments: index === 0 ? 1 : 0,
        loaded: 1,
      });
  }
  return rows;
}

/**
 * Of a decision's rows those that an event about the whole decision means at `at`: where a person's plan took the place
 * of the decision's, the rows that were held last by then.
 */
export function meantAt<Row extends Pick<ReservationRow, 'heldAt'>>(rows: readonly Row[], at: Instant): Row[] {
  const moments = rows.map(({ heldAt }) => heldAt);
  const past = moments.filter((heldAt) => heldAt <= at);
  const last = past.length > 0 ? Math.max(...past) : Math.min(...moments);
  return rows.filter(({ heldAt }) => heldAt === last);
}

/** Holds of one position, carrier and ship date that ended, summed. */
export interface EndedHolds extends Taken {
  readonly lines: number;
}

/** As the domain says it, at `now`. */
export function reservationOf(row: ReservationRow, now: Instant): Reservation {
  return {
    reservationId: reservationId(row),
    decisionId: row.decisionId,
    orderId: row.orderId,
    nodeId: row.nodeId,
    itemId: row.itemId,
    qty: row.qty,
    kind: row.state === 'CONFIRMED' || row.state === 'CONSUMED' ? 'HARD' : 'SOFT',
    state: row.state === 'HELD' && now >= row.expiresAt ? 'EXPIRED' : row.state,
    heldAt: row.heldAt,
    expiresAt: row.expiresAt,
    confirmedAt: row.confirmedAt,
  };
}

const COLUMNS = `tenant_id AS tenant, decision_id AS decisionId, ordinal, order_id AS orderId, node_id AS nodeId,
  item_id AS itemId, qty, held_at AS heldAt, expires_at AS expiresAt, state, confirmed_at AS confirmedAt,
  changed_at AS changedAt, changed_by AS changedBy, withdrawn_at AS withdrawnAt, carrier, ship_date AS shipDate,
  freight, shipments, loaded`;

/** The statements on `reservations`, prepared once. */
export function reservationStatements({ sqlite }: Store) {
  const select = (where: string) =>
    sqlite.prepare<unknown[], ReservationRow>(`SELECT ${COLUMNS} FROM reservations WHERE ${where}`);
  const insert = sqlite.prepare(
    `INSERT INTO reservations (tenant_id, decision_id, ordinal, order_id, node_id, item_id, qty, held_at, expires_at,
       state, confirmed_at, changed_at, changed_by, withdrawn_at, carrier, ship_date, freight, shipments, loaded)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = sqlite.prepare(
    `UPDATE reservations SET state = ?, confirmed_at = ?, changed_at = ?, changed_by = ?, withdrawn_at = ?, loaded = ?
     WHERE tenant_id = ? AND decision_id = ? AND ordinal = ?`,
  );
  const nextExpiry = sqlite
    .prepare<unknown[], number | null>(
      `SELECT min(expires_at) FROM reservations WHERE tenant_id = ? AND state = 'HELD' AND expires_at > ?`,
    )
    .pluck();
  const sweptUntil = sqlite
    .prepare<unknown[], number>('SELECT swept_until FROM reservation_sweeps WHERE tenant_id = ?')
    .pluck();
  const setSweptUntil = sqlite.prepare(
    `INSERT INTO reservation_sweeps VALUES (?, ?) ON CONFLICT DO UPDATE SET swept_until = excluded.swept_until`,
  );
  const decisions = sqlite
    .prepare<unknown[], string>(
      'SELECT decision_id FROM decision_index WHERE tenant_id = ? AND order_id = ? AND decided_at <= ? ORDER BY decided_at',
    )
    .pluck();
  const ofDecision = select('tenant_id = ? AND decision_id = ? ORDER BY ordinal');
  const ended = sqlite.prepare<unknown[], EndedHolds>(
    `SELECT node_id AS nodeId, item_id AS itemId, carrier, ship_date AS shipDate, sum(qty) AS qty,
       sum(freight) AS freight, sum(shipments) AS shipments, count(*) AS lines
     FROM reservations WHERE tenant_id = ? AND state = 'HELD' AND expires_at > ? AND expires_at <= ?
     GROUP BY node_id, item_id, carrier, ship_date`,
  );
  const confirmed = select(
    `tenant_id = ? AND node_id = ? AND item_id = ? AND state = 'CONFIRMED' AND confirmed_at <= ?`,
  );
  const loaded = select(
    `tenant_id = ? AND node_id = ? AND loaded = 1 AND confirmed_at IS NOT NULL AND confirmed_at <= ?
     AND state IN ('CONFIRMED', 'CONSUMED')`,
  );
  const takenBy = select('tenant_id = ? AND held_at <= ? AND item_id = ?');

  return {
    insert: (row: ReservationRow) =>
      insert.run(
        row.tenant,
        row.decisionId,
        row.ordinal,
        row.orderId,
        row.nodeId,
        row.itemId,
        row.qty,
        row.heldAt,
        row.expiresAt,
        row.state,
        row.confirmedAt,
        row.changedAt,
        row.changedBy,
        row.withdrawnAt,
        row.carrier,
        row.shipDate,
        row.freight,
        row.shipments,
        row.loaded,
      ),
    update: ({ tenant, decisionId, ordinal }: ReservationRow, to: Change) =>
      update.run(
        to.state,
        to.confirmedAt,
        to.changedAt,
        to.changedBy,
        to.withdrawnAt,
        to.loaded,
        tenant,
        decisionId,
        ordinal,
      ),
    nextExpiry: (tenant: string, after: Instant) => nextExpiry.get(tenant, after) ?? Number.POSITIVE_INFINITY,
    sweptUntil: (tenant: string) => sweptUntil.get(tenant) ?? Number.NEGATIVE_INFINITY,
    setSweptUntil: (tenant: string, until: Instant) => setSweptUntil.run(tenant, until),
    /** Holds that ended after `after` and by `until`, summed. */
    endedIn: (tenant: string, after: Instant, until: Instant) => ended.all(tenant, after, until),
    /** Decisions of an order made by `until`, oldest first. */
    decisionsOf: (tenant: string, orderId: string, until: Instant) => decisions.all(tenant, orderId, until),
    ofDecision: (tenant: string, decisionId: string) => ofDecision.all(tenant, decisionId),
    confirmedBy: (tenant: string, nodeId: string, itemId: string, until: Instant) =>
      confirmed.all(tenant, nodeId, itemId, until),
    loadedBy: (tenant: string, nodeId: string, until: Instant) => loaded.all(tenant, nodeId, until),
    heldBy: (tenant: string, until: Instant, itemId: string) => takenBy.all(tenant, until, itemId),
  };
}
