import { describe, expect, it } from 'vitest';
import type { Candidate } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { GuardOutcome } from '#domain/guard.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { DAY_MS } from '#domain/time.ts';
import { draftException } from '#policies/exception-draft.ts';
import { guard } from '#policies/guard.ts';
import type { Policy } from '#policies/policy.ts';
import { relaxationsFor } from '#policies/relaxations.ts';
import { policyWith } from './policies.ts';
import { candidateOf, draft, node, position, repriceFor, request, type Scores, snapshot } from './world.ts';

const plan = draft(['EAST', 'GROUND', { '1': 5 }]);

/** The denial of a rule, with what would have let the plan past it. */
function denialOf(ruleId: string, asked: DecisionRequest, known: Snapshot, policy: Policy, scores?: Scores) {
  const candidate: Candidate = candidateOf(asked, known, plan, scores);
  const { candidates } = guard(asked, [candidate], policy, known, repriceFor(asked, known, scores));
  const outcomes: readonly GuardOutcome[] = candidates[0]!.outcomes;
  const repriceUnder = (changed: DecisionRequest, world: Snapshot) => repriceFor(changed, world, scores);
  return relaxationsFor({ request: asked, snapshot: known, policy, candidate, outcomes, repriceUnder }).find(
    (outcome) => outcome.ruleId === ruleId,
  );
}

function denies(ruleId: string, asked: DecisionRequest, known: Snapshot, policy: Policy): boolean {
  const candidate = candidateOf(asked, known, plan);
  const { candidates } = guard(asked, [candidate], policy, known, repriceFor(asked, known));
  return candidates[0]!.outcomes.some((outcome) => outcome.ruleId === ruleId && outcome.verdict === 'DENY');
}

describe('relaxations', () => {
  it('freight ceiling: to the cent, and one cent less still denies', () => {
    const ceiling = (threshold: string) =>
      policyWith([{ id: 'ceiling', rule: 'freight-ceiling', threshold, relaxable: { by: 'transport' } }]);
    const policy = ceiling('2.00 EUR');
    const denial = denialOf('ceiling', request(), snapshot(), policy);
    expect(denial).toMatchObject({ verdict: 'DENY', from: 800, threshold: 200 });
    expect(denial?.relaxation).toMatchObject({ to: 800, changeableBy: 'transport', text: 'ceiling +6.00 EUR' });
    expect(denies('ceiling', request(), snapshot(), ceiling('8.00 EUR'))).toBe(false);
    expect(denies('ceiling', request(), snapshot(), ceiling('7.99 EUR'))).toBe(true);
  });

  it('safety stock: so many units at the node, one unit less still denies', () => {
    const known = (safetyStock: number) => snapshot({ supply: [position({ onHand: 12, safetyStock })] });
    const denial = denialOf('safety-stock', request(), known(10), policyWith([]));
    expect(denial?.relaxation).toMatchObject({
      from: 10,
      to: 7,
      text: '3 units of safety stock of A at EAST',
      changeableBy: 'inventory',
    });
    expect(denies('safety-stock', request(), known(7), policyWith([]))).toBe(false);
    expect(denies('safety-stock', request(), known(8), policyWith([]))).toBe(true);
  });

  it('safety stock that hides protected supply: as many units as leave that alone', () => {
    const known = (onHand: number) =>
      snapshot({ supply: [position({ onHand, safetyStock: 4, supplyProtectionQty: 2, protectedPriority: null })] });
    const denial = denialOf('safety-stock', request(), known(8), policyWith([]));
    expect(denial?.relaxation).toMatchObject({ from: 4, to: 1, text: '3 units of safety stock of A at EAST' });
    // All of the safety stock would still leave protected supply short.
    expect(denialOf('safety-stock', request(), known(6), policyWith([]))).toMatchObject({
      verdict: 'DENY',
      relaxation: null,
    });
  });

  it('lateness: so many days of promise', () => {
    const policy = policyWith([{ id: 'lateness', rule: 'promise-lateness', threshold: '0 days' }]);
    const asked = (days: number) => request({ promiseDate: request().decidedAt + days * DAY_MS });
    const denial = denialOf('lateness', asked(0), snapshot(), policy);
    expect(denial?.relaxation).toMatchObject({ lever: 'promiseDate', text: 'promise +3 days', changeableBy: 'sales' });
    expect(denies('lateness', asked(3), snapshot(), policy)).toBe(false);
    expect(denies('lateness', asked(2), snapshot(), policy)).toBe(true);
  });

  it('delay risk: to the thousandth', () => {
    const scores: Scores = () => ({ stockout: 0.1, delay: 0.4321, split: 0.1 });
    const policy = policyWith([
      { id: 'delay', rule: 'delay-risk-limit', threshold: '0.2 probability', relaxable: { by: 'sales' } },
    ]);
    expect(denialOf('delay', request(), snapshot(), policy, scores)?.relaxation).toMatchObject({
      to: 0.433,
      text: 'delay +0.233 probability',
    });
  });

  it('node capacity, credit and priority: each by its own lever', () => {
    const full = snapshot({ nodes: [node({ capacity: 3 })] });
    expect(denialOf('node-capacity', request(), full, policyWith([]))?.relaxation?.text).toBe(
      'capacity of EAST on 2026-10-06 +2',
    );
    const held = denialOf('credit-hold', request({ creditStatus: 'HOLD' }), snapshot(), policyWith([]));
    expect(held?.relaxation).toMatchObject({ changeableBy: 'credit', from: 'HOLD', to: 'OK' });
    const kept = snapshot({ supply: [position({ onHand: 6, supplyProtectionQty: 4, protectedPriority: 3 })] });
    expect(denialOf('reservation-priority', request(), kept, policyWith([]))?.relaxation?.text).toBe(
      '3 units of protected supply of A at EAST',
    );
  });

  it('offers nothing that the policy gives to nobody', () => {
    const policy = policyWith([{ id: 'ceiling', rule: 'freight-ceiling', threshold: '2.00 EUR' }]);
    const denial = denialOf('ceiling', request(), snapshot(), policy);
    expect(denial?.verdict).toBe('DENY');
    expect(denial?.relaxation).toBeNull();
  });

  it('offers nothing beyond what the policy lets somebody change', () => {
    const policy = policyWith([
      {
        id: 'ceiling',
        rule: 'freight-ceiling',
        threshold: '2.00 EUR',
        relaxable: { by: 'transport', upTo: '7.99 EUR' },
      },
    ]);
    expect(denialOf('ceiling', request(), snapshot(), policy)?.relaxation).toBeNull();
  });
});

describe('an exception in the making', () => {
  it('has the owner of the rule in the way, a time, and the nearest candidates', () => {
    const asked = request({ creditStatus: 'HOLD' });
    const known = snapshot();
    const candidates = [candidateOf(asked, known, draft(['EAST', 'AIR', { '1': 5 }])), candidateOf(asked, known, plan)];
    const guarded = guard(asked, candidates, policyWith([]), known, repriceFor(asked, known));
    const exception = draftException(policyWith([]), guarded.candidates, null);
    expect(exception).toMatchObject({ category: 'CREDIT_HOLD', owner: 'credit', slaMinutes: 480 });
    expect(exception.nearest.map(({ candidateId }) => candidateId)).toEqual([
      candidates[1]!.candidateId,
      candidates[0]!.candidateId,
    ]);
  });

  it('has the fallback where there was no candidate at all', () => {
    expect(draftException(policyWith([]), [], 'PAST_CUTOFF')).toEqual({
      category: 'PAST_CUTOFF',
      owner: 'planning',
      slaMinutes: 240,
      nearest: [],
    });
  });
});
