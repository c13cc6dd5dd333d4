import { describe, expect, it } from 'vitest';
import { compileCel } from '#policies/cel.ts';
import { celContext } from '#policies/cel-context.ts';
import { guard } from '#policies/guard.ts';
import { orderContext, planFacts } from '#policies/plan-facts.ts';
import { policyWith } from './policies.ts';
import { candidateOf, draft, line, repriceFor, request, snapshot } from './world.ts';

const asked = request();
const known = snapshot();
const policy = policyWith([]);
const contextOf = (of = asked) =>
  celContext(planFacts(orderContext(of, known, policy), candidateOf(of, known, draft(['EAST', 'AIR', { '1': 5 }]))));

describe('rules in CEL', () => {
  it.each([
    ['order.value == 10000', true],
    ['plan.freight == shipments[0].freight', true],
    ['plan.freight < 100', false],
    ['order.tier in ["GOLD", "PLATINUM"]', true],
    ['shipments.exists(s, s.expedited && s.carrierService == "AIR")', true],
    ['lines.all(l, l.orderedQty <= 5 && !l.hazmat)', true],
    ['size(shipments) == 1', true],
    ['plan.delayRisk < 0.2 && plan.splitRisk >= 0.0', true],
    ['shipments.exists_one(s, s.nodeId.startsWith("EA"))', true],
    ['order.hasPromise ? shipments.all(s, s.transitDays <= 1.0) : true', true],
  ])('%s', (expression, permitted) => {
    expect(compileCel(expression)(contextOf())).toBe(permitted);
  });

  it('are compiled once', () => {
    expect(compileCel('order.value > 1')).toBe(compileCel('order.value > 1'));
  });

  it('do not walk lists of more than 50', () => {
    const many = request({
      lines: Array.from({ length: 51 }, (_, index) => line({ orderLineId: `${index + 1}`, orderedQty: 1 })),
    });
    const program = compileCel('lines.all(l, l.orderedQty > 0)');
    expect(() => program(contextOf(many))).toThrow(/longer than 50/);
    const own = policyWith([
      { id: 'own', rule: 'cel', permit: 'lines.all(l, l.orderedQty > 0)', reasonCode: 'COST_THRESHOLD' },
    ]);
    const candidate = candidateOf(
      many,
      known,
      draft(['EAST', 'GROUND', Object.fromEntries(many.order.lines.map((row) => [row.orderLineId, 1]))]),
    );
    expect(guard(many, [candidate], own, known, repriceFor(many, known)).candidates[0]).toMatchObject({
      verdict: 'DENY',
      outcomes: [{ ruleId: 'own', reasonCode: 'COST_THRESHOLD' }],
    });
  });

  it('speak of the shipments in their scope only', () => {
    const rule = { id: 'own', rule: 'cel', permit: 'order.value > 99999', reasonCode: 'COST_THRESHOLD' };
    const verdictOf = (regions: string[]) =>
      guard(
        asked,
        [candidateOf(asked, known, draft(['EAST', 'GROUND', { '1': 5 }]))],
        policyWith([{ ...rule, scope: { regions } }]),
        known,
        repriceFor(asked, known),
      ).candidates[0]?.verdict;
    expect(verdictOf(['R1'])).toBe('DENY');
    expect(verdictOf(['R2'])).toBe('ALLOW');
  });

  it.each([
    'shipments.map(s, s.freight).exists(f, f > 1)',
    'lines.filter(l, l.hazmat).all(l, l.orderedQty > 1)',
    'string(order.value) == "1"',
    'timestamp("2026-01-01T00:00:00Z") < timestamp("2027-01-01T00:00:00Z")',
    'order.channel.matches("^W")',
    'unknown.value > 1',
    'order.value',
  ])('refuses %s', (expression) => {
    expect(() => compileCel(expression)).toThrow();
  });
});
