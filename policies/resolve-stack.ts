import { CUSTOMER_TIERS } from '#domain/order.ts';
import type { AppliesTo, RuleDocument, RuleVariant } from './policy.ts';
import { kindOf, type RulePlace, readQuantity } from './resolve-rule.ts';
import type { RuleSource } from './source.ts';

const STRICTNESS = { approve: 0, clamp: 1, deny: 2 } as const;

/** What a wider policy allows narrower ones to loosen; null: nothing. */
export type Allowance = { readonly upTo: number | null } | null;

function beyond(direction: 'max' | 'min', limit: number, bound: number): boolean {
  return direction === 'max' ? limit > bound : limit < bound;
}

/** True where no order can be under both. */
function disjoint(a: AppliesTo | null, b: AppliesTo | null): boolean {
  return (['countries', 'zones', 'customers'] as const).some((key) => {
    const [ours, theirs] = [a?.[key], b?.[key]];
    return ours !== undefined && theirs !== undefined && !ours.some((name) => theirs.includes(name));
  });
}

/**
 * What a narrower policy says of a rule that a wider one has already. It may tighten; it loosens a threshold only as
 * far as the wider policy allows. Anything else it says would override silently, and is reported.
 */
export function narrowRule(
  wide: RuleDocument,
  allowance: Allowance,
  rule: RuleSource,
  resolved: RuleVariant,
  place: RulePlace,
): RuleDocument {
  const kind = kindOf.get(wide.kind);
  if (rule.rule !== wide.kind) {
    place.report(
      ['rule'],
      `\`${rule.id}\` is a \`${wide.kind}\` in the wider policy`,
      'use another id, or the same kind of rule',
    );
    return wide;
  }
  for (const key of ['scope', 'permit', 'move', 'relaxable', 'mayLoosen'] as const)
    if (rule[key] !== undefined)
      place.report(
        [key],
        `\`${rule.id}\` takes its \`${key}\` from the wider policy`,
        `remove \`${key}\`, or give the rule an id of its own`,
      );
  const asks = (path: string, problem: string): void =>
    place.report([path], problem, 'tighten it, or let the owner of the wider policy add `mayLoosen` to the rule');
  for (const wider of wide.variants) {
    if (disjoint(wider.appliesTo, resolved.appliesTo)) continue;
    if (STRICTNESS[resolved.severity] < STRICTNESS[wider.severity])
      asks('severity', `\`${resolved.severity}\` is milder than \`${wider.severity}\` of the ${wider.level} policy`);
    if (!kind || kind.hard || resolved.limit === null || wider.limit === null) continue;
    for (const tier of CUSTOMER_TIERS) {
      if (!beyond(kind.direction, resolved.limit[tier], wider.limit[tier])) continue;
      const far =
        allowance !== null && allowance.upTo !== null && beyond(kind.direction, resolved.limit[tier], allowance.upTo);
      if (allowance === null || far) {
        asks('threshold', `looser for ${tier} than the ${wider.level} policy ${far ? 'allows' : 'says'}`);
        break;
      }
    }
  }
  const inherited = wide.variants.at(-1)?.approvals ?? [];
  if (rule.approvals !== undefined && inherited.length > 0 && allowance === null)
    asks('approvals', `who approves \`${rule.id}\` stands in the wider policy`);
  const approvals = rule.approvals === undefined && resolved.severity === 'approve' ? inherited : resolved.approvals;
  return { ...wide, variants: [...wide.variants, { ...resolved, approvals }] };
}

export function allowanceOf(rule: RuleSource, place: RulePlace): Allowance {
  if (rule.mayLoosen === undefined) return null;
  const kind = kindOf.get(rule.rule);
  const { upTo } = rule.mayLoosen;
  if (kind === undefined || kind.hard) {
    if (kind === undefined)
      place.report(['mayLoosen'], 'a rule in CEL has no threshold to loosen', 'remove `mayLoosen`');
    return null;
  }
  return { upTo: upTo === undefined ? null : readQuantity(place, ['mayLoosen', 'upTo'], upTo, kind.unit) };
}
