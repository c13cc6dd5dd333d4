import { describe, expect, it } from 'vitest';
import type { Assignment, Candidate, PlanDraft } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { Dimension } from '#domain/guard.ts';
import { CUSTOMER_TIERS } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { guard, permits } from '#policies/guard.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { Policy, RuleDocument } from '#policies/policy.ts';
import { RULE_KINDS } from '#policies/rule-kinds.ts';
import { policyWith } from './policies.ts';
import {
  type Dice,
  diceFrom,
  hostileReprice,
  randomDraft,
  randomPolicy,
  randomRequest,
  randomSnapshot,
} from './random-world.ts';
import { candidateOf, draft, item, lane, line, node, position, repriceFor, request, snapshot } from './world.ts';

interface Case {
  readonly dice: Dice;
  readonly known: Snapshot;
  readonly asked: DecisionRequest;
  readonly policy: Policy;
  readonly candidates: readonly Candidate[];
  readonly reprice: ReturnType<typeof hostileReprice>;
}

/** Policies take longer to draw than orders: cases share this many. */
const POLICIES = 60;

function pooled<T>(make: (seed: number) => T): (seed: number) => T {
  const made = new Map<number, T>();
  return (seed) => {
    const key = seed % POLICIES;
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}

const drawn = pooled((seed) => randomPolicy(diceFrom(seed + 77_777)));

function caseOf(seed: number): Case {
  const dice = diceFrom(seed);
  const known = randomSnapshot(dice);
  const asked = randomRequest(dice, known);
  const policy = drawn(seed);
  // Scores have to be the same whenever a draft is priced again.
  const scores = new Map<string, ReturnType<ReturnType<typeof hostileReprice>>>();
  const hostile = hostileReprice(dice, asked, known);
  const reprice: ReturnType<typeof hostileReprice> = (plan) => {
    const key = JSON.stringify([...plan.shipments].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1)));
    if (!scores.has(key)) scores.set(key, hostile(plan));
    return scores.get(key)!;
  };
  const drafts = Array.from({ length: 4 }, () => randomDraft(dice, known, asked.order.lines));
  return { dice, known, asked, policy, reprice, candidates: drafts.flatMap((plan) => reprice(plan) ?? []) };
}

function withRules(policy: Policy, change: (rules: RuleDocument[]) => RuleDocument[]): Policy {
  return policyFromDocument({ ...policy.document, rules: change([...policy.document.rules]) });
}

