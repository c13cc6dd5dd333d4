import { z } from 'zod';
import { DomainError } from '#domain/problems.ts';
import { RESERVATION_STATES } from '#domain/reservation.ts';
import { hold } from '#src/wire/answer.ts';
import { DECISION_READERS } from './decisions.ts';
import type { Api } from './operation.ts';

const moment = z.iso.datetime();

/** `STANDING`: nobody was asked and nothing has replaced it. The others say what people, time or a later decision did. */
export const STANDINGS = ['STANDING', 'PENDING', 'APPROVED', 'REFUSED', 'EXPIRED', 'OVERRIDDEN', 'SUPERSEDED'] as const;

export const decisionState = z
  .object({
    decisionId: z.string(),
    orderId: z.string(),
    state: z.enum(STANDINGS),
    supersededBy: z.string().nullable(),
    approvals: z.array(
      z.object({
        ruleId: z.string(),
        approverRole: z.string(),
        state: z.enum(['PENDING', 'APPROVED', 'REFUSED', 'EXPIRED']),
        raisedBy: z.string(),
        raisedAt: moment,
        expiresAt: moment,
        decidedBy: z.string().nullable(),
        decidedAt: moment.nullable(),
        reasonCode: z.string().nullable(),
        note: z.string().nullable(),
      }),
    ),
    override: z
      .object({
        actor: z.string(),
        at: moment,
        reasonCode: z.string(),
        note: z.string(),
        toCandidateId: z.string(),
      })
      .nullable(),
    holds: z.array(hold.extend({ kind: z.enum(['SOFT', 'HARD']), state: z.enum(RESERVATION_STATES) })),
  })
  .describe('What has become of a decision');
export type DecisionState = z.output<typeof decisionState>;

export interface DecisionStateDeps {
  /** Undefined for an unknown decision. */
  readonly stateOf: (tenant: string, decisionId: string) => DecisionState | undefined;
}

export function decisionStateRoutes(api: Api, { stateOf }: DecisionStateDeps): void {
  api.on(
    {
      method: 'get',
      tag: 'decisions',
      roles: DECISION_READERS,
      path: '/v1/decisions/{decisionId}/state',
      summary: 'What has become of a decision: approvals, override, its successor, and its holds as they are now',
      answer: { status: 200, description: 'As of now', schema: decisionState },
      problems: ['not-found'],
    },
    (c, { principal }) => {
      const decisionId = c.req.param('decisionId') ?? '';
      const state = stateOf(principal.tenant, decisionId);
      if (!state) throw new DomainError('not-found', `there is no decision \`${decisionId}\``, { decisionId });
      return c.json(state);
    },
  );
}
