import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PRICES } from '#domain/snapshot.ts';
import { DAY_MS } from '#domain/time.ts';
import { loadPolicy } from '#policies/load.ts';
import { shipped } from '#src/config.ts';
import { decide, decideSelection } from '#src/decide.ts';
import { fakeModels, NO_MODELS } from '../fake-models.ts';
import { item, lane, line, NOW, node, position, request, snapshot } from '../network.ts';
import { policyWith } from '../policies/policies.ts';
import { smallCase } from '../sourcing/cases.ts';

const policy = loadPolicy([join(shipped.policies, 'default.policy.yaml')]);
const world = snapshot({
  items: [item('I1')],
  nodes: [node('A'), node('B')],
  lanes: [
    lane('A'),
    lane('A', 'AIR', {
      expedited: true,
      transitDays: 1,
      rate: { base: 1_900, perKg: 600, minimum: 1_900, fuelShare: 0.1 },
    }),
    lane('B'),
  ],
  supply: [position('A', 'I1'), position('B', 'I1', { onHand: 40 })],
});

describe('decide', () => {
  it('chooses the cheapest permitted plan, ranks the rest and says which models and policy decided', () => {
    const { decision, features } = decide(request([line('1', 'I1', 3)]), world, fakeModels, policy, NO_PRICES);
    expect(decision.status).toBe('FULLY_SOURCED');
    const totals = [decision.chosen, ...decision.alternatives].map((candidate) => candidate!.costs.total);
    expect(totals.length).toBeGreaterThan(1);
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
    expect(decision.alternatives.map(({ rank }) => rank)).toEqual(decision.alternatives.map((_a, index) => index + 2));
    expect(decision.models.map(({ task }) => task)).toEqual(['stockout', 'delay', 'split']);
    expect(decision.policyRevision).toBe(policy.policyRevision);
    expect(decision.degraded).toEqual([]);
    expect(features.map(({ featureSetId }) => featureSetId)).toEqual(['stockout@1', 'delay@1', 'split@1']);
  });

  it('decides by the rules alone where models are missing, and says so', () => {
    const { decision } = decide(request([line('1', 'I1', 3)]), world, NO_MODELS, policy, NO_PRICES);
    expect(decision.status).toBe('FULLY_SOURCED');
    expect(decision.chosen!.risks).toEqual({ stockout: null, delay: null, split: null });
    expect(decision.degraded.map(({ code, subject }) => `${code}:${subject}`)).toEqual([
      'MODEL_UNAVAILABLE:stockout',
      'MODEL_UNAVAILABLE:delay',
      'MODEL_UNAVAILABLE:split',
    ]);
    expect(decision.models).toEqual([]);
  });

  it('says which node’s supply is too old, and does not ship from it', () => {
    const stale = {
      ...world,
      supply: [position('A', 'I1', { asOf: NOW - 3 * DAY_MS }), position('B', 'I1', { onHand: 40 })],
    };
    const { decision } = decide(request([line('1', 'I1', 3)]), stale, fakeModels, policy, NO_PRICES);
    expect(decision.degraded).toMatchObject([{ code: 'STALE_INVENTORY', subject: 'A' }]);
    expect(decision.chosen!.plan.shipments.map(({ nodeId }) => nodeId)).toEqual(['B']);
  });

  it('scores the ERP’s own choice beside ours, with the saving', () => {
    const suggestedOption = {
      shipments: [{ nodeId: 'A', carrierService: 'AIR', assignments: [{ orderLineId: '1', itemId: 'I1', qty: 3 }] }],
    };
    const asked = { ...request([line('1', 'I1', 3)]), suggestedOption };
    const { decision } = decide(asked, world, fakeModels, policy, NO_PRICES);
    const ours = decision.chosen!.costs.total;
    expect(decision.suggested!.saving).toBe(decision.suggested!.candidate!.costs.total - ours);
    expect(decision.suggested!.saving).toBeGreaterThan(0);
  });

  it('opens an exception with the nearest plans and an owner where credit is on hold', () => {
    const held = request([line('1', 'I1', 3)], { creditStatus: 'HOLD' });
    const { decision } = decide(held, world, fakeModels, policy, NO_PRICES);
    expect(decision).toMatchObject({
      status: 'EXCEPTION',
      chosen: null,
      exception: { category: 'CREDIT_HOLD', owner: 'credit' },
    });
    expect(decision.exception!.nearest.length).toBeGreaterThan(0);
    expect(decision.reasonCodes).toContain('CREDIT_HOLD');
    const denial = decision.exception!.nearest[0]!.outcomes.find(({ ruleId }) => ruleId === 'credit-hold');
    expect(denial?.relaxation).toMatchObject({ lever: 'creditStatus', changeableBy: 'credit' });
  });

  it('says NOT_SOURCED, with the shortfall, where nothing can be promised', () => {
    const empty = { ...world, supply: [position('A', 'I1', { onHand: 12 })] };
    const { decision } = decide(request([line('1', 'I1', 3)]), empty, fakeModels, policy, NO_PRICES);
    expect(decision.status).toBe('NOT_SOURCED');
    expect(decision.rejected[0]).toMatchObject({
      nodeIds: ['A'],
      reasons: [{ code: 'INSUFFICIENT_ATP', value: 0, threshold: 3 }],
    });
  });

  it('gives the same bytes for the same arguments, which it never changes', () => {
    fc.assert(
      fc.property(smallCase, ({ request, snapshot }) => {
        const before = JSON.stringify([request, snapshot]);
        const once = JSON.stringify(decide(request, snapshot, fakeModels, policy, NO_PRICES));
        expect(JSON.stringify(decide(request, snapshot, fakeModels, policy, NO_PRICES))).toBe(once);
        expect(JSON.stringify([request, snapshot])).toBe(before);
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});

describe('decideSelection', () => {
  it('is what decide says of status, plan and approvals, for orders that are moved, approved, short and refused too', () => {
    const moving = policyWith([
      { id: 'ceiling', rule: 'freight-ceiling', severity: 'clamp', move: ['carrierService'], threshold: '9.00 EUR' },
    ]);
    const seen = new Set<string>();
    fc.assert(
      fc.property(smallCase, fc.constantFrom(policy, moving), ({ request, snapshot }, rules) => {
        const { decision } = decide(request, snapshot, fakeModels, rules, NO_PRICES);
        const { status, chosen, approvals, flags } = decision;
        for (const one of [status, ...flags]) seen.add(one);
        expect(decideSelection(request, snapshot, fakeModels, rules, NO_PRICES)).toEqual({
          status,
          chosen,
          approvals,
        });
      }),
      { numRuns: 200, seed: 5 },
    );
    const all = ['CLAMPED', 'EXCEPTION', 'FULLY_SOURCED', 'NOT_SOURCED', 'PARTIALLY_SOURCED', 'PENDING_APPROVAL'];
    expect([...seen].sort()).toEqual(all);
  });
});

describe('approvals', () => {
  // From A all three units go by a service dear enough to ask; from B one unit goes, and nobody is asked.
  const dear = { base: 16_000, perKg: 600, minimum: 16_000, fuelShare: 0.1 };
  const ground = { base: 14_000, perKg: 0, minimum: 0, fuelShare: 0 };
  const order = request([line('1', 'I1', 3, { unitPrice: 90_000 })]);
  const scarce = {
    ...world,
    lanes: [lane('A', 'AIR', { expedited: false, rate: dear, transitDays: 2 }), lane('B', 'GROUND', { rate: ground })],
    supply: [position('A', 'I1'), position('B', 'I1', { onHand: 21 })],
  };

  it('are not avoided by going short', () => {
    const { decision } = decide(order, scarce, fakeModels, policy, NO_PRICES);
    expect(decision.chosen!.plan.shortLines).toEqual([]);
    expect(decision.flags).toContain('PENDING_APPROVAL');
    expect(decision.alternatives.some(({ plan }) => plan.shortLines.length > 0)).toBe(true);
  });
});
