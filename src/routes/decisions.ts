import { z } from 'zod';
import { DECISION_STATUSES } from '#domain/decision.ts';
import { MODES } from '#domain/order.ts';
import { DomainError } from '#domain/problems.ts';
import { REASON_CODES } from '#domain/reason-codes.ts';
import { TASKS } from '#domain/risk.ts';
import { type Answer, answerSchema } from '#src/wire/answer.ts';
import { fields, id, instant, oneOf } from '#src/wire/fields.ts';
import type { Api } from './operation.ts';
import { cursorOf, keyOfCursor, pageQuery } from './page.ts';
import type { QuestionDesk } from './questions.ts';

export const decisionFilter = {
  orderId: id.optional(),
  customerId: id.optional(),
  itemId: id.optional(),
  nodeId: id.optional(),
  carrier: id.optional(),
  reasonCode: oneOf(REASON_CODES).optional(),
  ruleId: id.optional(),
  modelVersion: id.optional(),
  mode: oneOf(MODES).optional(),
  status: oneOf(DECISION_STATUSES).optional(),
  /** Decided at or after. */
  from: instant.optional(),
  /** Decided before. */
  to: instant.optional(),
};
const listQuery = fields({ ...decisionFilter, ...pageQuery }).refine(
  ({ from, to }) => from === undefined || to === undefined || from < to,
  { path: ['from'], error: 'a moment before `to`' },
);
export type DecisionFilter = Omit<z.output<typeof listQuery>, 'limit' | 'cursor'>;

export const decisionRow = z.object({
  decisionId: z.string(),
  orderId: z.string(),
  customerId: z.string(),
  decidedAt: z.iso.datetime(),
  mode: z.enum(MODES),
  status: z.enum(DECISION_STATUSES),
  flags: z.array(z.enum(['CLAMPED', 'PENDING_APPROVAL'])),
  supersedes: z.string().nullable(),
  supersededBy: z.string().nullable(),
  nodeIds: z.array(z.string()),
  carrierServices: z.array(z.string()),
  currency: z.string(),
  costToServe: z.int().nullable(),
  risks: z.object({
    stockout: z.number().nullable(),
    delay: z.number().nullable(),
    split: z.number().nullable(),
  }),
  reasonCodes: z.array(z.string()),
  exceptionCategory: z.string().nullable(),
  log: z.object({ origin: z.string(), index: z.int() }),
});
export type DecisionRow = z.output<typeof decisionRow>;

/** Decisions as the log and its index have them. */
export interface DecisionReader {
  /** Newest first, those before `after` (a decisionId); `next` is the `after` of the following page, null at the end. */
  list(
    tenant: string,
    filter: DecisionFilter,
    limit: number,
    after: string | null,
  ): Promise<{ readonly rows: readonly DecisionRow[]; readonly next: string | null }>;
  /** Undefined for an unknown one; throws `evidence-expired` where retention has removed what it said. */
  answer(tenant: string, decisionId: string): Answer | undefined;
  /** The tlog-proof; undefined while the next checkpoint is awaited. */
  receipt(tenant: string, decisionId: string): string | undefined;
}

export const DECISION_READERS = ['orchestrator', 'planner', 'approver', 'data', 'auditor'] as const;

const bound = z.object({ gte: z.number().optional(), lte: z.number().optional() });
const plannerReason = z.object({
  code: z.enum(REASON_CODES),
  feature: z.string(),
  unit: z.string(),
  value: z.union([z.number(), z.string(), z.null()]).describe('as it was recorded'),
  reference: z.union([z.number(), z.string(), z.null()]).describe('what is usual in the decisions until then'),
  effectLogOdds: z.number().optional().describe("on the artifact's margin; one of the three, as the artifact states"),
  effectProbability: z.number().optional(),
  effectLogDays: z.number().optional(),
  effectPp: z.number().describe('percentage points of the probability'),
  actionable: z.boolean(),
  owner: z.string().nullable().describe('who can change it'),
  flip: z
    .record(z.string(), z.union([bound, z.boolean()]))
    .nullable()
    .describe('brings the risk to a half, verified by scoring again; one step less does not'),
  evidence: z.string(),
});
const reasonsAnswer = z.object({
  decisionId: z.string(),
  evidence: z.string(),
  receipt: z.string().nullable(),
  risks: z.array(
    z.object({
      task: z.enum(TASKS),
      subject: z.string(),
      probability: z.number(),
      modelVersion: z.string(),
      reasons: z.array(plannerReason).max(4),
    }),
  ),
  rules: z.array(z.looseObject({ ruleId: z.string(), verdict: z.string() })),
});

export interface DecisionDeps {
  readonly decisions: DecisionReader;
  readonly questions: Pick<QuestionDesk, 'reasons'>;
}

export function decisionRoutes(api: Api, { decisions, questions }: DecisionDeps): void {
  const base = { method: 'get', tag: 'decisions', roles: DECISION_READERS } as const;

  function answerTo(tenant: string, decisionId: string): Answer {
    const answer = decisions.answer(tenant, decisionId);
    if (!answer) throw new DomainError('not-found', `there is no decision \`${decisionId}\``, { decisionId });
    return answer;
  }

  api.on(
    {
      ...base,
      path: '/v1/decisions',
      summary: 'Decisions, newest first',
      query: listQuery,
      answer: {
        status: 200,
        description:
          'A page; `next` is the cursor of the following one, null at the end. A filter that little matches is answered after 200,000 decisions were looked at: such a page may be short, even empty, and goes on with `next`',
        schema: z.object({ decisions: z.array(decisionRow), next: z.string().nullable() }),
      },
    },
    async (c, { query: { limit, cursor, ...filter }, principal }) => {
      const { rows, next } = await decisions.list(principal.tenant, filter, limit, keyOfCursor(cursor));
      return c.json({ decisions: rows, next: next === null ? null : cursorOf(next) });
    },
  );

  api.on(
    {
      ...base,
      path: '/v1/decisions/{decisionId}',
      summary: 'One decision, as it was answered',
      answer: { status: 200, description: 'The decision', schema: answerSchema },
      problems: ['not-found', 'evidence-expired'],
    },
    (c, { principal }) => c.json(answerTo(principal.tenant, c.req.param('decisionId') ?? '')),
  );

  api.on(
    {
      ...base,
      path: '/v1/decisions/{decisionId}/reasons',
      summary: 'What moves its risks and which rules bound, who can change that, and what would flip it',
      answer: { status: 200, description: 'At most four reasons for each risk', schema: reasonsAnswer },
      problems: ['not-found', 'evidence-expired'],
    },
    async (c, { principal }) => {
      const decisionId = c.req.param('decisionId') ?? '';
      const reasons = await questions.reasons(principal.tenant, decisionId);
      // Says whether it is unknown or its evidence has expired.
      if (!reasons) answerTo(principal.tenant, decisionId);
      return c.json(reasons!);
    },
  );

  api.on(
    {
      ...base,
      path: '/v1/decisions/{decisionId}/receipt',
      summary: 'Proof that the decision is on the log (C2SP tlog-proof)',
      answer: { status: 200, description: 'The proof with its signed checkpoint', mediaType: 'text/plain' },
      problems: ['not-found', 'not-ready'],
    },
    (c, { principal }) => {
      const decisionId = c.req.param('decisionId') ?? '';
      const receipt = decisions.receipt(principal.tenant, decisionId);
      if (receipt !== undefined) return c.text(receipt);
      answerTo(principal.tenant, decisionId);
      throw new DomainError('not-ready', 'the next checkpoint is due within a second; ask again then', { decisionId });
    },
  );
}
