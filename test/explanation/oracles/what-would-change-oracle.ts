import { formatMoney } from '#domain/money.ts';
import { CUSTOMER_TIERS } from '#domain/order.ts';
import {
  type DecidedOn,
  decideOn,
  outcomeOn,
  planOn,
  withCeilings,
  withLanesOf,
  withOrder,
  withPromise,
  withTier,
  withUnits,
} from './decided-on.ts';
import type { Found, Oracle, Value } from './oracle.ts';
import { ofOrder } from './recorded-order.ts';

type Decided = ReturnType<typeof decideOn>;

/** A lever's change that alters the outcome. */
interface Change {
  readonly lever: string;
  readonly amount: number;
  readonly shown: string;
  readonly then: Decided;
}

/** Tries changes of one order, and notes what the answer claims and deciding again refutes. */
interface Trial {
  readonly on: DecidedOn;
  readonly recorded: Decided;
  /** The decision, where its outcome is another. */
  readonly altered: (changed: DecidedOn) => Decided | null;
  readonly claimed: (lever: string, words: RegExp) => RegExpExecArray | null;
  readonly refute: (what: string) => void;
}

const MOST_DAYS = 30;
const plural = (amount: number, unit: string): string => `${amount} ${unit}${amount === 1 ? '' : 's'}`;

/** Days are few: all are tried, the fewest first. */
function promises({ on, recorded, altered }: Trial): Change[] {
  const { promiseDate } = on.request.order;
  if (promiseDate === null) return [];
  const first = (most: number, sign: 1 | -1): Change[] => {
    for (let days = 1; days <= most; days++) {
      const then = altered(withPromise(on, sign * days));
      const shown = `a promise ${plural(days, 'day')} ${sign > 0 ? 'later' : 'earlier'}`;
      if (then) return [{ lever: 'promiseDate', amount: days, shown, then }];
    }
    return [];
  };
  // Only what is sourced in full is asked what a harder promise would do, and no promise is made for the past.
  const ahead = Math.min(MOST_DAYS, Math.floor((promiseDate - on.request.decidedAt) / 86_400_000));
  return [...first(MOST_DAYS, 1), ...(recorded.status === 'FULLY_SOURCED' ? first(ahead, -1) : [])];
}

/** The place and units that the answer claims: they must do it, and one unit less must not, there or anywhere else. */
function stocks({ on, altered, claimed, refute }: Trial): Change[] {
  const { lanes, supply } = on.snapshot;
  const reached = new Set(lanes.map(({ nodeId }) => nodeId));
  const places = supply.filter(
    ({ nodeId, itemId }) => reached.has(nodeId) && on.request.order.lines.some((line) => line.itemId === itemId),
  );
  const at = (place: (typeof supply)[number], qty: number): Decided | null =>
    qty > 0 ? altered(withUnits(on, qty, (one) => one.nodeId === place.nodeId && one.itemId === place.itemId)) : null;
  const claim = claimed('stock', /^(\d+) more units? of (\S+) at (\S+)$/);
  const amount = claim ? Number(claim[1]) : 4097;
  for (const place of places)
    if (at(place, amount - 1)) refute(`${amount - 1} more units of ${place.itemId} at ${place.nodeId} do it`);
  const place = places.find(({ itemId, nodeId }) => itemId === claim?.[2] && nodeId === claim[3]);
  const then = place && at(place, amount);
  if (!place || !then) return [];
  return [
    { lever: 'stock', amount, shown: `${plural(amount, 'more unit')} of ${place.itemId} at ${place.nodeId}`, then },
  ];
}

/** Without a claim, raises of every size must do nothing. */
function caps({ on, altered, claimed, refute }: Trial): Change[] {
  const raised = (by: number): Decided | null => (by > 0 ? altered(withCeilings(on, (limit) => limit + by)) : null);
  const claim = claimed('freightCap', /^a freight cap ([\d.]+) \w+ higher$/);
  if (!claim) {
    for (let by = 1; by <= 1_048_576; by *= 4) if (raised(by)) refute(`a freight cap ${by} minor units higher does it`);
    return [];
  }
  const { currency } = on.request.order;
  // As it is shown, with as many decimals as the currency has: without the point it is minor units.
  const amount = Number(claim[1]!.replace('.', ''));
  const then = raised(amount);
  if (raised(amount - 1)) refute(`a freight cap ${amount - 1} minor units higher does it`);
  return then
    ? [{ lever: 'freightCap', amount, shown: `a freight cap ${formatMoney(amount, currency)} higher`, then }]
    : [];
}

