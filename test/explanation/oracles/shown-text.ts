import type Database from 'better-sqlite3';
import type { Answer } from '#explanation/answer.ts';

/** A figure as an answer has it. */
interface Figure {
  readonly value: string | number | null;
  readonly shown: string;
}

/** What a text may be for a value; written apart from the code that writes it. */
type Reading = (value: number, shown: string) => boolean;

/** The number that a text says, no further from the value than half of its last place, of `per` the value's unit. */
const near = (value: number, said: number, lastPlace: number): boolean =>
  Math.abs(value - said) <= lastPlace / 2 + 1e-9 * Math.max(1, Math.abs(value));

/** Two decimals and EUR: all money of the demo is in cents of the euro. */
const money: Reading = (value, shown) => {
  const [, sign, euros, cents] = /^([+-]?)(\d+)\.(\d\d) EUR$/.exec(shown) ?? [];
  if (euros === undefined) return false;
  return near(value, (sign === '-' ? -1 : 1) * (Number(euros) * 100 + Number(cents)), 1);
};
const share: Reading = (value, shown) => /^-?\d+\.\d%$/.test(shown) && near(value * 100, Number.parseFloat(shown), 0.1);
/** A number whose last zeros are not written. */
const decimals =
  (most: number, unit = ''): Reading =>
  (value, shown) => {
    const [, number, after] = /^(-?\d+(?:\.\d+)?)(.*)$/.exec(shown) ?? [];
    const written = number?.split('.')[1]?.length ?? 0;
    return after === unit && written <= most && near(value, Number(number), 10 ** -most);
  };
/** A whole number, alone or of something: one thing, two things. */
const count: Reading = (value, shown) => {
  const [, number, noun] = /^(\d+)(?: ([a-z ]+))?$/.exec(shown) ?? [];
  return Number(number) === value && (noun === undefined || noun.endsWith('s') === (value !== 1));
};
/** Milliseconds in the unit that suits them. */
const age: Reading = (value, shown) => {
  const [, number, unit] = /^(\d+(?:\.\d)?) (min|h|days)$/.exec(shown) ?? [];
  const inMinutes = value / 60_000;
  if (unit === 'min') return inMinutes < 60 && near(inMinutes, Number(number), 1);
  if (unit === 'h') return inMinutes >= 60 && inMinutes < 2880 && near(inMinutes / 60, Number(number), 0.1);
  return unit === 'days' && inMinutes >= 2880 && near(inMinutes / 1440, Number(number), 0.1);
};
function moment(zone: string): Reading {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    ...({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const),
    timeZoneName: 'shortOffset',
  });
  return (value, shown) => {
    const part = Object.fromEntries(format.formatToParts(value).map((one) => [one.type, one.value]));
    const offset = part['timeZoneName']!.replace('GMT', 'UTC');
    return shown === `${part['year']}-${part['month']}-${part['day']} ${part['hour']}:${part['minute']} ${offset}`;
  };
}
/** A change that names its amount, but for the kinds that have none. */
const change: Reading = (value, shown) => {
  const [, cap] = /^a freight cap (.+) higher$/.exec(shown) ?? [];
  if (cap !== undefined) return money(value, cap);
  const [, number, noun] = /^(?:a promise )?(\d+) (days?|more units?)\b/.exec(shown) ?? [];
  return number === undefined ? value === 1 : Number(number) === value && noun!.endsWith('s') === (value !== 1);
};
const step: Reading = (value, shown) => value === 1 && /^(one day|one unit|0\.01 EUR)$/.test(shown);

/** Whatever its unit: the number must be right in one, and one thing is no many. */
const anyUnit: Reading = (value, shown) => {
  const unit = shown.replace(/^-?\d+(\.\d+)?/, '');
  if ((value === 1 && / \w+s\b/.test(unit)) || /\d/.test(unit)) return false;
  return [money, share, age, decimals(3, unit)].some((reads) => reads(value, shown));
};

/** In the unit that the log has for it. */
function measured(units: ReadonlyMap<number, ReadonlySet<string>>): Reading {
  return (value, shown) => {
    const known = units.get(value);
    if (!known) return anyUnit(value, shown);
    return [...known].some((unit) => {
      if (/^minor ?units$/i.test(unit)) return money(value, shown);
      if (unit === 'probability' || unit === 'share') return share(value, shown);
      return count(value, shown) || decimals(3, unit && ` ${unit}`)(value, shown);
    });
  };
}

