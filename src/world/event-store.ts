import type { Instant } from '#domain/time.ts';
import type { Store } from '#store/open.ts';
import type { EventType } from './event-data.ts';
import type { WorldEvent } from './events.ts';
import { type Cell, place } from './subjects.ts';

/** An event with its subject and the groups of fields for which it is the newest. */
export interface Applied {
  readonly event: WorldEvent;
  readonly subject: string;
  readonly cells: readonly Cell[];
}

export interface EventStore {
  /** Appends the event and puts its newer field groups in place; null where tenant, source and id are known. */
  append(tenant: string, event: WorldEvent, observedAt: Instant): Applied | null;
  /** Puts the groups in place without appending: for a rebuild. */
  applyCells(tenant: string, event: WorldEvent): Applied;
  /** Every cell that stands, in no particular order. */
  cells(): IterableIterator<CellRow>;
  /** Events of a tenant known at `knownBy` and true by `asOf`, oldest first; `ranges` are half-open in subjects. */
  history(
    tenant: string,
    asOf: Instant,
    knownBy: Instant,
    ranges: readonly (readonly [string, string])[],
  ): WorldEvent[];
  /** All events in the order of their arrival. */
  log(): IterableIterator<{ readonly tenant: string; readonly event: WorldEvent; readonly observedAt: Instant }>;
}

export interface CellRow {
  readonly tenant: string;
  readonly subject: string;
  readonly fieldGroup: string;
  readonly occurredAt: Instant;
  readonly value: string;
}

interface EventRow {
  readonly tenant: string;
  readonly source: string;
  readonly eventId: string;
  readonly type: EventType;
  readonly occurredAt: Instant;
  readonly observedAt: Instant;
  readonly data: string;
}

const eventOf = (row: EventRow): WorldEvent =>
  ({
    type: row.type,
    source: row.source,
    id: row.eventId,
    occurredAt: row.occurredAt,
    data: JSON.parse(row.data),
  }) as WorldEvent;

/** The events of a store. Call `append` and `applyCells` inside `store.transaction`. */
export function createEventStore({ sqlite }: Store): EventStore {
  const insert = sqlite.prepare(
    `INSERT INTO world_events (tenant_id, source, event_id, type, subject, occurred_at, observed_at, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  // INVARIANT: of each group of fields the newest event stands, by occurredAt, then id, then source.
  const put = sqlite.prepare(
    `INSERT INTO world_cells (tenant_id, subject, field_group, occurred_at, event_id, source, value)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET
       occurred_at = excluded.occurred_at, event_id = excluded.event_id, source = excluded.source, value = excluded.value
     WHERE (excluded.occurred_at, excluded.event_id, excluded.source) > (occurred_at, event_id, source)`,
  );
  const EVENT = `tenant_id AS tenant, source, event_id AS eventId, type, occurred_at AS occurredAt,
    observed_at AS observedAt, data FROM world_events`;
  const range = sqlite.prepare<unknown[], EventRow>(
    `SELECT ${EVENT} WHERE tenant_id = ? AND subject >= ? AND subject < ? AND occurred_at <= ? AND observed_at <= ?
     ORDER BY occurred_at, event_id, source`,
  );
  const page = sqlite.prepare<unknown[], EventRow & { readonly seq: number }>(
    `SELECT seq, ${EVENT} WHERE seq > ? ORDER BY seq LIMIT 1000`,
  );
  const cells = sqlite.prepare<unknown[], CellRow>(
    `SELECT tenant_id AS tenant, subject, field_group AS fieldGroup, occurred_at AS occurredAt, value FROM world_cells
     WHERE subject < 'order' OR subject >= 'orders' AND subject < 'shipment' OR subject >= 'shipments'`,
  );

  function applyPlaced(tenant: string, event: WorldEvent, placed: ReturnType<typeof place>): Applied {
    const newer = placed.cells.filter(
      ({ fieldGroup, value }) =>
        put.run(tenant, placed.subject, fieldGroup, event.occurredAt, event.id, event.source, JSON.stringify(value))
          .changes === 1,
    );
    return { event, subject: placed.subject, cells: newer };
  }

  return {
    append(tenant, event, observedAt) {
      const placed = place(event);
      const { source, id, type, occurredAt, data } = event;
      const done = insert.run(tenant, source, id, type, placed.subject, occurredAt, observedAt, JSON.stringify(data));
      return done.changes === 0 ? null : applyPlaced(tenant, event, placed);
    },
    applyCells: (tenant, event) => applyPlaced(tenant, event, place(event)),
    cells: () => cells.iterate(),
    history: (tenant, asOf, knownBy, ranges) =>
      ranges.flatMap(([from, to]) => range.all(tenant, from, to, asOf, knownBy).map(eventOf)),
    *log() {
      // In pages: an open cursor would keep the connection from writing what its reader makes of the events.
      for (let rows = page.all(0); rows.length > 0; rows = page.all(rows.at(-1)!.seq))
        for (const row of rows) yield { tenant: row.tenant, event: eventOf(row), observedAt: row.observedAt };
    },
  };
}
