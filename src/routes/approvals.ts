import { z } from 'zod';
import type { Principal } from '#domain/principal.ts';
import { REASON_CODES } from '#domain/reason-codes.ts';
import { hold } from '#src/wire/answer.ts';
import { fields, oneOf, text } from '#src/wire/fields.ts';
import { suggestedOption } from '#src/wire/order.ts';
import type { Idempotency, IdempotentCall } from '#store/idempotency.ts';
import { once } from './once.ts';
import type { Api } from './operation.ts';

const approvalBody = fields({ reasonCode: oneOf(REASON_CODES).optional(), note: text(500).default('') });
export type ApprovalBody = z.output<typeof approvalBody>;

const overrideBody = fields({ plan: suggestedOption, reasonCode: oneOf(REASON_CODES), note: text(500).default('') });
export type OverrideBody = z.output<typeof overrideBody>;

/** Where a decision stands after a person has spoken. */
export const settled = z.object({
  decisionId: z.string(),
  state: z.enum(['PENDING', 'APPROVED', 'REFUSED', 'OVERRIDDEN']),
  /** Rules that were settled, or gone beyond. */
  ruleIds: z.array(z.string()),
  /** Holds that were taken now. */
  holds: z.array(hold),
  log: z.object({ origin: z.string(), index: z.int() }),
});
export type Settled = z.output<typeof settled>;

export interface ApprovalDeps {
  readonly idempotency: Idempotency;
  readonly settle: {
    answer(
      principal: Principal,
      call: IdempotentCall,
      decisionId: string,
      verdict: 'APPROVED' | 'REFUSED',
      body: ApprovalBody,
    ): Settled;
    override(principal: Principal, call: IdempotentCall, decisionId: string, body: OverrideBody): Settled;
  };
}

export function approvalRoutes(api: Api, { idempotency, settle }: ApprovalDeps): void {
  const base = {
    method: 'post',
    tag: 'decisions',
    decides: true,
    answer: { status: 200, description: 'Where the decision stands now', schema: settled },
    problems: [
      'not-found',
      'conflict',
      'order-already-held',
      'evidence-expired',
      'unknown-reference',
      'log-unavailable',
    ],
  } as const;

  for (const [verb, verdict] of [
    ['approve', 'APPROVED'],
    ['refuse', 'REFUSED'],
  ] as const)
    api.on(
      {
        ...base,
        path: `/v1/decisions/{decisionId}/${verb}`,
        summary: `${verb === 'approve' ? 'Approve' : 'Refuse'} what the key's roles may; nobody settles what they raised`,
        roles: ['approver'],
        body: approvalBody,
      },
      (c, { body, principal, call }) =>
        once(idempotency, principal, call!, {
          replay: ({ response }) => c.json(JSON.parse(response)),
          run: async () => c.json(settle.answer(principal, call!, c.req.param('decisionId') ?? '', verdict, body)),
        }),
    );

  api.on(
    {
      ...base,
      path: '/v1/decisions/{decisionId}/override',
      summary: "Put a person's plan in place of the decision's, with a reason; hard rules still hold",
      roles: ['planner', 'approver'],
      body: overrideBody,
    },
    (c, { body, principal, call }) =>
      once(idempotency, principal, call!, {
        replay: ({ response }) => c.json(JSON.parse(response)),
        run: async () => c.json(settle.override(principal, call!, c.req.param('decisionId') ?? '', body)),
      }),
  );
}
