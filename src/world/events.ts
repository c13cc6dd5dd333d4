import { z } from 'zod';
import type { FieldProblem } from '#domain/problems.ts';
import { type Instant, MINUTE_MS, toRfc3339 } from '#domain/time.ts';
import { describeFound, fieldProblemsOf, refusal } from '#src/wire/field-problems.ts';
import { instant } from '#src/wire/fields.ts';
import { EVENT_DATA, EVENT_TYPES, type EventData, type EventInput, type EventType } from './event-data.ts';

/** An event as the service keeps it: moments are epoch milliseconds, defaults are filled in. */
export type WorldEvent<T extends EventType = EventType> = {
  [K in T]: {
    readonly type: K;
    readonly source: string;
    readonly id: string;
    readonly occurredAt: Instant;
    readonly data: EventData<K>;
  };
}[T];

/** A CloudEvents 1.0 event as it is sent (structured JSON). */
export type CloudEvent<T extends EventType = EventType> = {
  [K in T]: {
    readonly specversion: '1.0';
    readonly id: string;
    readonly source: string;
    readonly type: K;
    /** RFC 3339: when the data was true. */
    readonly time: string;
    readonly data: EventInput<K>;
    readonly datacontenttype?: 'application/json';
    readonly subject?: string;
  };
}[T];

export const MAX_BATCH_EVENTS = 1000; // a batch is one transaction: other writers wait for it

/** A sender's clock may run ahead of ours by this much; an event further ahead would outrank all later ones. */
export const MAX_CLOCK_LEAD_MS = 5 * MINUTE_MS;

/** The envelope; extension attributes (`traceparent`, `partitionkey`) are allowed and not kept. */
const envelope = z.looseObject(
  {
    specversion: z.literal('1.0', { error: '1.0' }),
    id: z.string({ error: 'a text of 1 to 200 characters, unique within its source' }).min(1).max(200),
    source: z.string({ error: 'a URI reference of 1 to 500 characters' }).regex(/^\S{1,500}$/),
    type: z.enum(EVENT_TYPES as [EventType, ...EventType[]], { error: `one of ${EVENT_TYPES.join(', ')}` }),
    time: instant,
    // With or without parameters: a charset changes nothing, JSON is UTF-8.
    datacontenttype: z
      .string('application/json')
      .regex(/^application\/json(\s*;.*)?$/i, 'application/json')
      .optional(),
    subject: z.string({ error: 'a text' }).max(500).optional(),
    data: z.unknown(),
  },
  { error: 'a CloudEvent: a JSON object' },
);

function parseEvent(value: unknown, at: string, now: Instant, problems: FieldProblem[]): WorldEvent | undefined {
  const outer = envelope.safeParse(value);
  const add = (rows: readonly FieldProblem[], below = '') => {
    for (const row of rows) problems.push({ ...row, path: `${at}${below}${row.path}` });
  };
  if (!outer.success) {
    add(fieldProblemsOf(outer.error, value));
    return undefined;
  }
  const { id, source, type, time, data } = outer.data;
  if (time > now + MAX_CLOCK_LEAD_MS)
    add([{ path: '/time', found: describeFound(toRfc3339(time)), expected: `a moment not after ${toRfc3339(now)}` }]);
  const inner = EVENT_DATA[type].safeParse(data);
  if (!inner.success) {
    add(fieldProblemsOf(inner.error, data), '/data');
    return undefined;
  }
  // The pair of type and data was checked against the same key of EVENT_DATA.
  return { type, source, id, occurredAt: time, data: inner.data } as WorldEvent;
}

const MAX_PROBLEMS = 50; // rows in one answer: enough to correct a feed with

/**
 * Events of one body: a CloudEvent or an array of 1 to 1000 of them. One wrong event refuses the whole body, so that
 * a batch is taken entirely or not at all. Throws `invalid-request` with `errors` (path, found, expected).
 */
export function parseEvents(body: unknown, now: Instant): WorldEvent[] {
  const batch = Array.isArray(body);
  const values: readonly unknown[] = batch ? body : [body];
  const problems: FieldProblem[] = [];
  if (values.length === 0 || values.length > MAX_BATCH_EVENTS)
    problems.push({ path: '', found: `${values.length} events`, expected: `1 to ${MAX_BATCH_EVENTS} events` });
  const events: WorldEvent[] = [];
  for (const [index, value] of values.entries()) {
    if (problems.length >= MAX_PROBLEMS) break;
    const event = parseEvent(value, batch ? `/${index}` : '', now, problems);
    if (event) events.push(event);
  }
  if (problems.length > 0) throw refusal('invalid-request', problems.slice(0, MAX_PROBLEMS));
  return events;
}
