import type { Role } from '#domain/principal.ts';
import { CATALOGUE, planNamed } from '#explanation/catalogue/catalogue.ts';
import type { Plan, Signal } from '#explanation/catalogue/plan.ts';
import type { Clock } from './calendar.ts';
import type { Directory } from './directory.ts';
import { type IntentModel, likelihoods } from './intent.ts';
import { ids, type Reading, readQuestion } from './reading.ts';
import { scoped } from './scope.ts';
import { refusedAs, type Scored, scorePlans } from './score.ts';
import { fillParameters, type Parameters } from './slots.ts';

export interface PlannedQuestion {
  readonly plan: string;
  readonly parameters: Parameters;
}

export const ABSTENTIONS = ['ambiguous', 'no_data', 'out_of_scope', 'not_permitted'] as const;
export type AbstentionKind = (typeof ABSTENTIONS)[number];

export interface Abstention {
  readonly abstain: AbstentionKind;
  /** One helpful sentence. */
  readonly message: string;
  /** The likeliest readings, at most three. */
  readonly choices: readonly (PlannedQuestion & { readonly answers: string })[];
}

export type Understanding = (PlannedQuestion & { readonly notes: readonly string[] }) | Abstention;

export interface Asking {
  readonly question: string;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly roles: readonly Role[];
  /** The plan before, for follow-ups. */
  readonly previous?: PlannedQuestion | undefined;
  /** Default: what ships. */
  readonly learnt?: IntentModel | undefined;
}

/** Calibrated on test/questions by `npm run questions`: below the first nothing fits, within the second two readings do. */
const ENOUGH_POINTS = 1.9;
const CLEAR_LEAD = 0.2;
/** A plan this likely by what was learnt outweighs single words. */
const SURE = 0.9;
/** A log younger than this is asked about the quarter before it began as well; the answer itself finds that empty. */
const QUARTER_MS = 90 * 86_400_000;

const FOLLOW_UP =
  /^(?:(?:can|could|may|might|would|please|now|i would like|let me|let us) .{0,20}\b(?:that|it|the same|this)\b.* instead$|and|what about|how about|same|the same|now|only|just|but|ok and|okay and|then|likewise|instead|also|for|ok|okay|restrict|limit|narrow|filter|exclude|without|as well|or|again|repeat|ditto|in|at|since|with|by|per|show that|show it|do that|that|those|break|broken|group|split (?:that|it|this) by|make it|not|yes)\b/;
const ONE_ORDER =
  /\b(?:this|that|the|my|our|an|his|her|its|one|said) (?:\w+ )?(?:order|decision|shipment|so)\b|\b(?:it|this one|that one)\b/;

/** `ok and demo 58?`, `the same for order 43 please`: another order, nothing else. */
const ONLY_AN_ORDER =
  /^(?:(?:ok|okay|yes|right|now|then|so|and|but|also|what about|how about|the same|same|ditto|likewise|that|this) ?)*(?:(?:for|about|on|with|of|order) ?)*#(?: (?:too|then|instead|as well))*$/;
/** Concepts that only narrow or group what was asked before. */
const OF_A_FOLLOW_UP: ReadonlySet<string> = new Set(
  'SHOW CHANGE GROUP CUSTOMER ITEM TIER CHANNEL ZONE SERVICE CARRIER NODE LANE'.split(' '),
);

const REFUSALS = {
  act: 'Questions only read: nothing is approved, cancelled, moved or sent from here. Use the console or the API for that.',
  forecast: 'Only what has been recorded can be answered, not what will be or what should be bought.',
  outside: 'That is not something the log of decisions can answer; ask about orders, exceptions, rules, risks or KPIs.',
} as const;

function abstention(abstain: AbstentionKind, message: string, choices: Abstention['choices'] = []): Abstention {
  return { abstain, message, choices };
}

function complete(plan: Plan, parameters: Parameters): Parameters | null {
  const parsed = plan.parameters.safeParse(parameters);
  return parsed.success ? (parsed.data as Parameters) : null;
}

function permitted(plan: Plan, roles: readonly Role[]): boolean {
  return plan.roles.some((role) => roles.includes(role));
}

const UNKNOWN_SIGNAL: Readonly<Record<string, Signal>> = {
  order: 'ORDER_ID',
  node: 'NODE_ID',
  carrier: 'CARRIER_ID',
  carrierService: 'CARRIER_ID',
  zone: 'ZONE_ID',
  customer: 'CUSTOMER_ID',
  item: 'ITEM_ID',
  rule: 'RULE_ID',
};

/** Reads as if the unknown things were known: what was asked is understood before it is said that there is none. */
function asIfKnown(reading: Reading): Reading {
  if (reading.unknown.length === 0) return reading;
  const signals = new Set(reading.signals);
  for (const { kind } of reading.unknown) if (kind !== null) signals.add(UNKNOWN_SIGNAL[kind] ?? 'NUMBER');
  if (reading.unknown.filter(({ kind }) => kind === 'node').length + ids(reading, 'node').length > 1)
    signals.add('TWO_NODES');
  if (reading.unknown.filter(({ kind }) => kind === 'carrier').length + ids(reading, 'carrier').length > 1)
    signals.add('TWO_CARRIERS');
  return { ...reading, signals };
}

