import { z } from 'zod';
import type { Principal } from '#domain/principal.ts';
import { toRfc3339 } from '#domain/time.ts';
import { EXCEPTION_STATES, type ExceptionFilter, type ExceptionView, type HistoryEntry } from '#exceptions/queue.ts';
import type { Answer } from '#explanation/answer.ts';
import { fields, id, instant, oneOf, text } from '#src/wire/fields.ts';
import type { Api } from './operation.ts';
import { pageQuery } from './page.ts';

const moment = z.iso.datetime();
const summary = z.object({
  text: z.string(),
  sentences: z.array(z.object({ text: z.string(), cites: z.array(z.int()) })),
  citations: z.array(z.looseObject({ kind: z.string() })),
});
export type Summary = Pick<Answer, 'text' | 'sentences' | 'citations'>;

export const exception = z.object({
  exceptionId: z.string(),
  decisionId: z.string(),
  orderId: z.string(),
  category: z.string(),
  owner: z.string(),
  state: z.enum(EXCEPTION_STATES),
  assignee: z.string().nullable(),
  openedAt: moment,
  ageSec: z.number(),
  slaDueAt: moment,
  overdue: z.boolean(),
  snoozedUntil: moment.nullable(),
  resolvedAt: moment.nullable(),
  resolution: z.string().nullable(),
  /** What failed, what bound, what would resolve it and who owns it; null where its evidence has been removed. */
  summary: summary.nullable(),
  /** The three nearest candidates, each with what its rules said and the smallest change that would let it through. */
  context: z.unknown(),
});
type WireException = Omit<z.output<typeof exception>, 'summary'> & { readonly summary: Summary | null };
const entry = z.object({ at: moment, actor: z.string(), action: z.string(), note: z.string() });

const orNull = (value: number | null): string | null => (value === null ? null : toRfc3339(value));

function exceptionOf(view: ExceptionView, summary: Summary | undefined): WireException {
  return {
    ...view,
    summary: summary ?? null,
    openedAt: toRfc3339(view.openedAt),
    slaDueAt: toRfc3339(view.slaDueAt),
    snoozedUntil: orNull(view.snoozedUntil),
    resolvedAt: orNull(view.resolvedAt),
  };
}

const listQuery = fields({
  state: oneOf(EXCEPTION_STATES).optional(),
  owner: id.optional(),
  assignee: id.optional(),
  category: id.optional(),
  orderId: id.optional(),
  ...pageQuery,
});

/** The queue, as the composition root binds it to the store and the clock. */
export interface ExceptionDeps {
  readonly questions: { exceptionSummary(tenant: string, decisionId: string): Promise<Summary | undefined> };
  readonly exceptions: {
    list(
      tenant: string,
      filter: ExceptionFilter,
      page: { readonly cursor?: string; readonly limit: number },
    ): { readonly items: readonly ExceptionView[]; readonly nextCursor: string | null };
    read(
      tenant: string,
      exceptionId: string,
    ): { readonly view: ExceptionView; readonly history: readonly HistoryEntry[] };
    assign(principal: Principal, exceptionId: string, assignee: string | null): ExceptionView;
    snooze(principal: Principal, exceptionId: string, until: number, note: string): ExceptionView;
    resolve(principal: Principal, exceptionId: string, resolution: string, note: string): ExceptionView;
  };
}

const SETTLERS = ['planner', 'approver'] as const;

export function exceptionRoutes(api: Api, { exceptions, questions }: ExceptionDeps): void {
  const shown = async ({ tenant }: Principal, view: ExceptionView): Promise<WireException> =>
    exceptionOf(view, await questions.exceptionSummary(tenant, view.decisionId));
  const read = { method: 'get', tag: 'exceptions', roles: [...SETTLERS, 'data', 'auditor'] } as const;
  api.on(
    {
      ...read,
      path: '/v1/exceptions',
      summary: 'Orders a person must settle, the most urgent first',
      query: listQuery,
      answer: {
        status: 200,
        description: 'A page; `next` is the cursor of the following one',
        schema: z.object({ exceptions: z.array(exception), next: z.string().nullable() }),
      },
    },
    async (c, { query: { limit, cursor, ...filter }, principal }) => {
      const set = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
      const page = { limit, ...(cursor === undefined ? {} : { cursor }) };
      const { items, nextCursor } = exceptions.list(principal.tenant, set, page);
      const rows: WireException[] = [];
      for (const view of items) {
        // A summary that is not known yet takes a millisecond or two: others go between.
        await new Promise((resolve) => setImmediate(resolve));
        rows.push(await shown(principal, view));
      }
      return c.json({ exceptions: rows, next: nextCursor });
    },
  );
  api.on(
    {
      ...read,
      path: '/v1/exceptions/{exceptionId}',
      summary: 'One exception with its history',
      answer: {
        status: 200,
        description: 'The exception',
        schema: z.object({ exception, history: z.array(entry) }),
      },
      problems: ['not-found'],
    },
    async (c, { principal }) => {
      const { view, history } = exceptions.read(principal.tenant, c.req.param('exceptionId') ?? '');
      return c.json({
        exception: await shown(principal, view),
        history: history.map(({ at, actor, action, note }) => ({ at: toRfc3339(at), actor, action, note })),
      });
    },
  );

  const change = {
    method: 'post',
    tag: 'exceptions',
    roles: SETTLERS,
    answer: { status: 200, description: 'The exception as it is now', schema: exception },
    problems: ['not-found', 'conflict'],
  } as const;
  api.on(
    {
      ...change,
      path: '/v1/exceptions/{exceptionId}/assign',
      summary: 'Give it to a key, or to nobody',
      body: fields({ assignee: id.nullable() }),
    },
    async (c, { body, principal }) =>
      c.json(await shown(principal, exceptions.assign(principal, c.req.param('exceptionId') ?? '', body.assignee))),
  );
  api.on(
    {
      ...change,
      path: '/v1/exceptions/{exceptionId}/snooze',
      summary: 'Hide it until a moment; its SLA runs on',
      body: fields({ until: instant, note: text(500).default('') }),
    },
    async (c, { body, principal }) =>
      c.json(
        await shown(principal, exceptions.snooze(principal, c.req.param('exceptionId') ?? '', body.until, body.note)),
      ),
  );
  api.on(
    {
      ...change,
      path: '/v1/exceptions/{exceptionId}/resolve',
      summary: 'Close it with what was done',
      body: fields({ resolution: id, note: text(500).default('') }),
    },
    async (c, { body, principal }) =>
      c.json(
        await shown(
          principal,
          exceptions.resolve(principal, c.req.param('exceptionId') ?? '', body.resolution, body.note),
        ),
      ),
  );
}
