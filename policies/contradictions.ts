import { CUSTOMER_TIERS } from '#domain/order.ts';
import { type Bounds, both, boundsOf, constantOf, isEmpty } from './cel-bounds.ts';
import type { RuleDocument, Scope } from './policy.ts';
import type { Path, PolicyProblem } from './problems.ts';
import { kindOf } from './resolve-rule.ts';
import type { LimitRule } from './rule.ts';

type Place = (path: Path, problem: string, remedy: string) => PolicyProblem;

const NEVER = 'lower the threshold, or remove the rule';

/** Whether everything in the narrow scope is in the wide one. */
function covers(wide: Scope, narrow: Scope): boolean {
  return (Object.keys(wide) as (keyof Scope)[]).every((key) => {
    const inner: readonly string[] | undefined = narrow[key];
    const outer: readonly string[] | undefined = wide[key];
    return outer === undefined || inner?.every((name) => outer.includes(name)) === true;
  });
}

function againstRange(rule: RuleDocument, kind: LimitRule, place: Place): PolicyProblem[] {
  const variant = rule.variants.at(-1)!;
  const limits = CUSTOMER_TIERS.map((tier) => variant.limit![tier]);
  const [least, most] = kind.range;
  const max = kind.direction === 'max';
  if (limits.every((limit) => (max ? limit >= most : limit <= least)))
    return [place(['threshold'], `the rule can never fire: ${kind.summary} is never ${max ? 'more' : 'less'}`, NEVER)];
  if (variant.severity !== 'approve' && limits.some((limit) => (max ? limit < least : limit > most)))
    return [
      place(
        ['threshold'],
        `the rule leaves no plan at all: ${kind.summary} is always ${max ? 'more' : 'less'}`,
        'correct the threshold',
      ),
    ];
  return [];
}

/** An approval beyond which, or a milder limit behind which, another rule has denied already. */
function behindOthers(rule: RuleDocument, kind: LimitRule, all: Iterable<RuleDocument>, place: Place): PolicyProblem[] {
  const mine = rule.variants.at(-1)!;
  for (const other of all) {
    const theirs = other.variants[0]!;
    if (
      other.ruleId === rule.ruleId ||
      other.kind !== rule.kind ||
      theirs.appliesTo !== null ||
      theirs.severity === 'approve'
    )
      continue;
    if (!covers(other.scope, rule.scope)) continue;
    const same = CUSTOMER_TIERS.every((tier) => mine.limit![tier] === theirs.limit![tier]);
    // Of two that are the same, the later name is the one too many.
    if (same && mine.severity === theirs.severity && rule.ruleId < other.ruleId) continue;
    const stopped = CUSTOMER_TIERS.every((tier) =>
      kind.direction === 'max' ? theirs.limit![tier] <= mine.limit![tier] : theirs.limit![tier] >= mine.limit![tier],
    );
    if (stopped)
      return [
        place(
          ['threshold'],
          `the rule can never fire: \`${other.ruleId}\` stops everything before it`,
          `set it below \`${other.ruleId}\`, or remove it`,
        ),
      ];
  }
  return [];
}

function unusedBands(rule: RuleDocument, kind: LimitRule, place: Place): PolicyProblem[] {
  const { limit, approvals } = rule.variants.at(-1)!;
  const [first] = approvals;
  if (!first || first.upTo === null) return [];
  const bound = first.upTo;
  const useless = CUSTOMER_TIERS.every((tier) =>
    kind.direction === 'max' ? bound <= limit![tier] : bound >= limit![tier],
  );
  return useless
    ? [
        place(
          ['approvals', 0, 'upTo'],
          'nobody is ever asked in this band: the threshold lies beyond it',
          'raise `upTo`, or lower the threshold',
        ),
      ]
    : [];
}

function ownRules(rules: ReadonlyMap<string, RuleDocument>, places: ReadonlyMap<string, Place>): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const asked: { ruleId: string; scope: Scope; bounds: ReadonlyMap<string, Bounds> }[] = [];
  for (const { ruleId, permit, variants, scope } of rules.values()) {
    const place = places.get(ruleId);
    if (permit === null || !place) continue;
    const constant = constantOf(permit);
    if (constant === true)
      problems.push(place(['permit'], 'the rule can never fire: it is always true', 'remove the rule'));
    if (constant === false)
      problems.push(place(['permit'], 'the rule leaves no plan at all: it is always false', 'write a condition'));
    if (variants[0]!.severity === 'approve' || variants[0]!.appliesTo !== null) continue;
    const bounds = boundsOf(permit);
    for (const other of [...asked, { ruleId, scope, bounds: new Map<string, Bounds>() }]) {
      if (!covers(other.scope, scope) && !covers(scope, other.scope)) continue;
      for (const [field, bound] of bounds) {
        const theirs = other.bounds.get(field);
        if (!isEmpty(theirs ? both(bound, theirs) : bound)) continue;
        const beside = theirs ? `\`${other.ruleId}\` and this rule leave nothing` : 'the rule leaves nothing';
        problems.push(
          place(['permit'], `${beside}: no \`${field}\` fits both comparisons`, 'correct one of the two limits'),
        );
      }
    }
    asked.push({ ruleId, scope, bounds });
  }
  return problems;
}

/** Rules that can never speak, and rules that leave no plan: each is a mistake of whoever wrote it. */
export function contradictions(
  rules: ReadonlyMap<string, RuleDocument>,
  places: ReadonlyMap<string, Place>,
): PolicyProblem[] {
  const problems = ownRules(rules, places);
  for (const rule of rules.values()) {
    const kind = kindOf.get(rule.kind);
    const place = places.get(rule.ruleId);
    if (!kind || kind.hard || !place) continue;
    problems.push(
      ...againstRange(rule, kind, place),
      ...behindOthers(rule, kind, rules.values(), place),
      ...unusedBands(rule, kind, place),
    );
  }
  return problems;
}
