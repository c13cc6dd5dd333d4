import { expect, it } from 'vitest';
import type { Reprice } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { GuardOutcome } from '#domain/guard.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { guard } from '#policies/guard.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { Policy, PolicyDocument } from '#policies/policy.ts';
import { relaxationsFor } from '#policies/relaxations.ts';
import { RULE_KINDS } from '#policies/rule-kinds.ts';
import { type Dice, diceFrom, randomDraft, randomPolicy, randomRequest, randomSnapshot } from './random-world.ts';
import { type Facts, oneStepLess, withValue } from './relaxed.ts';
import { repriceFor } from './world.ts';

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
      const denials = (facts: Facts): Set<string> => {
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
        return new Set(said.filter(({ verdict }) => verdict === 'DENY').map((outcome) => outcome.ruleId));
      };
      const facts = { request, snapshot, policy };
      const before = denials(facts);
      // The rule is silent, and no other has come up in its place.
      const passes = (changed: Facts): boolean => {
        const after = denials(changed);
        return !after.has(ruleId) && [...after].every((other) => before.has(other));
      };
      const label = `seed ${seed}, ${ruleId}: ${relaxation.text}`;
      expect(passes(withValue(facts, relaxation.path, relaxation.to)), label).toBe(true);
      const less = oneStepLess(relaxation);
      expect(passes(less === null ? facts : withValue(facts, relaxation.path, less)), label).toBe(false);
      seen[relaxation.lever] = (seen[relaxation.lever] ?? 0) + 1;
    }
  }
  for (const lever of ['threshold', ...LEVERS]) expect.soft(seen[lever] ?? 0, lever).toBeGreaterThan(1);
}, 90_000);
