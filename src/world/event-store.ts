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

/** Of each group of fields the newest event: `[occurredAt, eventId, source, value]`. */
export type StoredGroups = Readonly<Record<string, readonly [Instant, string, string, unknown]>>;

export interface EventStore {
  /** Appends the event and puts its newer field groups in place; null where tenant, source and id are known. */
  append(tenant: string, event: WorldEvent, observedAt: Instant): Applied | null;
  /** Puts the groups in place without appending: for a rebuild. */
  applyCells(tenant: string, event: WorldEvent): Applied;
  /** Every subject that orders read, with the JSON of its groups, in no particular order. */
  subjects(): IterableIterator<SubjectRow>;
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

export interface SubjectRow {
  readonly tenant: string;
  readonly subject: string;
  /** JSON of `StoredGroups`. */
  readonly groups: string;
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

type Order = readonly [Instant, string, string, ...unknown[]];
/** The order of events: by occurredAt, then id, then source. */
function compareOrder(a: Order, b: Order): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1;
  return a[2] === b[2] ? 0 : a[2] < b[2] ? -1 : 1;
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
  const get = sqlite
    .prepare<unknown[], string>('SELECT groups FROM world_subjects WHERE tenant_id = ? AND subject = ?')
    .pluck();
  const put = sqlite.prepare(
    `INSERT INTO world_subjects (tenant_id, subject, groups) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET groups = excluded.groups`,
  );
  const EVENT = `tenant_id AS tenant, source, event_id AS eventId, type, occurred_at AS occurredAt,
    observed_at AS observedAt, data FROM world_events`;
  const range = sqlite.prepare<unknown[], EventRow>(
    `SELECT ${EVENT} WHERE tenant_id = ? AND subject >= ? AND subject < ? AND occurred_at <= ? AND observed_at <= ?`,
  );
  const page = sqlite.prepare<unknown[], EventRow & { readonly seq: number }>(
    `SELECT seq, ${EVENT} WHERE seq > ? ORDER BY seq LIMIT 1000`,
  );
  const subjects = sqlite.prepare<unknown[], SubjectRow>(
    `SELECT tenant_id AS tenant, subject, groups FROM world_subjects
     WHERE subject < 'order' OR subject >= 'orders' AND subject < 'shipment' OR subject >= 'shipments'`,
  );

  function applyPlaced(tenant: string, event: WorldEvent, { subject, cells }: ReturnType<typeof place>): Applied {
    if (cells.length === 0) return { event, subject, cells };
    const stored = get.get(tenant, subject);
    const groups: StoredGroups = stored === undefined ? {} : JSON.parse(stored);
    const { occurredAt, id, source } = event;
    // INVARIANT: of each group of fields the newest event stands, by occurredAt, then id, then source.
    const newer = cells.filter(({ fieldGroup }) => {
      const known = groups[fieldGroup];
      return known === undefined || compareOrder([occurredAt, id, source], known) > 0;
    });
    if (newer.length > 0) {
      const values = newer.map(({ fieldGroup, value }) => [fieldGroup, [occurredAt, id, source, value]] as const);
      put.run(tenant, subject, JSON.stringify({ ...groups, ...Object.fromEntries(values) }));
    }
    return { event, subject, cells: newer };
  }

  return {
    append(tenant, event, observedAt) {
      const placed = place(event);
      const { source, id, type, occurredAt, data } = event;
      const done = insert.run(tenant, source, id, type, placed.subject, occurredAt, observedAt, JSON.stringify(data));
      return done.changes === 0 ? null : applyPlaced(tenant, event, placed);
    },
    applyCells: (tenant, event) => applyPlaced(tenant, event, place(event)),
    subjects: () => subjects.iterate(),
    history: (tenant, asOf, knownBy, ranges) =>
      ranges
        .flatMap(([from, to]) => range.all(tenant, from, to, asOf, knownBy).map(eventOf))
        .sort((a, b) => compareOrder([a.occurredAt, a.id, a.source], [b.occurredAt, b.id, b.source])),
    *log() {
      // In pages: an open cursor would keep the connection from writing what its reader makes of the events.
      for (let rows = page.all(0); rows.length > 0; rows = page.all(rows.at(-1)!.seq))
        for (const row of rows) yield { tenant: row.tenant, event: eventOf(row), observedAt: row.observedAt };
    },
  };
}
