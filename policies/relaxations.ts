import type { Candidate, Reprice } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { GuardOutcome, Relaxation } from '#domain/guard.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { type ActiveRule, activeRules, evaluate } from './evaluate.ts';
import { LEVERS_OF, type LeverMove } from './levers.ts';
import { draftOf } from './neighbourhood.ts';
import { orderContext, planFacts } from './plan-facts.ts';
import type { Policy } from './policy.ts';
import { formatQuantity } from './quantity.ts';
import { STEP, type Unit } from './rule.ts';

/** The least n in 1..max with `passes(n)`, found by doubling and halving; null where even max does not pass. */
function leastStep(max: number, passes: (steps: number) => boolean): number | null {
  if (max < 1) return null;
  let high = 1;
  while (!passes(high)) {
    if (high >= max) return null;
    high = Math.min(max, high * 2);
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle;
  }
  // Verified on both sides: this step flips the denial, one less does not.
  return passes(high) && (high === 1 || !passes(high - 1)) ? high : null;
}

/** The largest threshold change that is looked for, in steps: ten million euros in cents. */
const MAX_STEPS = 1e9;

/** The threshold after n steps of its unit; money and counts stay whole. */
function moved(limit: number, unit: Unit, towards: 1 | -1, steps: number): number {
  return Number((limit + towards * steps * STEP[unit]).toFixed(6));
}

export interface RelaxationsInput {
  readonly request: DecisionRequest;
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  readonly candidate: Candidate;
  /** What the guard said about the candidate. */
  readonly outcomes: readonly GuardOutcome[];
  /** Prices a draft under changed facts; needed where a promise moves, because risks depend on it. */
  readonly repriceUnder: (request: DecisionRequest, snapshot: Snapshot) => Reprice;
}

/**
 * The outcomes, each denial with the smallest change that would have let the candidate past its rule: of the
 * threshold, where the rule says who may change it, or of a fact whose lever the policy gives to somebody. Found by
 * running the rules again, on the step before too; a change that brings another rule up is not enough. Null where
 * nobody may change anything, or no single change is enough.
 */
export function relaxationsFor(input: RelaxationsInput): GuardOutcome[] {
  const active = activeRules(input.policy, input.request.order);
  return input.outcomes.map((outcome) => {
    if (outcome.verdict !== 'DENY' || outcome.candidateId !== input.candidate.candidateId) return outcome;
    const rule = active.find((candidate) => candidate.rule.ruleId === outcome.ruleId);
    return rule ? { ...outcome, relaxation: byThreshold(rule, input) ?? byFact(rule, input) } : outcome;
  });
}

/** The rules that the candidate does not get past as it is. */
function standing(rules: readonly ActiveRule[], input: RelaxationsInput, candidate = input.candidate): Set<string> {
  const context = orderContext(input.request, input.snapshot, input.policy);
  const { spoken } = evaluate(rules, context, candidate);
  return new Set(spoken.flatMap(({ active, verdict }) => (verdict === 'REQUIRE_APPROVAL' ? [] : [active.rule.ruleId])));
}

function byThreshold(active: ActiveRule, input: RelaxationsInput): Relaxation | null {
  const { rule, limit } = active;
  const { code, relaxable } = rule;
  if (!relaxable || limit === null || code === null || code.hard) return null;
  const towards = code.direction === 'max' ? 1 : -1;
  const bound =
    relaxable.upTo === null ? MAX_STEPS : Math.floor(Math.abs(relaxable.upTo - limit) / STEP[code.unit] + 1e-9);
  const at = (steps: number): number => moved(limit, code.unit, towards, steps);
  const steps = leastStep(bound, (n) => standing([{ ...active, limit: at(n) }], input).size === 0);
  if (steps === null) return null;
  const { currency } = input.policy;
  const change = formatQuantity(Math.abs(at(steps) - limit), code.unit, currency);
  return {
    lever: 'threshold',
    path: `/policy/rules/${rule.ruleId}/threshold`,
    from: limit,
    to: at(steps),
    unit: code.unit,
    changeableBy: relaxable.changeableBy,
    text: `${rule.ruleId} ${towards === 1 ? '+' : '-'}${change}`,
  };
}

function byFact(active: ActiveRule, input: RelaxationsInput): Relaxation | null {
  const { request, snapshot, policy, candidate } = input;
  const context = orderContext(request, snapshot, policy);
  const moves = LEVERS_OF[active.rule.kind]?.(planFacts(context, candidate)) ?? [];
  for (const move of moves) {
    const lever = policy.levers[move.lever];
    if (!lever) continue;
    const max = Math.min(move.maxSteps, lever.upTo ?? Number.POSITIVE_INFINITY);
    const steps = leastStep(max, (n) => passesAfter(active, input, move, n));
    if (steps === null) continue;
    return {
      lever: move.lever,
      path: move.path,
      from: move.from,
      to: move.after(steps).value,
      unit: move.unit,
      changeableBy: lever.changeableBy,
      text: move.text(steps),
    };
  }
  return null;
}

/**
 * A rule keeps silent where the fault is another's: more units than safety stock leaves are no business of protection.
 * So the other rules are asked too, and none may stand against the plan that did not before.
 */
function passesAfter(active: ActiveRule, input: RelaxationsInput, move: LeverMove, steps: number): boolean {
  const { request, snapshot } = move.after(steps);
  const changed = { ...input, request, snapshot };
  const candidate = move.scoresAgain
    ? input.repriceUnder(request, snapshot)(draftOf(input.candidate.plan))
    : input.candidate;
  if (candidate === null || standing([active], changed, candidate).size > 0) return false;
  const before = standing(activeRules(input.policy, input.request.order), input);
  const after = standing(activeRules(input.policy, request.order), changed, candidate);
  return [...after].every((ruleId) => before.has(ruleId));
}
