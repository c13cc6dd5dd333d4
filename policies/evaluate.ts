import type { Candidate } from '#domain/candidate.ts';
import type { Verdict } from '#domain/guard.ts';
import type { Order } from '#domain/order.ts';
import { type CelContext, celContext } from './cel-context.ts';
import { planFacts } from './plan-facts.ts';
import type { AppliesTo, ApprovalBand, Policy, PolicyRule, RuleVariant } from './policy.ts';
import type { Finding, OrderContext, PlanFacts, ShipmentFacts } from './rule.ts';

/** A rule as it stands for one order: its threshold, and how severe it is. */
export interface ActiveRule {
  readonly rule: PolicyRule;
  readonly variant: RuleVariant;
  /** For the order's tier; null where the rule has none. */
  readonly limit: number | null;
}

/** What a rule said about a plan. */
export interface Spoken {
  readonly active: ActiveRule;
  readonly finding: Finding;
  readonly verdict: Exclude<Verdict, 'ALLOW'>;
  /** Set where the verdict is REQUIRE_APPROVAL. */
  readonly band: ApprovalBand | null;
}

export interface Evaluated {
  readonly candidate: Candidate;
  readonly spoken: readonly Spoken[];
  readonly verdict: Verdict;
}

function isFor(appliesTo: AppliesTo | null, order: Order): boolean {
  if (appliesTo === null) return true;
  const { countries, zones, customers } = appliesTo;
  if (countries && !countries.includes(order.shipTo.country)) return false;
  if (zones && !zones.includes(order.shipTo.zone)) return false;
  return !customers || customers.includes(order.customerId);
}

/** The rules that are about this order, each as the narrowest policy of the stack has it. */
export function activeRules(policy: Policy, order: Order): ActiveRule[] {
  const active: ActiveRule[] = [];
  for (const rule of policy.rules) {
    const { tiers, channels } = rule.scope;
    if (tiers && !tiers.includes(order.customerTier)) continue;
    if (channels && !channels.includes(order.channel)) continue;
    const variant = rule.variants.findLast(({ appliesTo }) => isFor(appliesTo, order));
    if (variant) active.push({ rule, variant, limit: variant.limit?.[order.customerTier] ?? null });
  }
  return active;
}

function shipmentsIn({ scope }: PolicyRule, facts: PlanFacts): readonly ShipmentFacts[] {
  const { nodes, regions, itemClasses, carriers } = scope;
  if (!nodes && !regions && !itemClasses && !carriers) return facts.shipments;
  return facts.shipments.filter(
    ({ shipment, node }) =>
      (!nodes || nodes.includes(shipment.nodeId)) &&
      (!regions || (node !== undefined && regions.includes(node.region))) &&
      (!carriers || carriers.includes(shipment.carrier)) &&
      (!itemClasses ||
        shipment.assignments.some(({ itemId }) =>
          itemClasses.includes(facts.context.items.get(itemId)?.itemClass ?? ''),
        )),
  );
}

/** One plan under one policy for one order. CEL contexts are built once per plan, and only where a rule needs one. */
interface PlanUnderRules {
  readonly facts: PlanFacts;
  cel: CelContext | null;
}

/** What the rule finds against the plan; null: permitted. Throws what the rule throws. */
function findingOf({ rule, limit }: ActiveRule, under: PlanUnderRules): Finding | null {
  const { facts } = under;
  const { code, program } = rule;
  const money = program !== null || (code?.hard === false && code.unit === 'minorUnits');
  if (money && !facts.context.sameCurrency)
    throw new TypeError(`the order is in ${facts.context.order.currency}, the policy in another currency`);
  if (program) {
    if (shipmentsIn(rule, facts).length === 0) return null;
    under.cel ??= celContext(facts);
    if (program(under.cel)) return null;
    return { path: '/shipments', value: false, threshold: true, unit: '', detail: rule.permit ?? '' };
  }
  if (!code) throw new TypeError(`rule kind \`${rule.kind}\` is not known`);
  if (code.hard) return code.check(facts);
  if (limit === null) throw new TypeError('the rule has no threshold');
  const measure = code.measure(facts, shipmentsIn(rule, facts));
  if (measure === null) return null;
  const { value, path, detail } = measure;
  if (code.direction === 'max' ? value <= limit : value >= limit) return null;
  return { path, value, threshold: limit, unit: code.unit, detail };
}

function failed(reason: string): Finding {
  return { path: '', value: null, threshold: null, unit: '', detail: `the rule could not be evaluated: ${reason}` };
}

function bandFor({ rule, variant }: ActiveRule, value: Finding['value']): ApprovalBand | null {
  const floor = rule.code?.hard === false && rule.code.direction === 'min';
  for (const band of variant.approvals) {
    if (band.upTo === null) return band;
    if (typeof value === 'number' && (floor ? value >= band.upTo : value <= band.upTo)) return band;
  }
  return null;
}

/** What one rule says about one plan. Fails closed: a rule that throws, or meets what is not a number, denies. */
function speak(active: ActiveRule, under: PlanUnderRules): Spoken | null {
  let finding: Finding | null;
  try {
    finding = findingOf(active, under);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { active, finding: failed(reason), verdict: 'DENY', band: null };
  }
  if (finding === null) return null;
  if (typeof finding.value === 'number' && !Number.isFinite(finding.value))
    return { active, finding: { ...finding, value: String(finding.value) }, verdict: 'DENY', band: null };
  const { severity } = active.variant;
  if (severity !== 'approve') return { active, finding, verdict: severity === 'clamp' ? 'CLAMP' : 'DENY', band: null };
  const band = bandFor(active, finding.value);
  return { active, finding, verdict: band ? 'REQUIRE_APPROVAL' : 'DENY', band };
}

const WEIGHT = { ALLOW: 0, REQUIRE_APPROVAL: 1, CLAMP: 2, DENY: 3 } as const;

/** Every rule about one candidate; the worst verdict is the plan's. CLAMP here means: not as it is. */
export function evaluate(active: readonly ActiveRule[], context: OrderContext, candidate: Candidate): Evaluated {
  const under: PlanUnderRules = { facts: planFacts(context, candidate), cel: null };
  const spoken: Spoken[] = [];
  let verdict: Verdict = 'ALLOW';
  for (const rule of active) {
    const said = speak(rule, under);
    if (said === null) continue;
    spoken.push(said);
    if (WEIGHT[said.verdict] > WEIGHT[verdict]) verdict = said.verdict;
  }
  return { candidate, spoken, verdict };
}

/**
 * The same of many plans of one order, but of a denied one only that it is. What denied a plan before is asked first:
 * plans near each other most often fail alike.
 */
export function deniedEarly(active: readonly ActiveRule[], context: OrderContext): (candidate: Candidate) => Evaluated {
  let suspect: ActiveRule | undefined;
  return (candidate) => {
    const under: PlanUnderRules = { facts: planFacts(context, candidate), cel: null };
    const first = suspect && speak(suspect, under);
    if (first?.verdict === 'DENY') return { candidate, spoken: [first], verdict: 'DENY' };
    const spoken: Spoken[] = [];
    let verdict: Verdict = 'ALLOW';
    for (const rule of active) {
      const said = rule === suspect ? first : speak(rule, under);
      if (!said) continue;
      spoken.push(said);
      if (said.verdict === 'DENY') {
        suspect = rule;
        return { candidate, spoken, verdict: 'DENY' };
      }
      if (WEIGHT[said.verdict] > WEIGHT[verdict]) verdict = said.verdict;
    }
    return { candidate, spoken, verdict };
  };
}
