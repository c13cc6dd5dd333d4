import type { Decision, Selection } from '#domain/decision.ts';
import { formatMoney } from '#domain/money.ts';
import { CUSTOMER_TIERS } from '#domain/order.ts';
import { atpFor, type SupplyPosition } from '#domain/supply.ts';
import { DAY_MS } from '#domain/time.ts';
import { type Change, selectWith } from './change.ts';
import { type Altered, firstAmount, leastAmount } from './least-amount.ts';
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
  readonly decision: Selection;
  /** True where there is a step below, which was decided too and leaves the outcome as it was; categories have none. */
  readonly step: boolean;
}

/** What counts as another outcome: status, and where the goods go from and by what. */
export function outcomeOf(decision: Selection): string {
  const plan =
    decision.chosen?.plan.shipments.map(({ nodeId, carrierService }) => `${nodeId}/${carrierService}`).sort() ?? [];
  return `${decision.status} ${decision.approvals.length > 0 ? 'approval' : ''} ${plan.join('+')}`;
}

const MOST_DAYS = 30;
/** Positions in which more stock is tried: few orders have as many, and those that lack fewest come first. */
const MOST_PLACES = 60;
const MOST_UNITS = 4096;
const MOST_MINOR_UNITS = 1_048_576;

interface Search {
  readonly recorded: Decision;
  readonly redecision: Redecision;
  /** The decision with the change, where its outcome is another; null where it is not. */
  readonly altered: (change: Change) => Selection | null;
}

const stepped = (lever: LeverName, unit: string, found: Altered, text: string): Counterfactual => ({
  lever,
  text,
  amount: found.amount,
  unit,
  decision: found.decision,
  step: true,
});

function promiseDates({ recorded, redecision, altered }: Search): Counterfactual[] {
  const { order, decidedAt } = redecision.request;
  const { promiseDate } = order;
  if (promiseDate === null) return [];
  const words = (days: number, way: string): string => `a promise ${days} ${days === 1 ? 'day' : 'days'} ${way}`;
  const later = leastAmount(MOST_DAYS, (days) => altered({ promiseShiftDays: days }));
  // A promise that nothing can keep makes the widest search of all, so days are taken off one by one; none before now.
  const ahead = Math.min(MOST_DAYS, Math.max(0, Math.floor((promiseDate - decidedAt) / DAY_MS)));
  const earlier =
    recorded.status === 'FULLY_SOURCED' ? firstAmount(ahead, (days) => altered({ promiseShiftDays: -days })) : null;
  return [
    ...(later ? [stepped('promiseDate', 'days', later, words(later.amount, 'later'))] : []),
    ...(earlier ? [stepped('promiseDate', 'days', earlier, words(earlier.amount, 'earlier'))] : []),
  ];
}

/** A position with what stands between it and the order's lines of its item. */
interface Place {
  readonly position: SupplyPosition;
  /** Units that it lacks to serve them all; infinite where it lacks none. */
  readonly lacks: number;
  /** Units that the order goes short of, where it does. */
  readonly short: number;
}

function placesOf({ recorded, redecision: { request, snapshot } }: Search): Place[] {
  const { lines, priority } = request.order;
  const reached = new Set(snapshot.lanes.map(({ nodeId }) => nodeId));
  const short = new Map(recorded.chosen?.plan.shortLines.map(({ orderLineId, qty }) => [orderLineId, qty]));
  return snapshot.supply
    .flatMap((position): Place[] => {
      const own = lines.filter(({ itemId }) => itemId === position.itemId);
      if (own.length === 0 || !reached.has(position.nodeId)) return [];
      const sum = (units: (line: (typeof own)[number]) => number): number =>
        own.reduce((total, line) => total + units(line), 0);
      const missing = sum(({ orderedQty }) => orderedQty) - atpFor(position, Number.NEGATIVE_INFINITY, priority);
      return [
        {
          position,
          lacks: missing > 0 ? missing : Number.POSITIVE_INFINITY,
          short: sum(({ orderLineId }) => short.get(orderLineId) ?? 0),
        },
      ];
    })
    .sort((a, b) => (a.lacks === b.lacks ? 0 : a.lacks - b.lacks))
    .slice(0, MOST_PLACES);
}

/** The place where the fewest more units alter the outcome. */
function stocks(search: Search): Counterfactual[] {
  const { recorded, altered } = search;
  const places = placesOf(search);
  // Where nothing can be sourced with plenty in all of them, nothing can with plenty in one.
  if (!recorded.chosen && !altered({ stock: places.map(({ position }) => ({ ...position, addQty: MOST_UNITS })) }))
    return [];
  let best: (Altered & { nodeId: string; itemId: string }) | null = null;
  // Round and round, until no other place does it with fewer units: one where plenty does nothing may do it with few.
  for (let at = 0, idle = 0; idle < places.length; at = (at + 1) % places.length) {
    const { position, lacks, short } = places[at]!;
    const { nodeId, itemId } = position;
    const most: number = best ? best.amount - 1 : MOST_UNITS;
    // What is lacking is where the outcome most often turns; once a place is found, others need do it with fewer only.
    const likely: number[] = best ? [] : [lacks, short];
    const found = leastAmount(most, (addQty) => altered({ stock: [{ nodeId, itemId, addQty }] }), likely);
    if (found) best = { nodeId, itemId, ...found };
    idle = found ? 1 : idle + 1;
  }
  if (!best) return [];
  const { amount, nodeId, itemId } = best;
  return [
    stepped('stock', 'units', best, `${amount} more ${amount === 1 ? 'unit' : 'units'} of ${itemId} at ${nodeId}`),
  ];
}

