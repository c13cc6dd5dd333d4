import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** Every event that was taken, append only: triggers of scripts/append-only.sql refuse UPDATE and DELETE. */
export const worldEvents = sqliteTable(
  'world_events',
  {
    seq: integer('seq').primaryKey(),
    tenantId: text('tenant_id').notNull(),
    source: text('source').notNull(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    /** What it is about: see `subjects.ts`. */
    subject: text('subject').notNull(),
    occurredAt: integer('occurred_at').notNull(),
    observedAt: integer('observed_at').notNull(),
    /** JSON of the event's data as `event-data.ts` parses it. */
    data: text('data').notNull(),
  },
  (table) => [
    uniqueIndex('world_events_once').on(table.tenantId, table.source, table.eventId),
    index('world_events_subject').on(table.tenantId, table.subject, table.occurredAt),
  ],
);

/** Current state, one row a subject: a start reads these instead of the events. */
export const worldSubjects = sqliteTable(
  'world_subjects',
  {
    tenantId: text('tenant_id').notNull(),
    subject: text('subject').notNull(),
    /** JSON: of each group of fields the newest event, as `[occurredAt, eventId, source, value]`. */
    groups: text('groups').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.subject] })],
);

/** Units held for orders, one row for each assignment of a decision made in mode hold. */
export const reservations = sqliteTable(
  'reservations',
  {
    tenantId: text('tenant_id').notNull(),
    /** `decisionId:ordinal` is the reservation's id. */
    decisionId: text('decision_id').notNull(),
    ordinal: integer('ordinal').notNull(),
    orderId: text('order_id').notNull(),
    nodeId: text('node_id').notNull(),
    itemId: text('item_id').notNull(),
    qty: integer('qty').notNull(),
    heldAt: integer('held_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** HELD stays written after the hold has ended: it is EXPIRED once `reservation_sweeps` has passed `expiresAt`. */
    state: text('state').notNull(),
    confirmedAt: integer('confirmed_at'),
    /** The newest change, by event or by the service itself: an older one no longer counts. */
    changedAt: integer('changed_at'),
    /** `id source` of its event, joined by a tab; empty for the service itself. */
    changedBy: text('changed_by').notNull(),
    /** When the service itself released it: superseded, or its approval refused. */
    withdrawnAt: integer('withdrawn_at'),
    carrier: text('carrier').notNull(),
    /** Local date of the node on which its shipment leaves. */
    shipDate: text('ship_date').notNull(),
    /** The first reservation of a shipment carries its freight and counts as the shipment; the others have 0. */
    freight: integer('freight').notNull(),
    shipments: integer('shipments').notNull(),
    /** 1 while it counts in `planned_loads`: until the node's own capacity report contains it. */
    loaded: integer('loaded').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.decisionId, table.ordinal] }),
    index('reservations_expiry').on(table.tenantId, table.expiresAt).where(sql`state = 'HELD'`),
    index('reservations_confirmed').on(table.tenantId, table.nodeId, table.itemId).where(sql`state = 'CONFIRMED'`),
    index('reservations_loaded').on(table.tenantId, table.nodeId).where(sql`loaded = 1 and confirmed_at is not null`),
  ],
);

/** Until when holds have been swept: the running totals do not contain what had ended by then. */
export const reservationSweeps = sqliteTable('reservation_sweeps', {
  tenantId: text('tenant_id').primaryKey(),
  sweptUntil: integer('swept_until').notNull(),
});

/** Units that count as reserved, summed for each position: start-up reads this instead of every reservation. */
export const reservedTotals = sqliteTable(
  'reserved_totals',
  {
    tenantId: text('tenant_id').notNull(),
    nodeId: text('node_id').notNull(),
    itemId: text('item_id').notNull(),
    qty: integer('qty').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.nodeId, table.itemId] })],
);

/** Freight of the shipments that are held, confirmed or consumed, by the local date on which they leave. */
export const freightSpent = sqliteTable(
  'freight_spent',
  {
    tenantId: text('tenant_id').notNull(),
    nodeId: text('node_id').notNull(),
    carrier: text('carrier').notNull(),
    date: text('date').notNull(),
    amount: integer('amount').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.nodeId, table.carrier, table.date] })],
);

/** What the service's own holds add to a node's day until the node's capacity report contains them. */
export const plannedLoads = sqliteTable(
  'planned_loads',
  {
    tenantId: text('tenant_id').notNull(),
    nodeId: text('node_id').notNull(),
    date: text('date').notNull(),
    units: integer('units').notNull(),
    lines: integer('lines').notNull(),
    shipments: integer('shipments').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.nodeId, table.date] })],
);

/** Decisions of a UTC day, those with the ERP's own choice, and those moved from it. Quotes do not count. */
export const dayTotals = sqliteTable(
  'day_totals',
  {
    tenantId: text('tenant_id').notNull(),
    date: text('date').notNull(),
    orders: integer('orders').notNull(),
    suggested: integer('suggested').notNull(),
    moved: integer('moved').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.date] })],
);

/** What really happened to shipments. Events may arrive in any order, so every field but the key may be missing. */
export const shipments = sqliteTable(
  'shipments',
  {
    tenantId: text('tenant_id').notNull(),
    shipmentId: text('shipment_id').notNull(),
    orderId: text('order_id'),
    /** As sent, or the order's last decision before the shipment left. */
    decisionId: text('decision_id'),
    nodeId: text('node_id'),
    carrier: text('carrier'),
    carrierService: text('carrier_service'),
    shippedAt: integer('shipped_at'),
    shippedUnits: integer('shipped_units'),
    shortUnits: integer('short_units'),
    deliveredAt: integer('delivered_at'),
    failedAt: integer('failed_at'),
    freightInvoiced: integer('freight_invoiced'),
    currency: text('currency'),
    /** When the newest of these facts became known. */
    observedAt: integer('observed_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.shipmentId] }),
    index('shipments_decision').on(table.tenantId, table.decisionId),
    index('shipments_shipped').on(table.tenantId, table.shippedAt),
    index('shipments_order').on(table.tenantId, table.orderId),
    index('shipments_observed').on(table.tenantId, table.observedAt),
  ],
);