function shuffled<T>(list: readonly T[], dice: Dice): T[] {
  return list
    .map((value) => ({ value, at: dice.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

const directions = new Map(RULE_KINDS.map((kind) => [kind.kind, kind.hard ? null : kind.direction]));

const tightened = pooled((seed) => {
  const dice = diceFrom(seed);
  return withRules(drawn(seed), (rules) =>
    rules.map((rule) => {
      const direction = directions.get(rule.kind);
      const [variant] = rule.variants;
      if (!direction || !variant?.limit) return rule;
      const by = dice.next() * Math.max(1, Math.abs(variant.limit.GOLD));
      const limit = { ...variant.limit };
      for (const tier of CUSTOMER_TIERS) limit[tier] += direction === 'max' ? -by : by;
      return { ...rule, variants: [{ ...variant, limit }] };
    }),
  );
});

const extended = pooled((seed) => {
  const added = drawn(seed + 31).document.rules;
  return withRules(drawn(seed), (rules) => [
    ...rules,
    ...added.map((rule) => ({ ...rule, ruleId: `${rule.ruleId}-too` })),
  ]);
});

describe('guard: properties on plans', () => {
  it('tightening a limit never permits more', () => {
    let denied = 0;
    for (let seed = 0; seed < 500; seed++) {
      const { policy, candidates, asked, known } = caseOf(seed);
      const tighter = tightened(seed);
      for (const candidate of candidates) {
        const before = permits(asked, candidate, policy, known);
        const after = permits(asked, candidate, tighter, known);
        if (after) expect(before, `seed ${seed}`).toBe(true);
        if (before && !after) denied++;
      }
    }
    expect(denied).toBeGreaterThan(10);
  });

  it('adding a rule never permits more', () => {
    let fewer = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { policy, candidates, asked, known } = caseOf(seed);
      const more = extended(seed);
      for (const candidate of candidates) {
        const before = permits(asked, candidate, policy, known);
        const after = permits(asked, candidate, more, known);
        if (after) expect(before, `seed ${seed}`).toBe(true);
        if (before && !after) fewer++;
      }
    }
    expect(fewer).toBeGreaterThan(20);
  });

  it('the order of rules and candidates changes nothing', () => {
    let spoke = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { policy, candidates, asked, known, reprice, dice } = caseOf(seed);
      const straight = guard(asked, candidates, policy, known, reprice);
      const mixed: Policy = { ...policy, rules: shuffled(policy.rules, dice) };
      const order = shuffled(
        candidates.map((_, index) => index),
        dice,
      );
      const turned = guard(
        asked,
        order.map((index) => candidates[index]!),
        mixed,
        known,
        reprice,
      );
      for (const [place, index] of order.entries()) {
        const a = straight.candidates[index]!;
        const b = turned.candidates[place]!;
        spoke += a.outcomes.length;
        expect({ ...b, outcomes: null }, `seed ${seed}`).toEqual({ ...a, outcomes: null });
        const byRule = (rows: typeof a.outcomes) =>
          [...rows].sort((x, y) => (x.ruleId + x.verdict < y.ruleId + y.verdict ? -1 : 1));
        expect(byRule(b.outcomes)).toEqual(byRule(a.outcomes));
      }
    }
    expect(spoke).toBeGreaterThan(500);
  });

  it('the same input gives the same outcome, and nothing of it is changed', () => {
    for (let seed = 0; seed < 100; seed++) {
      const { policy, candidates, asked, known, reprice } = caseOf(seed);
      const before = JSON.stringify([asked, candidates, known]);
      const first = JSON.stringify(guard(asked, candidates, policy, known, reprice));
      expect(JSON.stringify(guard(asked, candidates, policy, known, reprice))).toBe(first);
      expect(JSON.stringify([asked, candidates, known])).toBe(before);
    }
  });
});

/** Every plan of a small world: any split of the lines over nodes, any carrier service, anything short. */
function everyDraft(asked: DecisionRequest, known: Snapshot): PlanDraft[] {
  const nodeIds = known.nodes.map(({ nodeId }) => nodeId);
  let splits: { nodeId: string; assignment: Assignment }[][] = [[]];
  for (const { orderLineId, itemId, orderedQty } of asked.order.lines) {
    const ways: { nodeId: string; assignment: Assignment }[][] = [];
    const spread = (at: number, left: number, made: { nodeId: string; assignment: Assignment }[]): void => {
      if (at === nodeIds.length) {
        ways.push(made);
        return;
      }
      for (let qty = 0; qty <= left; qty++)
        spread(
          at + 1,
          left - qty,
          qty === 0 ? made : [...made, { nodeId: nodeIds[at]!, assignment: { orderLineId, itemId, qty } }],
        );
    };
    spread(0, orderedQty, []);
    splits = splits.flatMap((head) => ways.map((way) => [...head, ...way]));
  }
  return splits.flatMap((split) => {
    const used = nodeIds.filter((nodeId) => split.some((part) => part.nodeId === nodeId));
    if (used.length === 0) return [];
    let plans: PlanDraft['shipments'][number][][] = [[]];
    for (const nodeId of used) {
      const assignments = split.filter((part) => part.nodeId === nodeId).map(({ assignment }) => assignment);
      const services = known.lanes
        .filter((row) => row.nodeId === nodeId && row.active)
        .map((row) => row.carrierService);
      plans = plans.flatMap((head) =>
        services.map((carrierService) => [...head, { nodeId, carrierService, assignments }]),
      );
    }
    return plans.map((shipments) => ({ shipments }));
  });
}

type Shipments = PlanDraft['shipments'];
const units = (shipments: Shipments): string[] =>
  shipments
    .flatMap(({ nodeId, assignments }) => assignments.map((a) => `${nodeId} ${a.orderLineId} ${a.itemId} ${a.qty}`))
    .sort();
const total = (shipments: Shipments, orderLineId: string): number =>
  shipments
    .flatMap(({ assignments }) => assignments)
    .filter((a) => a.orderLineId === orderLineId)
    .reduce((sum, a) => sum + a.qty, 0);
const goods = (assignments: readonly Assignment[]): string =>
  assignments
    .map((a) => `${a.orderLineId} ${a.qty}`)
    .sort()
    .join();

/** Whether b is one move of a kind away from a, said a second time in other words than the guard's. */
function isNeighbour(a: Shipments, b: Shipments, dimension: Dimension, lineIds: readonly string[]): boolean {
  const service = (list: Shipments, nodeId: string) => list.find((s) => s.nodeId === nodeId)?.carrierService;
  const common = a.filter((s) => service(b, s.nodeId) !== undefined);
  const kept = common.every((s) => service(b, s.nodeId) === s.carrierService);
  if (dimension === 'carrierService') return units(a).join() === units(b).join();
  if (dimension === 'node') {
    const gone = a.filter((s) => service(b, s.nodeId) === undefined);
    const come = b.filter((s) => service(a, s.nodeId) === undefined);
    return (
      kept &&
      a.length === b.length &&
      gone.length === 1 &&
      goods(gone[0]!.assignments) === goods(come[0]!.assignments) &&
      common.every((s) => goods(s.assignments) === goods(b.find((o) => o.nodeId === s.nodeId)!.assignments))
    );
  }
  if (dimension === 'shipments') {
    const grown = b.filter(
      (s) => goods(s.assignments) !== goods(a.find((o) => o.nodeId === s.nodeId)?.assignments ?? []),
    );
    return (
      kept &&
      b.length === a.length - 1 &&
      common.length === b.length &&
      grown.length === 1 &&
      lineIds.every((id) => total(a, id) === total(b, id))
    );
  }
  const changed = units(a).filter((unit) => !units(b).includes(unit));
  const appeared = units(b).filter((unit) => !units(a).includes(unit));
  const place = (unit: string | undefined): string => unit?.split(' ').slice(0, 3).join(' ') ?? '';
  return (
    kept &&
    common.length === b.length &&
    changed.length === 1 &&
    appeared.every((unit) => place(unit) === place(changed[0])) &&
    appeared.length <= 1 &&
    lineIds.every((id) => total(b, id) <= total(a, id)) &&
    lineIds.some((id) => total(b, id) < total(a, id))
  );
}

describe('guard: clamping', () => {
  const dimensions: Dimension[] = ['carrierService', 'node', 'shipments', 'quantity'];
  it.each(dimensions)(
    'moves to the cheapest permitted plan of the neighbourhood (%s, against brute force)',
    (dimension) => {
      let moved = 0;
      for (let seed = 0; seed < 120; seed++) {
        const dice = diceFrom(seed);
        const known = snapshot({
          items: [item(), item({ itemId: 'B', weightGrams: 2500 })],
          nodes: ['EAST', 'WEST', 'NORTH'].map((nodeId) =>
            node({ nodeId, capacity: dice.chance(0.3) ? 2 + dice.upTo(4) : null }),
          ),
          lanes: ['EAST', 'WEST', 'NORTH'].flatMap((nodeId) =>
            ['AIR', 'GROUND'].map((carrierService) =>
              lane({
                nodeId,
                carrierService,
                expedited: carrierService === 'AIR',
                distanceKm: dice.upTo(900),
                rate: { base: 200 + dice.upTo(900), perKg: 20 + dice.upTo(200), minimum: 0, fuelShare: 0 },
              }),
            ),
          ),
          supply: ['EAST', 'WEST', 'NORTH'].flatMap((nodeId) =>
            ['A', 'B'].map((itemId) => position({ nodeId, itemId, onHand: 1 + dice.upTo(6) })),
          ),
        });
        const asked = request({
          lines: [line({ orderedQty: 3 }), line({ orderLineId: '2', itemId: 'B', orderedQty: 2 })],
        });
        const limit = (400 + dice.upTo(2500)) / 100;
        const policy = policyWith([
          dimension === 'quantity'
            ? { id: 'available-to-promise', rule: 'available-to-promise', severity: 'clamp', move: [dimension] }
            : {
                id: 'ceiling',
                rule: 'freight-ceiling',
                severity: 'clamp',
                move: [dimension],
                threshold: `${limit.toFixed(2)} EUR`,
              },
        ]);
        const all = everyDraft(asked, known);
        const reprice = repriceFor(asked, known);
        const start = dice.of(all);
        const [guarded] = guard(asked, [reprice(start)!], policy, known, reprice).candidates;
        if (guarded!.outcomes.every(({ verdict }) => verdict !== 'CLAMP')) continue;
        const lineIds = asked.order.lines.map(({ orderLineId }) => orderLineId);
        const permitted = all
          .filter(({ shipments }) => isNeighbour(start.shipments, shipments, dimension, lineIds))
          .map((plan) => reprice(plan)!)
          .filter((candidate) => permits(asked, candidate, policy, known));
        const cheapest = Math.min(...permitted.map(({ rawScore }) => rawScore));
        expect(guarded!.final?.rawScore, `seed ${seed}`).toBe(cheapest);
        moved++;
      }
      expect(moved).toBeGreaterThan(5);
    },
  );

  it('denies after three rounds that came to nothing', () => {
    const policy = policyWith([
      { id: 'ceiling', rule: 'freight-ceiling', severity: 'clamp', move: ['carrierService'], threshold: '0.01 EUR' },
    ]);
    const asked = request();
    const known = snapshot();
    const candidate = candidateOf(asked, known, draft(['EAST', 'AIR', { '1': 5 }]));
    const [guarded] = guard(asked, [candidate], policy, known, repriceFor(asked, known)).candidates;
    expect(guarded).toMatchObject({ verdict: 'DENY', final: null, clamped: null });
    expect(guarded?.outcomes).toMatchObject([{ ruleId: 'ceiling', verdict: 'DENY' }]);
  });

  it('goes on to what a second rule wants moved, and keeps raw, clamped and final plan', () => {
    // Ground from EAST is too far for the second rule; WEST is near, and only air is barred by the first.
    const known = snapshot({
      lanes: [
        lane({
          carrierService: 'AIR',
          expedited: true,
          distanceKm: 100,
          rate: { base: 9000, perKg: 0, minimum: 0, fuelShare: 0 },
        }),
        lane({ carrierService: 'GROUND', distanceKm: 2000 }),
        lane({ nodeId: 'WEST', distanceKm: 200 }),
      ],
    });
    const policy = policyWith([
      { id: 'expedite', rule: 'expedite-spend', severity: 'clamp', move: ['carrierService'], threshold: '20.00 EUR' },
      { id: 'distance', rule: 'distance-limit', severity: 'clamp', move: ['node'], threshold: '500 km' },
    ]);
    const asked = request();
    const candidate = candidateOf(asked, known, draft(['EAST', 'AIR', { '1': 5 }]));
    const [guarded] = guard(asked, [candidate], policy, known, repriceFor(asked, known)).candidates;
    expect(guarded?.verdict).toBe('CLAMP');
    expect(guarded?.raw).toBe(candidate);
    expect(guarded?.clamped?.plan.shipments.map(({ nodeId, carrierService }) => `${nodeId}/${carrierService}`)).toEqual(
      ['WEST/GROUND'],
    );
    expect(guarded?.final).toBe(guarded?.clamped);
  });
});

describe('guard: failing closed', () => {
  const asked = request();
  const known = snapshot();
  const candidate = candidateOf(asked, known, draft(['EAST', 'GROUND', { '1': 5 }]));

  it('denies where a rule throws', () => {
    const policy = policyWith([
      {
        id: 'own',
        rule: 'cel',
        permit: 'plan.freight / (order.units - order.units) > 1',
        reasonCode: 'COST_THRESHOLD',
        severity: 'approve',
        approvals: [{ role: 'finance', expires: '1 hours', hold: 'KEEP' }],
      },
    ]);
    const [guarded] = guard(asked, [candidate], policy, known, repriceFor(asked, known)).candidates;
    expect(guarded).toMatchObject({ verdict: 'DENY', final: null });
    expect(guarded?.outcomes[0]?.message).toMatch(/could not be evaluated/);
  });

  it('denies where a measure is not a number, whatever the severity', () => {
    const policy = policyWith([
      {
        id: 'share',
        rule: 'freight-share',
        severity: 'approve',
        threshold: '99 percent',
        approvals: [{ role: 'finance', expires: '1 hours', hold: 'KEEP' }],
      },
    ]);
    const wild: Candidate = {
      ...candidate,
      plan: {
        ...candidate.plan,
        shipments: candidate.plan.shipments.map((shipment) => ({ ...shipment, freight: Number.NaN })),
      },
    };
    const outcomes = guard(asked, [wild], policy, known, repriceFor(asked, known)).candidates[0]!.outcomes;
    expect(outcomes.filter(({ verdict }) => verdict === 'DENY').map(({ ruleId }) => ruleId)).toEqual([
      'scores-valid',
      'share',
    ]);
  });

  it('denies money of another currency than the policy, where a threshold is in money', () => {
    const policy = policyWith([{ id: 'ceiling', rule: 'freight-ceiling', threshold: '900.00 EUR' }]);
    const dollars = request({ currency: 'USD' });
    const [guarded] = guard(dollars, [candidate], policy, known, repriceFor(dollars, known)).candidates;
    expect(guarded?.verdict).toBe('DENY');
    expect(guarded?.outcomes[0]?.message).toMatch(/order is in USD, the policy in another currency/);
  });

  it('denies a value beyond the last band of approvers', () => {
    const policy = policyWith([
      {
        id: 'ask',
        rule: 'freight-ceiling',
        severity: 'approve',
        threshold: '1.00 EUR',
        approvals: [{ upTo: '7.99 EUR', role: 'finance', expires: '1 hours', hold: 'KEEP' }],
      },
    ]);
    expect(guard(asked, [candidate], policy, known, repriceFor(asked, known)).candidates[0]?.verdict).toBe('DENY');
  });
});
