import { z } from 'zod';
import type { Principal } from '#domain/principal.ts';
import type { Api } from './operation.ts';

/** What became of the events of one body. */
export interface Ingested {
  readonly accepted: number;
  readonly duplicates: number;
}

export interface EventDeps {
  /** Takes a CloudEvent or an array of them: all or none. Throws `invalid-request`. */
  readonly ingest: (principal: Principal, body: unknown) => Ingested;
  /** Describes what is taken. */
  readonly eventSchema: z.ZodType;
}

export function eventRoutes(api: Api, { ingest, eventSchema }: EventDeps): void {
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
        schema: z.object({ accepted: z.int(), duplicates: z.int() }),
      },
      bodySchema: eventSchema,
      problems: ['log-unavailable'],
    },
    (c, { body, principal }) => c.json(ingest(principal, body), 202),
  );
}
