import { z } from 'zod';
import type { LeafPosition } from '#audit/log.ts';
import type { Principal } from '#domain/principal.ts';
import type { Reply } from '#explanation/answer.ts';
import { CATALOGUE, planNamed } from '#explanation/catalogue/catalogue.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { PlannedQuestion } from '#explanation/grammar/understand.ts';
import type { Stages } from '#explanation/llm-front-end.ts';
import type { DecisionReasons } from '#explanation/reasons.ts';
import { parseBody } from '#src/wire/field-problems.ts';
import type { Summary } from './exceptions.ts';
import type { Api } from './operation.ts';
import { catalogueSchema, questionBody, replySchema } from './question-shapes.ts';
import { HEARTBEAT_MS, streamAnswer } from './question-stream.ts';

/** What is asked: a question in words, after `previous` where it follows one up, or a plan with its parameters. */
export type Asked =
  | { readonly question: string; readonly previous?: PlannedQuestion | undefined }
  | { readonly planned: PlannedQuestion };

/** What is told before the reply is whole, and whether anybody still waits for it. */
export type Told = Stages;

export type LoggedReply = Reply & { readonly log: LeafPosition & { readonly receipt: string } };

export interface QuestionDesk {
  /** `zone` is an IANA name; undefined: that of the service. */
  ask(principal: Principal, asked: Asked, zone: string | undefined, told: Told): Promise<LoggedReply>;
  /** Undefined for an unknown decision, or one whose evidence has been removed. */
  reasons(tenant: string, decisionId: string): Promise<DecisionReasons | undefined>;
  /** Two or three sentences about an exception, with their citations; undefined where its evidence is gone. */
  exceptionSummary(tenant: string, decisionId: string): Promise<Summary | undefined>;
}

export interface QuestionDeps {
  readonly questions: QuestionDesk;
  readonly report: (error: unknown, traceId: string) => void;
  /** Milliseconds between the signs of life of a stream. @default 5,000 */
  readonly heartbeatMs?: number;
}

function askedIn(body: z.output<typeof questionBody>): Asked {
  if (body.question !== undefined) return { question: body.question, previous: body.previous as PlannedQuestion };
  const { plan, parameters = {} } = body;
  const sent = parseBody(z.object({ parameters: planNamed(plan!)!.parameters }), { parameters });
  return { planned: { plan: plan!, parameters: sent.parameters as Parameters } };
}

/** `POST /v1/questions`: one JSON document, or server-sent events where the caller accepts `text/event-stream`. */
export function questionRoutes(api: Api, { questions, report, heartbeatMs = HEARTBEAT_MS }: QuestionDeps): void {
  api.on(
    {
      method: 'get',
      path: '/v1/questions',
      tag: 'questions',
      summary: 'The questions that the key may ask',
      roles: 'key',
      answer: { status: 200, description: 'Plans with their parameters', schema: catalogueSchema },
    },
    (c, { principal }) =>
      c.json({
        plans: CATALOGUE.filter(({ roles }) => roles.some((role) => principal.roles.includes(role))).map((plan) => ({
          plan: plan.name,
          answers: plan.answers,
          parameters: z.toJSONSchema(plan.parameters, { io: 'input' }),
          rowCap: plan.rowCap,
          examples: plan.examples,
        })),
      }),
  );

  api.on(
    {
      method: 'post',
      path: '/v1/questions',
      tag: 'questions',
      summary: 'Ask in your own words; every figure comes from the log',
      roles: 'key',
      body: questionBody,
      answer: {
        status: 200,
        description:
          'An answer, or an abstention that says why. To `Accept: text/event-stream` the events `plan`, `rows`, `sentence` and `done` (this document), or `problem`',
        schema: replySchema,
      },
    },
    async (c, { body, principal }) => {
      const asked = askedIn(body);
      const ask = (told: Told) => questions.ask(principal, asked, body.zone, told);
      if (/text\/event-stream/.test(c.req.header('accept') ?? '')) return streamAnswer(c, ask, report, heartbeatMs);
      return c.json(await ask({ signal: c.req.raw.signal }));
    },
  );
}
