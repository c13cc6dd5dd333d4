import { expect, it } from 'vitest';
import type { Reprice } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { GuardOutcome, Relaxation } from '#domain/guard.ts';
import { CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { guard } from '#policies/guard.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { Policy, PolicyDocument } from '#policies/policy.ts';
import { relaxationsFor } from '#policies/relaxations.ts';
import { RULE_KINDS } from '#policies/rule-kinds.ts';
import { type Dice, diceFrom, randomDraft, randomPolicy, randomRequest, randomSnapshot } from './random-world.ts';
import { repriceFor } from './world.ts';

const STEPS: Readonly<Record<string, number>> = { share: 0.001, probability: 0.001 };
const ANYBODY = { changeableBy: 'somebody', upTo: null };
const LEVERS = [
  'safetyStock',
  'supplyProtection',
  'priority',
  'promiseDate',
  'creditStatus',
  'shipComplete',
  'maxSplits',
  'nodeCapacity',
];

/** A random policy in which somebody may change everything, and every rule denies. */
function openPolicy(dice: Dice): Policy {
  const { document } = randomPolicy(dice);
  // Two levers answer the same rule: each is offered in some of the policies.
  const offered = LEVERS.filter((name) => name !== 'supplyProtection' || dice.chance(0.5));
  const levers = Object.fromEntries(offered.map((name) => [name, ANYBODY])) as PolicyDocument['levers'];
  const rules = document.rules.map((rule) => ({
    ...rule,
    move: [],
    relaxable: dice.chance(0.5) && RULE_KINDS.some((kind) => kind.kind === rule.kind && !kind.hard) ? ANYBODY : null,
    variants: rule.variants.map((variant) => ({ ...variant, severity: 'deny' as const, approvals: [] })),
  }));
  return policyFromDocument({ ...document, levers, rules });
}

interface Facts {
  readonly request: DecisionRequest;
  readonly snapshot: Snapshot;
  readonly policy: Policy;
}

/** The facts with one value set by its pointer; the policy's threshold for every tier. */
function withValue({ request, snapshot, policy }: Facts, path: string, value: unknown): Facts {
  const [root, ...steps] = path.slice(1).split('/');
  if (root === 'policy') {
    const limit = Object.fromEntries(CUSTOMER_TIERS.map((tier) => [tier, value])) as Record<CustomerTier, number>;
    const rules = policy.document.rules.map((rule) =>
      rule.ruleId === steps[1] ? { ...rule, variants: rule.variants.map((variant) => ({ ...variant, limit })) } : rule,
    );
    return { request, snapshot, policy: policyFromDocument({ ...policy.document, rules }) };
  }
  const copy: { order: DecisionRequest['order']; snapshot: Snapshot } = structuredClone({
    order: request.order,
    snapshot,
  });
  let place: Record<string, unknown> = copy as unknown as Record<string, unknown>;
  for (const step of [root!, ...steps.slice(0, -1)]) place = place[step] as Record<string, unknown>;
  place[steps.at(-1)!] = typeof value === 'string' && steps.at(-1) === 'promiseDate' ? Date.parse(value) : value;
  // A hold may stand on the order, on the customer, or on both: lifting it lifts it.
  const customer =
    path === '/order/creditStatus' && copy.snapshot.customer
      ? { ...copy.snapshot.customer, creditStatus: 'OK' as const }
      : copy.snapshot.customer;
  return { request: { ...request, order: copy.order }, snapshot: { ...copy.snapshot, customer }, policy };
}

/** The value one step short of the relaxation; null where the step is the whole of it. */
function oneStepLess({ path, from, to, unit }: Relaxation): unknown {
  if (path.endsWith('promiseDate')) {
    const [a, b] = [Date.parse(String(from)), Date.parse(String(to))];
    return b - 86_400_000 === a ? null : new Date(b - 86_400_000).toISOString();
  }
  if (typeof from !== 'number' || typeof to !== 'number') return null;
  const step = STEPS[unit] ?? 1;
  const less = Number((to + (to > from ? -step : step)).toFixed(6));
  return Math.abs(less - from) < step / 2 ? null : less;
}

it('every relaxation flips its denial, and one step less does not', () => {
  const seen: Record<string, number> = {};
  for (let seed = 0; seed < 1200; seed++) {
    const dice = diceFrom(seed);
    const snapshot = randomSnapshot(dice);
    const request = randomRequest(dice, snapshot);
    const policy = openPolicy(dice);
    const risk = dice.next();
    // The later the promise, the smaller the risk of missing it.
    const repriceUnder = (asked: DecisionRequest, known: Snapshot): Reprice => {
      const days = ((asked.order.promiseDate ?? 0) - asked.decidedAt) / 86_400_000;
      return repriceFor(asked, known, () => ({
        stockout: risk,
        delay: Math.min(1, Math.max(0, risk / Math.max(1, days))),
        split: risk,
      }));
    };
    const candidate = repriceUnder(request, snapshot)(randomDraft(dice, snapshot, request.order.lines));
    if (!candidate) continue;
    const outcomes = guard(request, [candidate], policy, snapshot, repriceUnder(request, snapshot)).candidates[0]!
      .outcomes;
    for (const { ruleId, relaxation } of relaxationsFor({
      request,
      snapshot,
      policy,
      candidate,
      outcomes,
      repriceUnder,
    })) {
      if (!relaxation) continue;
      const denies = (facts: Facts): boolean => {
        const again = repriceUnder(
          facts.request,
          facts.snapshot,
        )({
          shipments: candidate.plan.shipments.map(({ nodeId, carrierService, assignments }) => ({
            nodeId,
            carrierService,
            assignments,
          })),
        })!;
        const said: readonly GuardOutcome[] = guard(
          facts.request,
          [again],
          facts.policy,
          facts.snapshot,
          repriceUnder(facts.request, facts.snapshot),
        ).candidates[0]!.outcomes;
        return said.some((outcome) => outcome.ruleId === ruleId && outcome.verdict === 'DENY');
      };
      const facts = { request, snapshot, policy };
      const label = `seed ${seed}, ${ruleId}: ${relaxation.text}`;
      expect(denies(withValue(facts, relaxation.path, relaxation.to)), label).toBe(false);
      const less = oneStepLess(relaxation);
      expect(denies(less === null ? facts : withValue(facts, relaxation.path, less)), label).toBe(true);
      seen[relaxation.lever] = (seen[relaxation.lever] ?? 0) + 1;
    }
  }
  for (const lever of ['threshold', ...LEVERS]) expect.soft(seen[lever] ?? 0, lever).toBeGreaterThan(1);
}, 90_000);