/** Every value of a reason, guard row or relaxation in the log, with the units it stands there in. */
export function unitsInLog(exported: Database.Database): ReadonlyMap<number, ReadonlySet<string>> {
  const rows = exported
    .prepare<[], [number, string]>(
      `SELECT DISTINCT n.value, u.value FROM dec, json_tree(dec.d) u JOIN json_tree(dec.d) n ON n.parent = u.parent
       WHERE u.key = 'unit' AND n.key IN ('value', 'from', 'to', 'threshold') AND typeof(n.value) IN ('integer', 'real')`,
    )
    .raw()
    .all();
  const units = new Map<number, Set<string>>();
  for (const [value, unit] of rows) units.set(value, (units.get(value) ?? new Set()).add(unit));
  return units;
}

const named = <T>(reads: T, names: string): [string, T][] => names.split(' ').map((name) => [name, reads]);

const METRICS: Readonly<Record<string, Reading>> = Object.fromEntries([
  ...named(share, 'fillRate OTIF splitRate overrideRate clampRate manualTouchRate routeReworkRate freightVariance'),
  ...named(share, 'straightThroughRate onTimeShipment'),
  ...named(money, 'costToServe freight'),
  ['extraShipmentsPerOrder', decimals(3)],
  ['allocationCycleTime', decimals(2, ' minutes')],
  ['exceptionAging', age],
]);

/** How a figure is read: by its name, or by `plan name` where a plan means something else by it. */
const READINGS: Readonly<Record<string, Reading>> = {
  ...METRICS,
  ...Object.fromEntries([
    ...named(money, 'amount chosen cost difference more nextBest nextTotal perOrder saving total wanted was ours'),
    ...named(money, 'shipping processing delay split stockout opportunity ageing shortLine'),
    ...named(share, 'actual delayRisk laborUtilization lateShare predicted risk share'),
    ...named(age, 'age meanAge oldest'),
    ...named(count, 'all allocated approvals atp backlog base capacity clamps count decisions deliveries denials'),
    ...named(count, 'ended events late missing models moved most n onHand open opened orderedQty orders outcomes'),
    ...named(count, 'overdue overrides permitted policies qty rank rejected reserved resolved safetyStock shipments'),
    ...named(count, 'short shown units used well exceptions times'),
    ...named(decimals(1), 'meanLateness effectPp effect'),
    ...named(decimals(4), 'brier floor'),
  ]),
  change,
  step,
  'order-risk |effect': decimals(3),
  'show-order split': share,
  'show-order stockout': share,
  'show-order delay': share,
  'why-carrier ours': share,
  'risky-orders value': share,
};
const MOMENTS = new Set(
  'at decidedAt due eta expiresAt first firstUsed from lastUsed openedAt promiseDate raisedAt second shipDate since slaDueAt'.split(
    ' ',
  ),
);
/** In a unit that the log has beside the value; in one that its metric has, or its feature. */
const MEASURED = /^(value|threshold|limit|example value)$/;
const OF_A_METRIC = /^(value\d?|before|now|lowValue|highValue)$/;
const OF_A_FEATURE = /^(value|reference)$/;

/** Every figure whose text is not its value, or whose name nobody can read. */
export function wrongTexts(
  { plan, parameters, figures, table }: Answer,
  units: ReadonlyMap<number, ReadonlySet<string>>,
  zone: string,
): string[] {
  const [clock, inItsUnit] = [moment(zone), measured(units)];
  const readingOf = (name: string, column: boolean, metric: unknown): Reading | undefined => {
    const own = (column ? READINGS[`${plan} |${name}`] : undefined) ?? READINGS[`${plan} ${name}`] ?? READINGS[name];
    if (own) return own;
    if (MOMENTS.has(name)) return clock;
    if (plan === 'order-risk' && OF_A_FEATURE.test(name)) return anyUnit;
    if (/^(kpi|compare-|what-changed)/.test(plan) && (column || OF_A_METRIC.test(name)))
      return (typeof metric === 'string' ? METRICS[metric] : undefined) ?? anyUnit;
    return MEASURED.test(name) ? inItsUnit : undefined;
  };
  const wrong: string[] = [];
  const check = (where: string, name: string, column: boolean, { value, shown }: Figure, metric: unknown): void => {
    if (typeof value !== 'number') return;
    const reads = readingOf(name, column, metric);
    if (!reads) wrong.push(`${where}: nobody knows how \`${name}\` is read`);
    else if (!reads(value, shown)) wrong.push(`${where}: ${value} is shown as \`${shown}\``);
  };
  const { metric } = parameters;
  for (const [where, figure] of Object.entries(figures))
    check(where, where.replace(/^\d+\./, ''), false, figure, metric);
  for (const [at, row] of (table?.rows ?? []).entries())
    for (const [column, figure] of row.entries()) {
      const { name } = table!.columns[column]!;
      check(`row ${at} ${name}`, name, true, figure, METRICS[String(row[0]!.value)] ? row[0]!.value : metric);
    }
  return wrong;
}
