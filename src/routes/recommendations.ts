import { z } from 'zod';
import type { Principal } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import { batchRequest, type RecommendationRequest, recommendationRequest } from '#src/request.ts';
import { type Answer, answerSchema } from '#src/wire/answer.ts';
import { batchCall, type Idempotency, type IdempotentCall } from '#store/idempotency.ts';
import { once } from './once.ts';
import type { Api } from './operation.ts';
import { type Problem, problemOf, problemSchema } from './problem.ts';

/** A batch lets other requests in after this many orders. */
const ORDERS_A_TURN = 20;

export interface RecommendationDeps {
  readonly idempotency: Idempotency;
  readonly desk: {
    recommend(
      request: RecommendationRequest,
      ask: { readonly principal: Principal; readonly call: IdempotentCall | null },
    ): Promise<Answer>;
  };
  /** The answer to a decision made before. */
  readonly answerTo: (tenant: string, decisionId: string) => Answer | undefined;
}

const batchAnswer = z.object({
  results: z.array(z.union([z.object({ answer: answerSchema }), z.object({ problem: problemSchema })])),
});
type Result = z.output<typeof batchAnswer>['results'][number];

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function recommendationRoutes(api: Api, { idempotency, desk, answerTo }: RecommendationDeps): void {
  const base = {
    method: 'post',
    tag: 'recommendations',
    roles: ['orchestrator', 'planner'],
    decides: true,
    problems: ['unknown-reference', 'conflict', 'order-already-held', 'log-unavailable'],
  } as const;

  function answerAgain(principal: Principal, decisionId: string): Answer {
    const answer = answerTo(principal.tenant, decisionId);
    if (answer) return answer;
    throw new DomainError('evidence-expired', `the evidence of decision \`${decisionId}\` has been removed`, {
      decisionId,
    });
  }

  api.on(
    {
      ...base,
      path: '/v1/recommendations',
      summary: 'Decide how to source and route one order',
      body: recommendationRequest,
      answer: { status: 200, description: 'The decision, on the log', schema: answerSchema },
    },
    (c, { body, principal, call }) =>
      once(idempotency, principal, call!, {
        replay: ({ response }) => c.json(answerAgain(principal, response)),
        run: async () => c.json(await desk.recommend(body, { principal, call })),
      }),
  );

  /** One order of a batch has a call of its own, so that a batch cut short goes on where it stopped. */
  async function decideOne(
    request: RecommendationRequest,
    principal: Principal,
    call: IdempotentCall,
    traceId: string,
  ): Promise<Result> {
    try {
      const stored = idempotency.begin(principal, call);
      if (stored) return { answer: answerAgain(principal, stored.response) };
      try {
        return { answer: await desk.recommend(request, { principal, call }) };
      } finally {
        idempotency.settle(principal, call);
      }
    } catch (error) {
      // The log is every order's concern; what is wrong with one order is its own.
      if (!(error instanceof DomainError) || error.code === 'log-unavailable') throw error;
      return { problem: problemOf(error, traceId) as Problem };
    }
  }

  api.on(
    {
      ...base,
      path: '/v1/recommendations/batch',
      summary: 'Decide up to 500 orders, in the order given',
      body: batchRequest,
      answer: { status: 200, description: 'One result for each order, in their order', schema: batchAnswer },
    },
    async (c, { body, principal, call }) => {
      if (idempotency.beginBatch(principal, call!)) c.header('idempotent-replayed', 'true');
      try {
        const results: Promise<Result>[] = [];
        for (const [index, request] of body.requests.entries()) {
          if (index > 0 && index % ORDERS_A_TURN === 0) await nextTurn();
          results.push(decideOne(request, principal, batchCall(call!, index), c.get('traceId')));
        }
        return c.json({ results: await Promise.all(results) });
      } finally {
        idempotency.settle(principal, call!);
      }
    },
  );
}
