import { CUSTOMER_TIERS } from '#domain/order.ts';
import type { PolicyDocument, RuleDocument, RuleVariant } from './policy.ts';
import { formatQuantity } from './quantity.ts';
import { kindOf } from './resolve-rule.ts';

function thresholdWords(rule: RuleDocument, { limit }: RuleVariant, currency: PolicyDocument['currency']): string {
  const kind = kindOf.get(rule.kind);
  if (rule.permit !== null) return `permits where ${rule.permit}`;
  if (!kind || kind.hard || limit === null) return kind?.summary ?? rule.kind;
  const shown = (value: number): string => formatQuantity(value, kind.unit, currency);
  const same = CUSTOMER_TIERS.every((tier) => limit[tier] === limit.GOLD);
  const bound = same ? shown(limit.GOLD) : CUSTOMER_TIERS.map((tier) => `${tier} ${shown(limit[tier])}`).join(', ');
  return `${kind.summary}: at ${kind.direction === 'max' ? 'most' : 'least'} ${bound}`;
}

const SEVERITY_WORDS = { clamp: 'else moves', approve: 'else asks', deny: 'else denies' } as const;

function variantWords(rule: RuleDocument, variant: RuleVariant, currency: PolicyDocument['currency']): string {
  const kind = kindOf.get(rule.kind);
  const bands = variant.approvals.map(({ upTo, role, expiresInMinutes, holdMeanwhile }) => {
    const bound = upTo !== null && kind && !kind.hard ? ` up to ${formatQuantity(upTo, kind.unit, currency)}` : '';
    return `${role}${bound} within ${expiresInMinutes} minutes, hold ${holdMeanwhile === 'KEEP' ? 'kept' : 'released'}`;
  });
  const where = variant.appliesTo === null ? '' : ` for ${JSON.stringify(variant.appliesTo)}`;
  const who = bands.length > 0 ? ` (${bands.join('; ')})` : '';
  return `${thresholdWords(rule, variant, currency)}, ${SEVERITY_WORDS[variant.severity]}${who}${where}`;
}

/** What a rule says, in words: threshold, scope, who is asked, what may move. */
export function ruleWords(rule: RuleDocument, currency: PolicyDocument['currency']): string[] {
  const scope = Object.entries(rule.scope).map(([key, list]) => `${key} ${list.join(', ')}`);
  return [
    ...rule.variants.map((variant) => variantWords(rule, variant, currency)),
    ...(scope.length > 0 ? [`only ${scope.join('; ')}`] : []),
    ...(rule.move.length > 0 ? [`may move ${rule.move.join(', ')}`] : []),
    ...(rule.relaxable ? [`${rule.relaxable.changeableBy} may relax it for one order`] : []),
  ];
}

function flat(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    for (const [key, member] of Object.entries(value)) flat(member, path ? `${path}.${key}` : key, into);
  else into.set(path, JSON.stringify(value));
  return into;
}

/** What differs between two policies, a sentence a line; empty where they decide the same. */
export function diffPolicies(before: PolicyDocument, after: PolicyDocument): string[] {
  const lines: string[] = [];
  const general = ({ rules: _, stack: __, schema: ___, ...rest }: PolicyDocument) => flat(rest, '', new Map());
  const [was, is] = [general(before), general(after)];
  for (const key of [...new Set([...was.keys(), ...is.keys()])].sort())
    if (was.get(key) !== is.get(key))
      lines.push(`${key}: ${was.get(key) ?? 'nothing'} becomes ${is.get(key) ?? 'nothing'}`);
  const old = new Map(before.rules.map((rule) => [rule.ruleId, rule]));
  for (const rule of after.rules) {
    const previous = old.get(rule.ruleId);
    old.delete(rule.ruleId);
    const now = ruleWords(rule, after.currency);
    if (!previous) {
      lines.push(`rule \`${rule.ruleId}\` is new: ${now.join('; ')}`);
      continue;
    }
    const then = ruleWords(previous, before.currency);
    const gone = then.filter((words) => !now.includes(words));
    const come = now.filter((words) => !then.includes(words));
    if (gone.length > 0 || come.length > 0)
      lines.push(`rule \`${rule.ruleId}\`: ${gone.join('; ') || 'nothing'} becomes ${come.join('; ') || 'nothing'}`);
    for (const key of ['message', 'owner', 'source', 'reasonCode'] as const)
      if (previous[key] !== rule[key])
        lines.push(`rule \`${rule.ruleId}\`: ${key} \`${previous[key]}\` becomes \`${rule[key]}\``);
  }
  for (const rule of old.values())
    lines.push(`rule \`${rule.ruleId}\` is gone: ${ruleWords(rule, before.currency).join('; ')}`);
  return lines;
}
