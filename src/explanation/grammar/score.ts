import type { Plan, Signal } from '#explanation/catalogue/plan.ts';
import { type IntentModel, likelihoods, REFUSED, type Refused } from './intent.ts';
import type { Reading } from './reading.ts';

export interface Scored {
  readonly plan: Plan;
  readonly points: number;
}

/** Names and dates alone make no question: what is left when they are taken away must speak for the plan. */
const SLOT_SIGNALS: ReadonlySet<Signal> = new Set([
  'PERIOD',
  'NUMBER',
  'ORDER_ID',
  'NODE_ID',
  'CARRIER_ID',
  'ZONE_ID',
  'CUSTOMER_ID',
  'TIER_ID',
  'CHANNEL_ID',
  'OWNER_ID',
]);

const STRANGE_WORD = 0.35;
const MOST_STRANGE = 2.1;

function pointsOf({ intent }: Plan, { signals, strange }: Reading): number {
  if (intent.needs && !intent.needs.some((signal) => signals.has(signal))) return Number.NEGATIVE_INFINITY;
  let points = -Math.min(MOST_STRANGE, strange * STRANGE_WORD);
  for (const [signal, value] of Object.entries(intent.points) as [Signal, number][])
    if (signals.has(signal)) points += value;
  for (const [a, b, value] of intent.together ?? []) if (signals.has(a) && signals.has(b)) points += value;
  if (intent.about === 'order') points += signals.has('ORDER_ID') ? 1 : 0;
  return points;
}

/** How much what was learnt and what the concepts say count. */
const LEARNT = 5;
const SAID = 0.4;

/** Plans by how well they fit, best first. `order`: whether the question is about one order. */
export function scorePlans(
  catalogue: readonly Plan[],
  reading: Reading,
  order: boolean,
  learnt?: IntentModel,
): Scored[] {
  const likely = likelihoods(reading, learnt);
  const about = catalogue.filter(({ intent }) => (intent.about === 'order') === order);
  // About a named order only plans of an order, or none.
  const open = reading.signals.has('ORDER_ID')
    ? [...about.map(({ name }) => name), ...REFUSED].reduce((sum, label) => sum + (likely.get(label) ?? 0), 0)
    : 1;
  return about
    .map((plan) => {
      const said = Math.max(0, pointsOf(plan, reading));
      return { plan, points: LEARNT * ((likely.get(plan.name) ?? 0) / open) + SAID * said };
    })
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points);
}

/** Above this the refused kinds together are likelier than all plans. */
const REFUSING = 0.6;

/** The kind of question that is refused, where that is likelier than every plan. */
export function refusedAs(reading: Reading, learnt?: IntentModel): Refused | null {
  const likely = likelihoods(reading, learnt);
  const [most] = [...REFUSED].sort((a, b) => likely.get(b)! - likely.get(a)!);
  const all = REFUSED.reduce((sum, label) => sum + likely.get(label)!, 0);
  return all > REFUSING ? most! : null;
}

/** What the question says apart from names and dates. */
export function substance(reading: Reading): number {
  return [...reading.signals].filter((signal) => !SLOT_SIGNALS.has(signal)).length;
}
