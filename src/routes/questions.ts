import { z } from 'zod';
import type { LeafPosition } from '#audit/log.ts';
import type { Principal } from '#domain/principal.ts';
import type { Reply } from '#explanation/answer.ts';
import { PLAN_NAMES } from '#explanation/catalogue/catalogue.ts';
import type { PlannedQuestion } from '#explanation/grammar/understand.ts';
import type { DecisionReasons } from '#explanation/reasons.ts';
import type { Summary } from './exceptions.ts';
import type { Api } from './operation.ts';

export interface QuestionBody {
  readonly question: string;
  /** The plan before, for a follow-up. */
  readonly previous?: PlannedQuestion | undefined;
  /** IANA name. @default UTC */
  readonly zone?: string | undefined;
}

export type LoggedReply = Reply & { readonly log: LeafPosition };

export interface QuestionDesk {
  ask(principal: Principal, body: QuestionBody): Promise<LoggedReply>;
  /** Undefined for an unknown decision, or one whose evidence has been removed. */
  reasons(tenant: string, decisionId: string): DecisionReasons | undefined;
  /** Two or three sentences about an exception, with their citations; undefined where its evidence is gone. */
  exceptionSummary(tenant: string, decisionId: string): Summary | undefined;
}

const zone = z.string().refine(
  (name) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
    } catch {
      return false;
    }
  },
  { error: 'an IANA time zone' },
);

export const questionBody = z.strictObject({
  question: z.string().min(1).max(2000).describe('in the words of a planner'),
  previous: z
    .strictObject({ plan: z.enum(PLAN_NAMES), parameters: z.record(z.string(), z.unknown()) })
    .optional()
    .describe('plan and parameters of the answer before, for a follow-up'),
  zone: zone.optional().describe('where it is asked, for words such as `yesterday`; default UTC'),
});

const reply = z.looseObject({
  kind: z.enum(['answer', 'abstention']),
  log: z
    .object({ origin: z.string(), index: z.int() })
    .describe('where the answered question itself stands in the log'),
});

/** `POST /v1/questions`: one JSON document, or server-sent events where the caller accepts `text/event-stream`. */
export function questionRoutes(api: Api, { questions }: { questions: QuestionDesk }): void {
  api.on(
    {
      method: 'post',
      path: '/v1/questions',
      tag: 'questions',
      summary: 'Ask in your own words; every figure comes from the log',
      roles: 'key',
      body: questionBody,
      answer: { status: 200, description: 'an answer, or an abstention that says why', schema: reply },
    },
    async (c, { body, principal }) => {
      const answered = await questions.ask(principal, body);
      if (!/text\/event-stream/.test(c.req.header('accept') ?? '')) return c.json(answered);
      const event = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
      const parts =
        answered.kind === 'answer'
          ? [
              event('plan', { plan: answered.plan, parameters: answered.parameters }),
              ...answered.sentences.map((sentence) => event('sentence', sentence)),
            ]
          : [];
      return c.body([...parts, event('done', answered)].join(''), 200, {
        'content-type': 'text/event-stream; charset=utf-8',
      });
    },
  );
}
