import {
  type Asked,
  type Export,
  type Found,
  groupValue,
  IS_TIME,
  ORDER,
  type Oracle,
  PLANNED,
  type Value,
  within,
} from './oracle.ts';

/** Of the shipments of an order that left. */
const LEFT = (what: string) => `(SELECT ${what} FROM gone g WHERE g.id = d.id)`;
const SENT = `coalesce(nullif(${LEFT('count(*)')}, 0), d.parts)`;
const TOUCHED =
  '(d.excepted OR EXISTS (SELECT 1 FROM over v WHERE v.id = d.id) OR EXISTS (SELECT 1 FROM appr a WHERE a.id = d.id))';

interface Measure {
  /** What is counted: orders `d`, shipments that left `g`, or exceptions `e`. */
  readonly of: 'order' | 'shipment' | 'exception';
  readonly where: string;
  readonly value: string;
  readonly money?: true;
}
const order = (where: string, value: string): Measure => ({
  of: 'order',
  where: `d.successor IS NULL AND ${where}`,
  value,
});
const shipment = (where: string, value: string): Measure => ({ of: 'shipment', where, value });

/** Each as docs and the vocabulary word it. */
const MEASURES: Readonly<Record<string, Measure>> = {
  fillRate: order(
    '1',
    `sum(max(0, d.planned - coalesce(${LEFT('sum(g.short)')}, 0))) * 1.0 / nullif(sum(d.ordered), 0)`,
  ),
  OTIF: order(
    `d.promise IS NOT NULL AND EXISTS ${LEFT('1')} AND ${LEFT('sum(g.delivered IS NULL AND g.failed IS NULL)')} = 0`,
    `avg(${LEFT('sum(g.failed IS NOT NULL) = 0 AND sum(g.short) = 0 AND count(*) >= d.parts AND max(g.delivered) <= d.promise')} AND d.planned >= d.ordered)`,
  ),
  splitRate: order('d.parts > 0', `avg(${SENT} > 1)`),
  extraShipmentsPerOrder: order('d.parts > 0', `avg(${SENT} - 1)`),
  costToServe: { ...order('d.cost IS NOT NULL', 'avg(d.cost)'), money: true },
  freight: { ...order('d.freight IS NOT NULL', 'sum(d.freight)'), money: true },
  allocationCycleTime: { of: 'order', where: 'd.supersedes IS NULL', value: 'avg(max(0, d.at - d.placed)) / 60000.0' },
  straightThroughRate: order('1', `avg(d.status LIKE '%LY_SOURCED' AND NOT ${TOUCHED})`),
  manualTouchRate: order('1', `avg(${TOUCHED})`),
  overrideRate: order('1', 'avg(EXISTS (SELECT 1 FROM over v WHERE v.id = d.id))'),
  clampRate: order('1', 'avg(d.clamped)'),
  exceptionAging: { of: 'exception', where: '1', value: 'avg(min(coalesce(e.resolved, :now), :now) - e.opened)' },
  onTimeShipment: shipment(
    's.leaves IS NOT NULL',
    "avg(date(g.shipped / 1000, 'unixepoch') <= date(s.leaves / 1000, 'unixepoch'))",
  ),
  routeReworkRate: shipment('1', 'avg(s.service IS NOT g.service OR s.carrier IS NOT g.carrier)'),
  freightVariance: {
    ...shipment(
      'g.invoiced IS NOT NULL AND s.freight IS NOT NULL AND g.money = d.currency',
      'sum(g.invoiced - s.freight) * 1.0 / nullif(sum(s.freight), 0)',
    ),
    money: true,
  },
};
export const METRIC_NAMES = Object.keys(MEASURES);

const at = (name: string, column: string) => `(:${name} IS NULL OR g.${column} = :${name})`;
const SOURCES: Readonly<
  Record<Measure['of'], { from: string; where: string; moment: string; own: readonly string[] }>
> = {
  order: { from: 'dec d', where: `d.mode <> 'quote' AND ${ORDER} AND ${PLANNED}`, moment: 'd.at', own: [] },
  shipment: {
    from: 'gone g JOIN dec d ON d.id = g.id LEFT JOIN ship s ON s.id = g.id AND s.node = g.node',
    where: `${ORDER} AND ${at('nodeId', 'node')} AND ${at('carrier', 'carrier')} AND ${at('carrierService', 'service')}`,
    moment: 'g.shipped',
    own: ['node', 'carrier', 'carrierService', 'lane'],
  },
  exception: { from: 'exc e JOIN dec d ON d.id = e.id', where: `${ORDER} AND ${PLANNED}`, moment: 'e.opened', own: [] },
};

/** By group (one where none is asked), the value and how many rows it is of; the largest first, or by time. */
export function measured(metric: Value, log: Export, asked: Asked, group: Value = null): Found[] {
  const { of, where, value, money } = MEASURES[String(metric)]!;
  const { from, where: filter, moment, own } = SOURCES[of];
  const ofShipment: Record<string, string> = {
    node: 'g.node',
    carrier: 'g.carrier',
    carrierService: 'g.service',
    lane: "g.node || ' -> ' || d.zone",
  };
  const time = IS_TIME.test(String(group));
  const self = own.includes(String(group));
  const by = group === null ? "''" : self ? ofShipment[String(group)]! : groupValue(group, moment);
  const join = group === null || time || self ? '' : 'JOIN place p ON p.id = d.id AND p.kind = :groupBy';
  return log.all(
    `SELECT ${by} AS grp, ${value} AS value, count(*) AS n FROM ${from} ${join} WHERE ${filter} AND ${within(moment)} AND ${where}
     GROUP BY 1${money ? ', d.currency' : ''} ORDER BY ${time ? '1' : '2 DESC, 1'} LIMIT 100`,
    asked,
  );
}