/** Of all choices that leave a plan the one whose plan costs least; the first of equals. */
function best(lever: string, choices: readonly (readonly [string, DecidedOn])[], { altered }: Trial): Change[] {
  const found: Change[] = [];
  for (const [shown, changed] of choices) {
    const then = altered(changed);
    if (then?.chosen) found.push({ lever, amount: 1, shown, then });
  }
  const cost = ({ then }: Change): number => then.chosen?.costs.total ?? Number.MAX_VALUE;
  const least = Math.min(...found.map(cost));
  return found.filter((one) => cost(one) === least).slice(0, 1);
}

const LEVERS: Readonly<Record<string, (trial: Trial) => Change[]>> = {
  promiseDate: promises,
  stock: stocks,
  freightCap: caps,
  customerTier: (trial) =>
    best(
      'customerTier',
      CUSTOMER_TIERS.filter((tier) => tier !== trial.on.request.order.customerTier).map((tier) => [
        `customer tier ${tier}`,
        withTier(trial.on, tier),
      ]),
      trial,
    ),
  carrierService: (trial) =>
    best(
      'carrierService',
      [...new Set(trial.on.snapshot.lanes.map((lane) => lane.carrierService))]
        .sort()
        .map((name) => [`only ${name}`, withLanesOf(trial.on, null, name)]),
      trial,
    ),
  split(trial) {
    const whole = (trial.recorded.chosen?.plan.shipments.length ?? 0) > 1;
    const changed = withOrder(trial.on, { maxSplits: whole ? 1 : null });
    return best('split', [[whole ? 'one shipment only' : 'splitting allowed', changed]], trial);
  },
};

const whatWouldChange = ofOrder(({ at, one, each }, log, asked, said) => {
  const on = log.decidedOn(String(one('id')));
  const recorded = on.evidence.decision;
  const was = outcomeOn(recorded);
  const refuted: string[] = [];
  const trial: Trial = {
    on,
    recorded,
    altered(changed) {
      const then = decideOn(changed);
      const nothing = !recorded.chosen && !then.chosen;
      return nothing || outcomeOn(then) === was ? null : then;
    },
    claimed: (lever, words) => words.exec(said.find((row) => row[0] === lever)?.[1] ?? ''),
    refute: (what) => refuted.push(what),
  };
  const changes = Object.entries(LEVERS).flatMap(([lever, search]) =>
    asked['lever'] === null || asked['lever'] === lever ? search(trial) : [],
  );
  // What ships more is said first.
  const ships = ({ then }: Change): number => ['PARTIALLY_SOURCED', 'FULLY_SOURCED'].indexOf(then.status);
  changes.sort((a, b) => ships(b) - ships(a));
  const wrong = changes.filter(({ shown }) => !said.some((row) => row[1] === shown));
  for (const { shown } of wrong) refuted.push(`\`${shown}\` does it too, or does it better`);
  const relaxed = [
    ...each('guard', "e.value ->> '$.relaxation.text' AS text", "e.value ->> '$.relaxation.text' IS NOT NULL"),
    ...each(
      'exception.nearest[0].outcomes',
      "e.value ->> '$.relaxation.text' AS text",
      "e.value ->> '$.relaxation.text' IS NOT NULL",
    ),
  ];
  const status = at('status');
  return {
    sentences: [
      changes.length > 0 ? { status, n: changes.length, plan: planOn(recorded) } : { status, plan: planOn(recorded) },
      ...changes.slice(0, 2).map(
        ({ amount, then }): Found => ({
          change: amount,
          status: then.status,
          plan: planOn(then),
          cost: then.chosen?.costs.total ?? null,
          step: 1,
        }),
      ),
      ...relaxed.slice(0, 1).map(({ text }): Found => ({ relaxation: text! })),
    ],
    rows: changes.map(({ lever, amount, then }): Value[] => [
      lever,
      amount,
      then.status,
      planOn(then),
      then.chosen?.costs.total ?? null,
    ]),
    refuted,
  };
});

export const WOULD_CHANGE_ORACLES: Readonly<Record<string, Oracle>> = { 'what-would-change': whatWouldChange };
