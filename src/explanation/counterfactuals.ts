import type { Decision, DecisionRequest } from '#domain/decision.ts';
import { formatMoney } from '#domain/money.ts';
import { CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { DAY_MS } from '#domain/time.ts';
import type { Redecision } from './sources.ts';

export const LEVER_NAMES = ['promiseDate', 'customerTier', 'freightCap', 'stock', 'carrierService', 'split'] as const;
export type LeverName = (typeof LEVER_NAMES)[number];

/** A change of what somebody can change, and what was decided with it. */
export interface Counterfactual {
  readonly lever: LeverName;
  /** For people: `promise 2 days later`, `12 units of X at Y`. */
  readonly text: string;
  readonly amount: number;
  readonly unit: string;
  readonly decision: Decision;
  /** True where there is a step below, which was decided too and leaves the outcome as it was; categories have none. */
  readonly step: boolean;
}

/** What counts as another outcome: status, and where the goods go from and by what. */
export function outcomeOf(decision: Decision): string {
  const plan =
    decision.chosen?.plan.shipments.map(({ nodeId, carrierService }) => `${nodeId}/${carrierService}`).sort() ?? [];
  return `${decision.status} ${decision.approvals.length > 0 ? 'approval' : ''} ${plan.join('+')}`;
}

/** The changes that a question may ask for; each leaves the rest as it was recorded. */
export interface Change {
  readonly promiseShiftDays?: number;
  readonly promiseDate?: number;
  readonly customerTier?: CustomerTier;
  /** Minor units. */
  readonly freightCap?: number;
  /** Minor units on top of each cap. */
  readonly freightCapRaise?: number;
  readonly carrierService?: string;
  readonly carrier?: string;
  readonly splitAllowed?: boolean;
  readonly stock?: { readonly nodeId: string; readonly itemId: string; readonly addQty: number };
  readonly nodeId?: string;
}

function withRequest(request: DecisionRequest, change: Change): DecisionRequest {
  const { order } = request;
  const promise =
    change.promiseDate ??
    (change.promiseShiftDays === undefined || order.promiseDate === null
      ? order.promiseDate
      : order.promiseDate + change.promiseShiftDays * DAY_MS);
  return {
    ...request,
    order: {
      ...order,
      promiseDate: promise,
      customerTier: change.customerTier ?? order.customerTier,
      ...(change.splitAllowed === undefined ? {} : { maxSplits: change.splitAllowed ? null : 1 }),
      ...(change.nodeId === undefined
        ? {}
        : { firmNodeId: change.nodeId, lines: order.lines.map((line) => ({ ...line, firmNodeId: change.nodeId! })) }),
    },
  };
}

function withSnapshot(snapshot: Snapshot, change: Change): Snapshot {
  const { stock, carrierService, carrier, customerTier } = change;
  return {
    ...snapshot,
    ...(stock
      ? {
          supply: snapshot.supply.map((one) =>
            one.nodeId === stock.nodeId && one.itemId === stock.itemId
              ? { ...one, onHand: one.onHand + stock.addQty }
              : one,
          ),
        }
      : {}),
    ...(carrierService || carrier
      ? {
          lanes: snapshot.lanes.filter(
            (lane) =>
              (carrierService === undefined || lane.carrierService === carrierService) &&
              (carrier === undefined || lane.carrier === carrier),
          ),
        }
      : {}),
    ...(customerTier && snapshot.customer ? { customer: { ...snapshot.customer, customerTier } } : {}),
  };
}

/** The order decided again with something changed. Nothing is written. */
export function decideWith({ request, snapshot, policy, decide }: Redecision, change: Change): Decision {
  const { freightCap: cap, freightCapRaise: raise } = change;
  const limitOf = (limit: Record<CustomerTier, number>): Record<CustomerTier, number> =>
    Object.fromEntries(CUSTOMER_TIERS.map((tier) => [tier, cap ?? limit[tier] + (raise ?? 0)])) as Record<
      CustomerTier,
      number
    >;
  const capped =
    cap === undefined && raise === undefined
      ? policy
      : {
          ...policy,
          rules: policy.rules.map((rule) =>
            rule.kind === 'freight-ceiling'
              ? {
                  ...rule,
                  variants: rule.variants.map((variant) =>
                    variant.limit ? { ...variant, limit: limitOf(variant.limit) } : variant,
                  ),
                }
              : rule,
          ),
        };
  return decide(withRequest(request, change), withSnapshot(snapshot, change), capped);
}

const MOST_DAYS = 30;
/** Positions in which more stock is tried: those with the least to give come first. */
const MOST_PLACES = 6;
const MOST_UNITS = 4096;
const MOST_MINOR_UNITS = 1_048_576;

/**
 * The least whole amount from 1 whose change alters the outcome: doubling, then bisection between an amount that leaves
 * it and one that does not. Both ends were decided, so it is tight where it stands.
 */
export function leastAmount(
  most: number,
  alters: (amount: number) => Decision | null,
): { amount: number; decision: Decision } | null {
  // Where the most does nothing, nothing less is tried: each try decides the order again.
  const furthest = alters(most);
  if (!furthest) return null;
  let low = 0;
  let high = 1;
  let found = alters(high);
  while (!found && high < most) {
    low = high;
    high = Math.min(most, high * 2);
    found = high === most ? furthest : alters(high);
  }
  if (!found) return null;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const decision = alters(middle);
    if (decision) {
      high = middle;
      found = decision;
    } else low = middle;
  }
  return { amount: high, decision: found };
}

