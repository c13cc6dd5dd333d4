import { z } from 'zod';
import type { Principal } from '#domain/principal.ts';
import { EVENT_DATA, EVENT_TYPES } from '#world/event-data.ts';
import { MAX_BATCH_EVENTS } from '#world/events.ts';
import type { Api } from './operation.ts';

/** What became of the events of one body. */
export interface Ingested {
  readonly accepted: number;
  readonly duplicates: number;
  /** Stored, but older than what stands, or about holds that are not known: nothing changed. */
  readonly stale: number;
}

/** Describes what `ingest` checks; extension attributes are allowed and not kept. */
export const cloudEvent = z.union(
  EVENT_TYPES.map((type) =>
    z.looseObject({
      specversion: z.literal('1.0'),
      id: z.string(),
      source: z.string(),
      type: z.literal(type),
      time: z.iso.datetime({ offset: true }).describe('When the data was true'),
      data: EVENT_DATA[type] as z.ZodType,
    }),
  ),
);
export const eventsSchema = z.union([cloudEvent, z.array(cloudEvent).min(1).max(MAX_BATCH_EVENTS)]);

export interface EventDeps {
  /** Takes a CloudEvent or an array of them: all or none. Throws `invalid-request`. */
  readonly ingest: (principal: Principal, body: unknown) => Ingested;
}

export function eventRoutes(api: Api, { ingest }: EventDeps): void {
  api.on(
    {
      method: 'post',
      path: '/v1/events',
      tag: 'world',
      summary: 'Tell the service what happened: one CloudEvent or a batch, taken entirely or not at all',
      roles: ['orchestrator', 'data'],
      body: z.unknown(),
      bodyTypes: ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'],
      answer: {
        status: 202,
        description: 'Stored; events seen before (same source and id) are counted and change nothing',
        schema: z.object({ accepted: z.int(), duplicates: z.int(), stale: z.int() }),
      },
      bodySchema: eventsSchema,
      problems: ['log-unavailable'],
    },
    (c, { body, principal }) => c.json(ingest(principal, body), 202),
  );
}