function finish(scored: readonly Scored[], reading: Reading, asking: Asking, cut: boolean): Understanding {
  const usable = scored.flatMap(({ plan, points }) => {
    const parameters = complete(plan, fillParameters(plan, reading));
    return parameters ? [{ plan, parameters, points }] : [];
  });
  const best = usable[0];
  if (!best)
    return abstention('ambiguous', 'It is not clear which order, node, carrier or KPI is meant; please name it.');
  const near = usable.filter(({ points }) => best.points - points < CLEAR_LEAD);
  if (near.length > 1)
    return abstention(
      'ambiguous',
      'This can be read in more than one way; please choose.',
      near.slice(0, 3).map(({ plan, parameters }) => ({ plan: plan.name, parameters, answers: plan.answers })),
    );
  // `now the same with Lyon and Verona` names plan and nodes anew and keeps the rest.
  const kept =
    asking.previous?.plan === best.plan.name && FOLLOW_UP.test(reading.text)
      ? complete(best.plan, { ...asking.previous.parameters, ...best.parameters })
      : null;
  return answerable(best.plan, kept ?? best.parameters, asking, reading, cut);
}

function answerable(
  plan: Plan,
  parameters: Parameters,
  { roles, directory, clock }: Asking,
  reading: Reading,
  cut: boolean,
): Understanding {
  if (!permitted(plan, roles))
    return abstention('not_permitted', `This question needs one of the roles ${plan.roles.join(', ')}; ask an admin.`);
  const { recorded } = directory;
  const from = typeof parameters['from'] === 'string' ? Date.parse(parameters['from']) : undefined;
  const to = typeof parameters['to'] === 'string' ? Date.parse(parameters['to']) : undefined;
  if ((from !== undefined || to !== undefined) && plan.name !== 'risky-orders') {
    if (from !== undefined && from > clock.now)
      return abstention('no_data', 'That period lies ahead; only what has been recorded can be answered.');
    const before = recorded ? Math.max(0, QUARTER_MS - (recorded.to - recorded.from)) : 0;
    if (!recorded || (to !== undefined && to <= recorded.from - before))
      return abstention('no_data', 'Nothing is recorded for that period.');
  }
  const notes = cut ? ['quoted text, notes and instructions in the question were not read as part of it'] : [];
  for (const { raw, word } of reading.tokens)
    if (
      notes.length < 3 &&
      /^[a-z]{6,}$/i.test(raw) &&
      reading.words.includes(word) === false &&
      !reading.entities.some(
        ({ first, last }) => reading.tokens[first]?.raw === raw || reading.tokens[last]?.raw === raw,
      ) &&
      !reading.ranges.length
    )
      notes.push(`\`${raw}\` was read as a slip`);
  return { plan: plan.name, parameters, notes };
}

function followUp(reading: Reading, asking: Asking, own: readonly Scored[], cut: boolean): Understanding | null {
  const previous = asking.previous && planNamed(asking.previous.plan);
  if (!previous || !asking.previous) return null;
  // `this month`, `DC-LYON`: a name or a date alone narrows what was asked before.
  const alone = reading.words.every((word) => word === null);
  const begins = alone || FOLLOW_UP.test(reading.text);
  // `what about DEMO-0077?` and `same thing for October` ask nothing of their own.
  const empty =
    begins &&
    (/^(?:the )?same\b/.test(reading.text) || reading.words.filter(Boolean).length <= 4) &&
    !reading.hits.some(({ means }) => !OF_A_FOLLOW_UP.has(means));
  const strong = !empty && (own[0]?.points ?? 0) >= (begins ? ENOUGH_POINTS + 0.8 : ENOUGH_POINTS);
  if (strong || (!begins && reading.words.length > 7)) return null;
  const named = fillParameters(previous, reading);
  // What the follow-up names replaces what was asked before; a new member of a group takes the place of the old one.
  const added = Object.fromEntries(
    Object.entries(named).filter(([name]) => !(name === 'condition' && begins && Object.keys(named).length === 0)),
  );
  const merged: Record<string, unknown> = { ...asking.previous.parameters, ...added };
  if (named['carrierService'] !== undefined && named['carrier'] === undefined) delete merged['carrier'];
  if (named['carrier'] !== undefined && named['carrierService'] === undefined) delete merged['carrierService'];
  if (named['to'] !== undefined && named['from'] === undefined) delete merged['from'];
  if (Object.keys(added).length === 0) return null;
  const parameters = complete(previous, merged);
  return parameters ? answerable(previous, parameters, asking, reading, cut) : null;
}