/** Every lever that alters the outcome, with its smallest change; none is guessed, each is decided again. */
export function counterfactuals(recorded: Decision, redecision: Redecision, only?: LeverName): Counterfactual[] {
  const before = outcomeOf(recorded);
  const { order } = redecision.request;
  const out: Counterfactual[] = [];
  const altered = (change: Change): Decision | null => {
    const decision = decideWith(redecision, change);
    return outcomeOf(decision) === before ? null : decision;
  };
  const search = (
    lever: LeverName,
    most: number,
    unit: string,
    changeOf: (amount: number) => Change,
    words: (amount: number) => string,
  ): void => {
    const found = leastAmount(most, (amount) => altered(changeOf(amount)));
    if (found)
      out.push({ lever, text: words(found.amount), amount: found.amount, unit, decision: found.decision, step: true });
  };
  const wants = (lever: LeverName): boolean => only === undefined || only === lever;
  if (wants('promiseDate') && order.promiseDate !== null) {
    search(
      'promiseDate',
      MOST_DAYS,
      'days',
      (days) => ({ promiseShiftDays: days }),
      (days) => `a promise ${days} ${days === 1 ? 'day' : 'days'} later`,
    );
    if (recorded.status === 'FULLY_SOURCED')
      search(
        'promiseDate',
        MOST_DAYS,
        'days',
        (days) => ({ promiseShiftDays: -days }),
        (days) => `a promise ${days} ${days === 1 ? 'day' : 'days'} earlier`,
      );
  }
  if (wants('stock')) {
    const places = redecision.snapshot.supply
      .filter(({ itemId }) => order.lines.some((line) => line.itemId === itemId))
      .sort((a, b) => a.onHand - b.onHand);
    const found = places.slice(0, MOST_PLACES).flatMap(({ nodeId, itemId }) => {
      const least = leastAmount(MOST_UNITS, (addQty) => altered({ stock: { nodeId, itemId, addQty } }));
      return least ? [{ nodeId, itemId, ...least }] : [];
    });
    const best = found.sort((a, b) => a.amount - b.amount)[0];
    if (best)
      out.push({
        lever: 'stock',
        text: `${best.amount} more ${best.amount === 1 ? 'unit' : 'units'} of ${best.itemId} at ${best.nodeId}`,
        amount: best.amount,
        unit: 'units',
        decision: best.decision,
        step: true,
      });
  }
  if (wants('freightCap')) {
    if (redecision.policy.rules.some(({ kind }) => kind === 'freight-ceiling'))
      search(
        'freightCap',
        MOST_MINOR_UNITS,
        'minor units',
        (more) => ({ freightCapRaise: more }),
        (more) => `a freight cap ${formatMoney(more, order.currency)} higher`,
      );
  }
  const categories: [LeverName, string, Change][] = [
    ...CUSTOMER_TIERS.filter((tier) => tier !== order.customerTier).map((tier): [LeverName, string, Change] => [
      'customerTier',
      `customer tier ${tier}`,
      { customerTier: tier },
    ]),
    ...[...new Set(redecision.snapshot.lanes.map(({ carrierService }) => carrierService))]
      .sort()
      .map((carrierService): [LeverName, string, Change] => [
        'carrierService',
        `only ${carrierService}`,
        { carrierService },
      ]),
    [
      'split',
      (recorded.chosen?.plan.shipments.length ?? 0) > 1 ? 'one shipment only' : 'splitting allowed',
      { splitAllowed: (recorded.chosen?.plan.shipments.length ?? 0) <= 1 },
    ],
  ];
  for (const lever of ['customerTier', 'carrierService', 'split'] as const) {
    if (!wants(lever)) continue;
    const options = categories
      .filter(([name]) => name === lever)
      .flatMap(([, text, change]) => {
        const decision = altered(change);
        return decision ? [{ text, decision }] : [];
      });
    // The cheapest change of a category: the one whose new plan costs least.
    const best = options.sort(
      (a, b) =>
        (a.decision.chosen?.finalScore ?? Number.MAX_SAFE_INTEGER) -
        (b.decision.chosen?.finalScore ?? Number.MAX_SAFE_INTEGER),
    )[0];
    if (best) out.push({ lever, text: best.text, amount: 1, unit: 'change', decision: best.decision, step: false });
  }
  return out;
}
