import type { Currency } from '#domain/money.ts';
import { CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import { DomainError } from '#domain/problems.ts';
import { compileCel } from './cel.ts';
import type { AppliesTo, ApprovalBand, Level, RuleDocument, RuleVariant, Scope } from './policy.ts';
import type { Path } from './problems.ts';
import { parseQuantity } from './quantity.ts';
import type { RuleKind, Unit } from './rule.ts';
import { RULE_KINDS } from './rule-kinds.ts';
import type { RuleSource } from './source.ts';

export const kindOf: ReadonlyMap<string, RuleKind> = new Map(RULE_KINDS.map((kind) => [kind.kind, kind]));

/** Where a rule stands, and where its problems go. */
export interface RulePlace {
  readonly level: Level;
  readonly appliesTo: AppliesTo | null;
  readonly currency: Currency;
  readonly approvers: Readonly<Record<string, readonly string[]>>;
  readonly report: (path: Path, problem: string, remedy: string) => void;
}

/** The quantity in `unit`; reports and gives NaN where it cannot be read. */
export function readQuantity(
  place: Pick<RulePlace, 'currency' | 'report'>,
  path: Path,
  text: string,
  unit: Unit,
): number {
  const parsed = parseQuantity(text, unit, place.currency);
  if (parsed.ok) return parsed.value;
  place.report(path, parsed.problem, parsed.remedy);
  return Number.NaN;
}

function limitOf(rule: RuleSource, kind: RuleKind | undefined, place: RulePlace): RuleVariant['limit'] {
  if (kind === undefined || kind.hard) {
    for (const key of ['threshold', 'thresholdByTier'] as const)
      if (rule[key] !== undefined)
        place.report([key], `\`${rule.rule}\` has no threshold`, 'remove it; the facts of the order decide');
    return null;
  }
  const common =
    rule.threshold === undefined ? kind.defaultLimit : readQuantity(place, ['threshold'], rule.threshold, kind.unit);
  const limits = {} as Record<CustomerTier, number>;
  for (const tier of CUSTOMER_TIERS) {
    const own = rule.thresholdByTier?.[tier];
    const limit = own === undefined ? common : readQuantity(place, ['thresholdByTier', tier], own, kind.unit);
    if (limit === null) {
      place.report([], `no threshold for tier ${tier}`, 'add `threshold`, or `thresholdByTier` for every tier');
      return null;
    }
    limits[tier] = limit;
  }
  return limits;
}

function bandsOf(rule: RuleSource, kind: RuleKind | undefined, place: RulePlace): ApprovalBand[] {
  const bands = rule.approvals ?? [];
  return bands.map((band, index) => {
    const path = ['approvals', index];
    if (!Object.hasOwn(place.approvers, band.role))
      place.report(
        [...path, 'role'],
        `no approver holds the role \`${band.role}\``,
        `add \`${band.role}\` to \`approvers\` of the company policy`,
      );
    if (band.upTo === undefined && index < bands.length - 1)
      place.report(path, 'a band without `upTo` stands before others', 'give it a bound or move it to the end');
    let upTo: number | null = null;
    if (band.upTo !== undefined) {
      if (kind === undefined || kind.hard)
        place.report([...path, 'upTo'], `\`${rule.rule}\` has no value to bound`, 'remove `upTo`');
      else upTo = readQuantity(place, [...path, 'upTo'], band.upTo, kind.unit);
    }
    const before = bands[index - 1]?.upTo;
    if (upTo !== null && before !== undefined && kind && !kind.hard) {
      const reached = parseQuantity(before, kind.unit, place.currency);
      if (reached.ok && (kind.direction === 'max' ? upTo <= reached.value : upTo >= reached.value))
        place.report(
          [...path, 'upTo'],
          `the band is never reached: the one before goes as far as \`${before}\``,
          'order the bands from small to large',
        );
    }
    const expiresInMinutes = readQuantity(place, [...path, 'expires'], band.expires, 'minutes');
    return { upTo, role: band.role, expiresInMinutes, holdMeanwhile: band.hold };
  });
}

function checkSeverity(rule: RuleSource, kind: RuleKind | undefined, place: RulePlace): void {
  const { severity } = rule;
  if (kind?.hard && severity === 'approve')
    place.report(
      ['severity'],
      `\`${rule.rule}\` is a rule of the ERP that nobody approves away`,
      'write `deny`, or `clamp`',
    );
  if (severity === 'approve' && rule.approvals === undefined && !kind?.hard)
    place.report(['severity'], 'nobody is named to approve', 'add `approvals` with a role, or write `deny`');
  if (severity !== 'approve' && rule.approvals !== undefined)
    place.report(
      ['approvals'],
      `severity \`${severity}\` asks nobody`,
      'write `severity: approve`, or remove `approvals`',
    );
  if (severity !== 'clamp' && rule.move !== undefined)
    place.report(['move'], `severity \`${severity}\` moves nothing`, 'write `severity: clamp`, or remove `move`');
  if (severity !== 'clamp') return;
  const possible = kind?.moves ?? rule.move ?? [];
  if (possible.length === 0)
    place.report(
      ['severity'],
      `nothing can move for \`${rule.rule}\``,
      kind ? 'write `deny`' : 'add `move` with what may move',
    );
  for (const [index, dimension] of (rule.move ?? []).entries())
    if (kind && !kind.moves.includes(dimension))
      place.report(
        ['move', index],
        `moving \`${dimension}\` does not help \`${rule.rule}\``,
        `use ${kind.moves.join(', ') || 'another severity'}`,
      );
}

function checkHard(rule: RuleSource, kind: RuleKind, place: RulePlace): void {
  if (rule.id !== kind.kind)
    place.report(['id'], `\`${kind.kind}\` is always in force under its own name`, `write \`id: ${kind.kind}\``);
  for (const key of ['scope', 'relaxable', 'mayLoosen'] as const)
    if (rule[key] !== undefined)
      place.report([key], `\`${kind.kind}\` is a rule of the ERP that nothing relaxes`, `remove \`${key}\``);
}

function checkExpression(rule: RuleSource, place: RulePlace): void {
  if (rule.rule !== 'cel') {
    if (rule.permit !== undefined)
      place.report(['permit'], `\`${rule.rule}\` has its condition built in`, 'write `rule: cel`, or remove `permit`');
    if (rule.reasonCode !== undefined)
      place.report(['reasonCode'], `\`${rule.rule}\` has its own reason code`, 'remove `reasonCode`');
    return;
  }
  if (rule.reasonCode === undefined) place.report([], 'a rule in CEL without a reason code', 'add `reasonCode`');
  if (rule.permit === undefined) {
    place.report([], 'a rule in CEL without `permit`', 'add `permit: <condition>`');
    return;
  }
  try {
    compileCel(rule.permit);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    place.report(['permit'], error.message, String(error.facts['remedy']));
  }
}

/** Drops absent keys, so that the same scope has one canonical form. */
function scopeOf(scope: RuleSource['scope']): Scope {
  const sorted: Record<string, string[]> = {};
  for (const [key, list] of Object.entries(scope ?? {})) if (list !== undefined) sorted[key] = [...list].sort();
  return sorted;
}

/** A rule of one file in plain data, with what that file says as its only variant. Reports every problem it finds. */
export function resolveRule(rule: RuleSource, place: RulePlace): RuleDocument {
  const kind = kindOf.get(rule.rule);
  checkSeverity(rule, kind, place);
  if (kind?.hard) checkHard(rule, kind, place);
  checkExpression(rule, place);
  const limit = limitOf(rule, kind, place);
  const approvals = bandsOf(rule, kind, place);
  let relaxable: RuleDocument['relaxable'] = null;
  if (rule.relaxable) {
    const { by, upTo } = rule.relaxable;
    if (kind === undefined)
      place.report(['relaxable'], 'a rule in CEL has no threshold to relax', 'remove `relaxable`');
    else if (!kind.hard)
      relaxable = {
        changeableBy: by,
        upTo: upTo === undefined ? null : readQuantity(place, ['relaxable', 'upTo'], upTo, kind.unit),
      };
  }
  return {
    ruleId: rule.id,
    kind: rule.rule,
    move: rule.severity === 'clamp' ? [...(rule.move ?? kind?.moves ?? [])].sort() : [],
    reasonCode: rule.reasonCode ?? kind?.reasonCode ?? 'COST_THRESHOLD',
    scope: scopeOf(rule.scope),
    variants: [{ level: place.level, appliesTo: place.appliesTo, severity: rule.severity, limit, approvals }],
    permit: rule.permit ?? null,
    message: rule.message,
    owner: rule.owner,
    source: rule.source,
    relaxable,
  };
}
