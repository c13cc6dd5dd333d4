import { CUSTOMER_TIERS } from '#domain/order.ts';
import type { RuleDocument } from './policy.ts';
import type { Path, PolicyProblem } from './problems.ts';
import { kindOf } from './resolve-rule.ts';
import type { Unit } from './rule.ts';

type Place = (path: Path, problem: string, remedy: string) => PolicyProblem;

/** What a measure in this unit can be at all. */
const RANGES: Readonly<Partial<Record<Unit, readonly [number, number]>>> = { probability: [0, 1] };

/** Rules that can never speak, or that leave no plan at all: each is a mistake of whoever wrote it. */
export function contradictions(
  rule: RuleDocument,
  all: ReadonlyMap<string, RuleDocument>,
  place: Place,
): PolicyProblem[] {
  const kind = kindOf.get(rule.kind);
  const variant = rule.variants.at(-1);
  if (!kind || kind.hard || !variant?.limit) return [];
  const { limit } = variant;
  const problems: PolicyProblem[] = [];
  const range = RANGES[kind.unit];
  if (range && kind.direction === 'max' && CUSTOMER_TIERS.every((tier) => limit[tier] >= range[1]))
    problems.push(
      place(['threshold'], 'the rule can never fire: nothing measures more', 'lower the threshold, or remove the rule'),
    );
  void all;
  return problems;
}