const kpi: Oracle = (log, asked) => {
  const metric = asked['metric']!;
  const whole = measured(metric, log, asked);
  if (whole.every(({ value }) => value === null)) return null;
  const sentences: Found[] = [...whole.map(({ value, n }) => ({ value: value!, n: n! })), {}];
  const group = asked['groupBy'];
  if (!group) return { sentences };
  const rows = measured(metric, log, asked, group);
  const known = rows.filter(({ value }) => value !== null).map(({ value }) => Number(value));
  if (known.length > 1) sentences.push({ lowValue: Math.min(...known), highValue: Math.max(...known) });
  return { sentences, rows: rows.map(({ grp, value, n }) => [grp, value, n]) };
};

const USUAL = ['fillRate', 'OTIF', 'splitRate', 'costToServe', 'clampRate', 'overrideRate', 'freightVariance'];

const sideBySide =
  (sidesOf: (log: Export, asked: Asked) => readonly Record<string, Value>[]): Oracle =>
  (log, asked) => {
    const sides = sidesOf(log, asked);
    let seen = 0;
    const sentences: Found[] = [];
    const rows = (asked['metric'] ? [asked['metric']] : USUAL).map((metric) => {
      const values = sides.map((side) => {
        const [first] = measured(metric, log, { ...asked, ...side });
        seen += Number(first?.['n'] ?? 0);
        return first?.['value'] ?? null;
      });
      if (values.filter((value) => value !== null).length > 1)
        sentences.push(Object.fromEntries(values.map((value, index) => [`value${index}`, value])));
      return [metric, ...values];
    });
    if (seen === 0) return null;
    return { sentences: sentences.length > 0 ? sentences.slice(0, 4) : [{}], rows };
  };

/** Names of a list parameter are bound as `name0`, `name1` and so on. */
const named = (asked: Asked, name: string): Value[] => [0, 1, 2, 3].flatMap((index) => asked[`${name}${index}`] ?? []);

const compareNodes = sideBySide((_, asked) => named(asked, 'nodeIds').map((nodeId) => ({ nodeId })));
const compareCarriers = sideBySide((log, asked) =>
  named(asked, 'carriers').map((name) => {
    const { n } = log.first('SELECT count(*) AS n FROM ship WHERE carrier = :carrier', { ...asked, carrier: name });
    return n === 0 ? { carrierService: name } : { carrier: name };
  }),
);
const comparePeriods = sideBySide((_, { from, to, baseFrom, baseTo }) => [
  { from: from ?? null, to: to ?? null },
  { from: baseFrom ?? null, to: baseTo ?? null },
]);

const whatChanged: Oracle = (log, given) => {
  const iso = (moment: number) => new Date(moment).toISOString();
  const to = given['to'] ?? iso(given.now);
  const from = given['from'] ?? iso(given.now - 86_400_000);
  const length = Date.parse(String(to)) - Date.parse(String(from));
  const asked: Asked = { ...given, from, to };
  const count = (what: string, sql: string): [string, Value] => [what, log.first(sql, asked)['n']!];
  const leaf = (type: string) =>
    `SELECT count(*) AS n FROM leaves WHERE j ->> '$.type' = '${type}' AND ${within("unixepoch(j ->> '$.ts', 'subsec') * 1000")}`;
  const counts = [
    count('decisions', `SELECT count(*) AS n FROM dec d WHERE ${within('at')}`),
    count('orders decided again', `SELECT count(*) AS n FROM dec d WHERE supersedes IS NOT NULL AND ${within('at')}`),
    count('exceptions opened', `SELECT count(*) AS n FROM exc WHERE ${within('opened')}`),
    count('exceptions resolved', `SELECT count(*) AS n FROM exc WHERE resolved IS NOT NULL AND ${within('resolved')}`),
    count('approvals asked', `SELECT count(*) AS n FROM appr WHERE ${within('raised')}`),
    count('overrides', `SELECT count(*) AS n FROM over WHERE ${within('at')}`),
    count('deliveries', `SELECT count(*) AS n FROM gone WHERE delivered IS NOT NULL AND ${within('delivered')}`),
    count('model promotions', leaf('model-promotion')),
    count('policy changes', leaf('policy-change')),
  ];
  if (counts.every(([, n]) => n === 0)) return null;
  const n = Object.fromEntries(counts);
  const before: Asked = { ...asked, from: iso(Date.parse(String(from)) - length), to: from };
  const moves = ['fillRate', 'splitRate', 'costToServe'].flatMap((metric): Found[] => {
    const [now, then] = [measured(metric, log, asked)[0]?.['value'], measured(metric, log, before)[0]?.['value']];
    return now === undefined || now === null || then === undefined || then === null ? [] : [{ now, before: then }];
  });
  return {
    sentences: [
      {
        from: Date.parse(String(from)),
        decisions: n['decisions']!,
        opened: n['exceptions opened']!,
        resolved: n['exceptions resolved']!,
        overrides: n['overrides']!,
        policies: n['policy changes']!,
        models: n['model promotions']!,
      },
      ...moves,
    ],
    // Kinds of leaf that are not on the log have no row.
    rows: counts.filter(([what, found]) => found !== 0 || !/^(policy|model)/.test(what)),
  };
};

export const KPI_ORACLES: Readonly<Record<string, Oracle>> = {
  kpi,
  'compare-nodes': compareNodes,
  'compare-carriers': compareCarriers,
  'compare-periods': comparePeriods,
  'what-changed': whatChanged,
};
