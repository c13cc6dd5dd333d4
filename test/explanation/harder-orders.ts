import type { Decision } from '#domain/decision.ts';
import { CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { DAY_MS } from '#domain/time.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { PolicyDocument, RuleDocument } from '#policies/policy.ts';
import type { LimitRule, Unit } from '#policies/rule.ts';
import { RULE_KINDS } from '#policies/rule-kinds.ts';
import type { Facts } from '../policies/relaxed.ts';

export type Random = () => number;

export const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
const upTo = (random: Random, most: number): number => 1 + Math.floor(random() * most);

const withDocument = (facts: Facts, change: Partial<PolicyDocument>): Facts => ({
  ...facts,
  policy: policyFromDocument({ ...facts.policy.document, ...change }),
});

/** One limit for every tier. */
const forAll = (of: (tier: CustomerTier) => number) =>
  Object.fromEntries(CUSTOMER_TIERS.map((tier) => [tier, of(tier)])) as Record<CustomerTier, number>;

/** Every ceiling of the freight, as the policy's document says it. */
export const withCeilings = (facts: Facts, of: (known: number) => number, severity?: 'deny' | 'approve'): Facts =>
  withDocument(facts, {
    rules: facts.policy.document.rules.map((rule) =>
      rule.kind === 'freight-ceiling'
        ? {
            ...rule,
            move: severity === 'deny' ? [] : rule.move,
            variants: rule.variants.map((variant) => ({
              ...variant,
              severity: severity === 'deny' && variant.approvals.length === 0 ? 'deny' : variant.severity,
              limit: variant.limit && forAll((tier) => of(variant.limit![tier])),
            })),
          }
        : rule,
    ),
  });

const withOrder = (facts: Facts, change: Partial<Facts['request']['order']>): Facts => ({
  ...facts,
  request: { ...facts.request, order: { ...facts.request.order, ...change } },
});

const withSupply = (facts: Facts, change: (known: SupplyPosition) => Partial<SupplyPosition>): Facts => ({
  ...facts,
  snapshot: { ...facts.snapshot, supply: facts.snapshot.supply.map((known) => ({ ...known, ...change(known) })) },
});

const withNodes = (facts: Facts, change: Partial<Facts['snapshot']['nodes'][number]>): Facts => ({
  ...facts,
  snapshot: { ...facts.snapshot, nodes: facts.snapshot.nodes.map((known) => ({ ...known, ...change })) },
});

/** A way in which an order becomes harder to serve. */
type Way = (facts: Facts, random: Random, freight: number) => Facts;

const ceiling =
  (severity?: 'deny'): Way =>
  (facts, random, freight) =>
    withCeilings(facts, () => Math.max(1, Math.round(freight * (0.5 + random() / 2))), severity);

export const LIMIT_UNITS = ['minorUnits', 'share', 'probability', 'shipments', 'days', 'km'] as const satisfies Unit[];

/** The policy with one more rule, which denies. */
function withLimit(facts: Facts, kind: LimitRule, most: number, changeableBy: string | null): Facts {
  const rule: RuleDocument = {
    ruleId: 'drawn-limit',
    kind: kind.kind,
    move: [],
    reasonCode: kind.reasonCode,
    scope: {},
    variants: [{ level: 'company', appliesTo: null, severity: 'deny', limit: forAll(() => most), approvals: [] }],
    permit: null,
    message: kind.summary,
    owner: 'planning',
    source: 'drawn',
    relaxable: changeableBy === null ? null : { changeableBy, upTo: null },
  };
  const others = facts.policy.document.rules.filter(({ ruleId }) => ruleId !== rule.ruleId);
  return withDocument(facts, { rules: [...others, rule] });
}

/** Left out is the share of orders moved: it asks what the ERP would have done, and so does the fuzz. */
const LIMIT_RULES = RULE_KINDS.filter((one): one is LimitRule => !one.hard && one.kind !== 'moved-share');

const sooner = (facts: Facts, random: Random): Facts => {
  const { promiseDate } = facts.request.order;
  return promiseDate === null ? facts : withOrder(facts, { promiseDate: promiseDate - upTo(random, 6) * DAY_MS });
};

/** Nodes with a backlog, an order due now and by a service that nobody runs: there is something to measure. */
const strained = (facts: Facts, random: Random): Facts =>
  withOrder(withNodes(facts, { backlog: upTo(random, 40) }), {
    promiseDate: facts.request.decidedAt,
    preferredCarrierServices: ['NONE'],
  });

/** A rule that denies whatever it can measure, whose threshold somebody may change. */
const limit =
  (unit: Unit): Way =>
  (facts, random) => {
    const kind = pick(
      random,
      LIMIT_RULES.filter((one) => one.unit === unit),
    );
    const strictest = kind.direction === 'max' ? Math.max(0, kind.range[0]) : Math.min(1_000_000, kind.range[1]);
    return withLimit(strained(facts, random), kind, strictest, 'planning');
  };

/** A promise that may be late by no day or by no odds, in a policy where only the promise can give. */
const punctual: Way = (facts, random) => {
  const late = pick(
    random,
    LIMIT_RULES.filter(({ kind }) => kind === 'promise-lateness' || kind === 'delay-risk-limit'),
  );
  return withLimit(sooner(facts, random), late, late.unit === 'days' ? 0 : 0.05 + random() * 0.2, null);
};

/** One of each item at every node, and more asked for than that. */
const scarce = (facts: Facts): Facts => {
  const { nodes } = facts.snapshot;
  const one = { onHand: 1, reserved: 0, allocated: 0, safetyStock: 0, supplyProtectionQty: 0, receiptsDue: [] };
  const lines = facts.request.order.lines.map((line) => ({ ...line, orderedQty: nodes.length + 1 }));
  return withOrder(
    withSupply(facts, () => one),
    { lines },
  );
};

/** Nothing but protected supply; null: no priority opens it. */
const allProtected = (facts: Facts, protectedPriority: number | null): Facts =>
  withSupply(facts, ({ onHand }) => ({
    safetyStock: 0,
    supplyProtectionQty: Math.max(0, onHand),
    protectedPriority,
    receiptsDue: [],
  }));

const WAYS: readonly Way[] = [
  ceiling('deny'),
  ceiling(),
  (facts, random) => withOrder(facts, { maxSplits: upTo(random, 2) }),
  (facts) => withOrder(scarce(facts), { shipComplete: false, allowPartial: true, maxSplits: 1 }),
  (facts) => withOrder(scarce(facts), { shipComplete: true, allowPartial: true }),
  (facts) => withOrder(scarce(facts), { shipComplete: false, allowPartial: false }),
  (facts) => withOrder(facts, { creditStatus: 'HOLD' }),
  sooner,
  punctual,
  (facts, random) => withSupply(facts, ({ onHand }) => ({ safetyStock: Math.floor(onHand * random()) })),
  (facts, random) => withSupply(facts, ({ onHand }) => ({ supplyProtectionQty: Math.floor(onHand * random()) })),
  (facts) => withSupply(facts, ({ onHand }) => ({ safetyStock: Math.max(0, onHand), receiptsDue: [] })),
  (facts) => allProtected(facts, null),
  // For better priorities only, where nobody may give up the protection itself.
  (facts, random) => {
    const { supplyProtection: _, ...levers } = facts.policy.document.levers;
    const kept = withOrder(allProtected(facts, upTo(random, 4)), { priority: 5 + upTo(random, 4) });
    return withDocument(kept, { levers });
  },
  (facts, random) => withSupply(facts, ({ onHand }) => ({ onHand: Math.floor(onHand * random()) })),
  (facts, random) => withNodes(facts, { capacity: upTo(random, 9) }),
  // What is received today finds no room: the search looks for a day with room for what is on hand.
  (facts, random) => {
    const { lines } = facts.request.order;
    const received = withSupply(facts, () => ({
      onHand: 1,
      reserved: 0,
      allocated: 0,
      safetyStock: 0,
      supplyProtectionQty: 0,
      receiptsDue: [{ qty: 1000, dueAt: facts.request.decidedAt }],
    }));
    const room = { capacity: lines.length + upTo(random, 2) - 1, capacityUom: 'UNIT', capacityConsumed: {} } as const;
    return withOrder(withNodes(received, room), { shipComplete: true });
  },
  ...LIMIT_UNITS.map(limit),
];

/**
 * An order of the world made harder, so that every lever has something to lift: each way in its turn, once alone and then
 * with up to two others. Every fourth order is left as the world has it.
 */
export function harder(run: number, facts: Facts, decided: Decision, random: Random): Facts {
  if (run % 4 === 3) return facts;
  const turn = run - Math.floor(run / 4);
  const freight = decided.chosen?.plan.shipments.reduce((sum, one) => sum + one.freight, 0) ?? 0;
  let changed = WAYS[turn % WAYS.length]!(facts, random, freight);
  for (let others = turn < WAYS.length ? 0 : Math.floor(random() * 3); others > 0; others--)
    changed = pick(random, WAYS)(changed, random, freight);
  return changed;
}

/** So many orders see every way once. */
export const ORDERS_FOR_ALL = Math.ceil((WAYS.length * 4) / 3);