function freightCaps({ recorded, redecision, altered }: Search): Counterfactual[] {
  const ceilings = new Set(
    redecision.policy.rules.filter(({ kind }) => kind === 'freight-ceiling').map(({ ruleId }) => ruleId),
  );
  if (ceilings.size === 0) return [];
  // By how much plans went over their cap is where the outcome is most likely to turn.
  const spoken = [...recorded.guard, ...(recorded.exception?.nearest ?? []).flatMap(({ outcomes }) => outcomes)];
  const over = spoken.flatMap(({ ruleId, from, threshold }) =>
    ceilings.has(ruleId) && typeof from === 'number' && typeof threshold === 'number' ? [from - threshold] : [],
  );
  const found = leastAmount(MOST_MINOR_UNITS, (freightCapRaise) => altered({ freightCapRaise }), over);
  const { currency } = redecision.request.order;
  return found
    ? [stepped('freightCap', 'minor units', found, `a freight cap ${formatMoney(found.amount, currency)} higher`)]
    : [];
}

/** Of the choices that leave a plan, the one whose plan costs least; the first of those that cost the same. */
function category(
  lever: LeverName,
  choices: readonly (readonly [string, Change])[],
  { altered }: Search,
): Counterfactual[] {
  const cost = ({ chosen }: Selection): number => chosen!.finalScore;
  const [best] = choices
    .flatMap(([text, change]) => {
      const decision = altered(change);
      return decision?.chosen ? [{ text, decision }] : [];
    })
    .sort((a, b) => cost(a.decision) - cost(b.decision));
  return best ? [{ lever, text: best.text, amount: 1, unit: 'change', decision: best.decision, step: false }] : [];
}

const customerTiers = (search: Search): Counterfactual[] =>
  category(
    'customerTier',
    CUSTOMER_TIERS.filter((tier) => tier !== search.redecision.request.order.customerTier).map((customerTier) => [
      `customer tier ${customerTier}`,
      { customerTier },
    ]),
    search,
  );

const carrierServices = (search: Search): Counterfactual[] =>
  category(
    'carrierService',
    [...new Set(search.redecision.snapshot.lanes.map(({ carrierService }) => carrierService))]
      .sort()
      .map((carrierService) => [`only ${carrierService}`, { carrierService }]),
    search,
  );

function splits(search: Search): Counterfactual[] {
  const splitAllowed = (search.recorded.chosen?.plan.shipments.length ?? 0) <= 1;
  if (splitAllowed && search.redecision.request.order.maxSplits === null) return [];
  return category('split', [[splitAllowed ? 'splitting allowed' : 'one shipment only', { splitAllowed }]], search);
}

const LEVERS: Readonly<Record<LeverName, (search: Search) => Counterfactual[]>> = {
  promiseDate: promiseDates,
  stock: stocks,
  freightCap: freightCaps,
  customerTier: customerTiers,
  carrierService: carrierServices,
  split: splits,
};

/** A credit hold stands against every plan, whatever it is; none of these levers lifts it. */
function held({ request, snapshot, policy }: Redecision): boolean {
  const rule = policy.rules.find(({ kind }) => kind === 'credit-hold');
  const always = rule !== undefined && Object.keys(rule.scope).length === 0;
  const severe = rule?.variants.every(({ severity }) => severity === 'deny') ?? false;
  return always && severe && (request.order.creditStatus === 'HOLD' || snapshot.customer?.creditStatus === 'HOLD');
}

/**
 * Every lever that alters the outcome, with its smallest change; none is guessed, each is decided again. The order is
 * decided some tens of times: each lever brackets before it narrows. That nothing ships for another reason is no other
 * outcome.
 */
export function counterfactuals(recorded: Decision, redecision: Redecision, only?: LeverName): Counterfactual[] {
  if (!recorded.chosen && held(redecision)) return [];
  const before = outcomeOf(recorded);
  const altered = (change: Change): Selection | null => {
    const decision = selectWith(redecision, change);
    return outcomeOf(decision) === before || (!recorded.chosen && !decision.chosen) ? null : decision;
  };
  return Object.entries(LEVERS).flatMap(([lever, search]) =>
    only === undefined || only === lever ? search({ recorded, redecision, altered }) : [],
  );
}