/** The plan that a question asks for, or why there is none. Reads no clock, calls nobody: the same question, the same plan. */
export function understand(asking: Asking): Understanding {
  const { text, cut, refusal } = scoped(asking.question.slice(0, 2_000));
  if (refusal === 'write')
    return abstention(
      'out_of_scope',
      'Questions only read: nothing is approved, cancelled, moved or sent from here. Use the console or the API for that.',
    );
  if (refusal === 'personal')
    return abstention('not_permitted', 'Personal data and secrets are not part of any answer.');
  const start = asking.previous?.parameters['from'];
  const before = typeof start === 'string' ? Date.parse(start) : undefined;
  const reading = readQuestion(text, asking.clock, asking.directory, before);
  const wide = asIfKnown(reading);
  const oneOrder = wide.signals.has('ORDER_ID');
  const likely = likelihoods(wide, asking.learnt);
  const sure = (about: 'order' | 'many') =>
    CATALOGUE.some(({ name, intent }) => intent.about === about && likely.get(name)! > SURE);
  // `order 39 is a birthday present, will it be late?` has a word of another world in it and is none of that.
  if (refusal === 'offTopic' && !(oneOrder && sure('order'))) return abstention('out_of_scope', REFUSALS.outside);
  const refused = refusedAs(wide, asking.learnt);
  if (refused !== null && !(asking.previous && FOLLOW_UP.test(reading.text)))
    return refused === 'personal'
      ? abstention('not_permitted', 'Personal data and secrets are not part of any answer.')
      : abstention('out_of_scope', REFUSALS[refused]);
  const previousOrder = asking.previous?.parameters['orderId'];
  if (!oneOrder && typeof previousOrder === 'string' && reading.unknown.length === 0) {
    const withOrder: Reading = {
      ...reading,
      signals: new Set([...reading.signals, 'ORDER_ID']),
      entities: [...reading.entities, { kind: 'order', id: previousOrder, first: -1, last: -1 }],
    };
    const about = scorePlans(CATALOGUE, withOrder, true, asking.learnt);
    const many = scorePlans(CATALOGUE, wide, false, asking.learnt)[0]?.points ?? 0;
    const refers = ONE_ORDER.test(reading.text) || FOLLOW_UP.test(reading.text);
    if ((about[0]?.points ?? 0) >= Math.max(ENOUGH_POINTS + 1, refers ? 0 : many + 1.5))
      return finish(about, withOrder, asking, cut);
  }
  const scored = scorePlans(CATALOGUE, wide, oneOrder, asking.learnt);
  const best = scored[0];
  if (!oneOrder) {
    const continued = reading.unknown.length === 0 ? followUp(reading, asking, scored, cut) : null;
    if (continued) return continued;
    const single = scorePlans(CATALOGUE, wide, true, asking.learnt)[0];
    // `when the model says late, how often is it right?`
    const lead = sure('many')
      ? 2.5
      : /\b(?:it|its|this one|that one|this order|that order|(?:his|her|their) order)\b/.test(reading.text)
        ? -3.5
        : ONE_ORDER.test(reading.text)
          ? -1.5
          : (best?.points ?? 0) < ENOUGH_POINTS
            ? 0
            : 2.5;
    if (single && single.points >= ENOUGH_POINTS && single.points > (best?.points ?? 0) + lead)
      return abstention('ambiguous', 'Which order is meant? Please name it by its id.', []);
  } else if (
    asking.previous &&
    reading.unknown.length === 0 &&
    ((best?.points ?? 0) < ENOUGH_POINTS ||
      ONLY_AN_ORDER.test(reading.text) ||
      (FOLLOW_UP.test(reading.text) && (best?.points ?? 0) < ENOUGH_POINTS + 1.2))
  ) {
    const continued = followUp(reading, asking, [], cut);
    if (continued) return continued;
  }
  const bare = oneOrder && reading.words.filter((word) => word !== null).length <= 3 && wide.strange === 0;
  if (!best || best.points < ENOUGH_POINTS) {
    const shown = bare ? planNamed('show-order') : undefined;
    if (shown && reading.unknown.length === 0) return finish([{ plan: shown, points: 9 }], reading, asking, cut);
    if (!(bare && reading.unknown.length > 0))
      return abstention(
        'out_of_scope',
        'No question of the catalogue fits; ask about orders, exceptions, rules, risks, stock, carriers or KPIs.',
      );
  }
  // `order 81, for the customer in Madrid`: a place that nothing asked for depends on.
  const whole =
    oneOrder && Object.keys(best?.plan.parameters.shape ?? {}).length === 1 && ids(reading, 'order').length > 0;
  const missing = reading.unknown.find(({ kind }) => !whole || kind !== null);
  if (missing)
    return abstention(
      'no_data',
      `\`${missing.text.slice(0, 60)}\` is not known as ${missing.kind ? `an id or name of kind ${missing.kind}` : 'a name here'}.`,
    );
  return finish(
    scored.filter(({ points }) => points >= ENOUGH_POINTS),
    reading,
    asking,
    cut,
  );
}
