import type { Group } from '#explanation/catalogue/parameters.ts';
import type { Metric } from '#explanation/grammar/metrics.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { QueryCite, Row, Sources } from '#explanation/sources.ts';
import type { Kpi } from '#kpis/definition.ts';
import { KPIS } from '#kpis/measure.ts';
import { sourceSql } from '#kpis/sources.ts';
import {
  type Answerer,
  age,
  count,
  decimal,
  draft,
  money,
  NOTHING,
  percent,
  type Sentence,
  type Slot,
  say,
  table,
  text,
  when,
} from './draft.ts';
import { isTime, type Values } from './filters.ts';
import { scopeOf } from './list-answers.ts';

/** One group of one KPI. */
interface Measured {
  readonly group: string;
  readonly value: number | null;
  readonly currency: string | null;
  readonly rows: number;
}

/** Planned freight of the plans in force; not a KPI of the vocabulary, but what its freight variance is measured against. */
const FREIGHT: Kpi = {
  id: 'freight',
  kind: 'ratio',
  unit: 'minor units per order',
  better: 'lower',
  definition: 'Planned freight of the chosen plans.',
  source: 'order',
  where: 'superseded_by IS NULL AND cost_shipping IS NOT NULL',
  numerator: 'cost_shipping',
  denominator: '1',
  perCurrency: true,
};

function kpiOf(metric: Metric): Kpi {
  return metric === 'freight' ? FREIGHT : (KPIS.find(({ id }) => id === metric) ?? FREIGHT);
}

const LANES = 'SELECT 1 FROM decision_shipments p WHERE p.tenant_id = $tenant AND p.decision_id = r.decision_id';
const DECISION = 'SELECT 1 FROM decision_index x WHERE x.tenant_id = $tenant AND x.decision_id = r.decision_id';

function narrowed(kpi: Kpi, parameters: Parameters): { sql: string; values: Values } {
  const clauses: string[] = [];
  const values: Values = {};
  const shipment = kpi.source === 'shipment';
  const parts: Record<string, string> = {
    nodeId: shipment ? 'r.node_id = $nodeId' : `EXISTS (${LANES} AND p.node_id = $nodeId)`,
    carrier: shipment ? 'r.carrier = $carrier' : `EXISTS (${LANES} AND p.carrier = $carrier)`,
    carrierService: shipment
      ? 'r.carrier_service = $carrierService'
      : `EXISTS (${LANES} AND p.carrier_service = $carrierService)`,
    zone: `EXISTS (${DECISION} AND x.zone = $zone)`,
    customerId: `EXISTS (${DECISION} AND x.customer_id = $customerId)`,
    customerTier: 'r.customer_tier = $customerTier',
    channel: 'r.channel = $channel',
    itemId: `EXISTS (${DECISION} AND EXISTS (SELECT 1 FROM json_each(x.item_ids) i WHERE i.value = $itemId))`,
  };
  for (const [name, sql] of Object.entries(parts))
    if (typeof parameters[name] === 'string') {
      clauses.push(sql);
      values[name] = parameters[name];
    }
  return { sql: clauses.map((clause) => ` AND ${clause}`).join(''), values };
}

function groupOf(kpi: Kpi, group: Group | undefined): { expression: string; join: string } {
  const shipment = kpi.source === 'shipment';
  const joined = 'JOIN decision_shipments g ON g.tenant_id = $tenant AND g.decision_id = r.decision_id';
  const decision = 'JOIN decision_index x ON x.tenant_id = $tenant AND x.decision_id = r.decision_id';
  switch (group) {
    case undefined:
      return { expression: "''", join: '' };
    case 'day':
      return { expression: 'r.day', join: '' };
    case 'week':
      return { expression: "date(r.day, 'weekday 0', '-6 days')", join: '' };
    case 'month':
      return { expression: 'substr(r.day, 1, 7)', join: '' };
    case 'customerTier':
      return { expression: 'r.customer_tier', join: '' };
    case 'channel':
      return { expression: 'r.channel', join: '' };
    case 'zone':
      return { expression: 'x.zone', join: decision };
    case 'customer':
      return { expression: 'x.customer_id', join: decision };
    case 'item':
      return { expression: 'i.value', join: `${decision} JOIN json_each(x.item_ids) i` };
    case 'lane':
      return {
        expression: `${shipment ? 'r' : 'g'}.node_id || ' -> ' || x.zone`,
        join: `${shipment ? '' : joined} ${decision}`,
      };
    default: {
      const column = { node: 'node_id', carrier: 'carrier', carrierService: 'carrier_service' }[group];
      return { expression: `${shipment ? 'r' : 'g'}.${column}`, join: shipment ? '' : joined };
    }
  }
}

/** Measures one KPI by its one definition, narrowed and grouped as the question wants. */
export function measure(
  metric: Metric,
  parameters: Parameters,
  sources: Sources,
  group?: Group,
): { measured: Measured[]; cite: QueryCite; kpi: Kpi } {
  const kpi = kpiOf(metric);
  const { sql, values } = narrowed(kpi, parameters);
  const { expression, join } = groupOf(kpi, group);
  const from = typeof parameters['from'] === 'string' ? Date.parse(parameters['from']) : 0;
  const to = typeof parameters['to'] === 'string' ? Date.parse(parameters['to']) : Number.MAX_SAFE_INTEGER;
  const currency = kpi.kind === 'ratio' && kpi.perCurrency ? 'r.currency' : 'NULL';
  const value =
    kpi.kind === 'distribution'
      ? `avg(${kpi.value})`
      : metric === 'freight'
        ? `sum(${kpi.numerator})`
        : `CAST(sum(${kpi.numerator}) AS REAL) / nullif(sum(${kpi.denominator}), 0)`;
  const inner = `SELECT DISTINCT ${expression} AS grp, ${currency} AS money, r.* FROM (${sourceSql(kpi.source, null)}) r ${join} WHERE 1 = 1${sql}`;
  const { rows, cite } = sources.query(
    `SELECT grp, money AS currency, ${value} AS value, count(*) AS n FROM (${inner}) WHERE ${kpi.where} GROUP BY 1, 2 ORDER BY ${isTime(group) ? '1' : '3 DESC, 1'} LIMIT 100`,
    { ...values, from, to, now: sources.now },
  );
  const measured = rows.map((row: Row) => ({
    group: String(row['grp']),
    value: row['value'] as number | null,
    currency: row['currency'] as string | null,
    rows: Number(row['n']),
  }));
  return { measured, cite, kpi };
}

export function kpiSlot({ value, currency }: Measured, kpi: Kpi): Slot {
  if (kpi.unit === 'share') return percent(value);
  if (/minor units/.test(kpi.unit)) return money(value, currency);
  if (kpi.unit === 'minutes') return decimal(value, 2, 'minutes');
  if (kpi.unit === 'hours') return value === null ? decimal(null) : age(value * 3_600_000);
  return decimal(value, 3);
}

export const kpi: Answerer = (parameters, sources) => {
  const metric = parameters['metric'] as Metric;
  const whole = measure(metric, parameters, sources);
  if (whole.measured.every(({ value }) => value === null)) return NOTHING;
  const sentences: Sentence[] = whole.measured.map((one) =>
    say(
      '{{metric}} is {{value}} over {{n}} {{what}} ({{scope}}).',
      {
        metric: text(metric),
        value: kpiSlot(one, whole.kpi),
        n: count(one.rows),
        what: text(`${whole.kpi.source}s`),
        scope: scopeOf(parameters, sources),
      },
      whole.cite,
    ),
  );
  sentences.push(say('Definition: {{definition}}', { definition: text(whole.kpi.definition) }, whole.cite));
  const group = parameters['groupBy'] as Group | undefined;
  if (!group) return draft(sentences);
  const grouped = measure(metric, parameters, sources, group);
  const known = grouped.measured.filter(({ value }) => value !== null);
  const sorted = [...known].sort((a, b) => (a.value ?? 0) - (b.value ?? 0));
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low && high && known.length > 1)
    sentences.push(
      say(
        'The lowest is {{low}} with {{lowValue}}, the highest {{high}} with {{highValue}}.',
        {
          low: text(low.group),
          lowValue: kpiSlot(low, grouped.kpi),
          high: text(high.group),
          highValue: kpiSlot(high, grouped.kpi),
        },
        grouped.cite,
      ),
    );
  return draft(
    sentences,
    table(
      [group, metric, `${grouped.kpi.source}s`],
      grouped.measured.map((one) => [text(one.group), kpiSlot(one, grouped.kpi), count(one.rows)]),
    ),
    { kind: isTime(group) ? 'line' : 'bar', x: group, y: metric },
  );
};

const USUAL: readonly Metric[] = [
  'fillRate',
  'OTIF',
  'splitRate',
  'costToServe',
  'clampRate',
  'overrideRate',
  'freightVariance',
];

function sideBySide(
  sides: readonly { name: string; parameters: Parameters }[],
  parameters: Parameters,
  sources: Sources,
): ReturnType<Answerer> {
  const metrics = typeof parameters['metric'] === 'string' ? [parameters['metric'] as Metric] : USUAL;
  const cites: QueryCite[] = [];
  let rows = 0;
  const sentences: Sentence[] = [];
  const lines = metrics.map((metric) => {
    const values = sides.map((side) => {
      const { measured, cite, kpi } = measure(metric, side.parameters, sources);
      cites.push(cite);
      rows += measured[0]?.rows ?? 0;
      return {
        shown: measured[0] ? kpiSlot(measured[0], kpi) : decimal(null),
        value: measured[0]?.value ?? null,
        kpi,
        cite,
        rows: measured[0]?.rows ?? 0,
      };
    });
    const known = values.filter(({ value }) => value !== null);
    const better =
      values[0]?.kpi.better === 'higher'
        ? Math.max(...known.map(({ value }) => value!))
        : Math.min(...known.map(({ value }) => value!));
    const best = values.findIndex(({ value }) => value === better);
    if (known.length > 1)
      sentences.push(
        say(
          '{{metric}}: {{values}}; {{best}} does best.',
          {
            metric: text(metric),
            values: text(sides.map(({ name }, i) => `${name} ${values[i]!.shown.shown}`).join(', ')),
            best: text(new Set(known.map(({ value }) => value)).size === 1 ? 'nobody' : sides[best]!.name),
          },
          ...values.map(({ cite }) => cite),
        ),
      );
    return [text(metric), ...values.map(({ shown }) => shown)];
  });
  if (rows === 0) return NOTHING;
  if (sentences.length === 0)
    sentences.push(
      say(
        'There are figures for one side only ({{scope}}).',
        { scope: scopeOf(parameters, sources) },
        ...cites.slice(0, 1),
      ),
    );
  return draft(
    sentences.slice(0, 4),
    table(['KPI', ...sides.map(({ name }) => name)], lines),
    metrics.length === 1 ? { kind: 'bar', x: 'KPI', y: sides[0]!.name } : null,
  );
}

export const compareNodes: Answerer = (parameters, sources) => {
  const { nodeIds, ...rest } = parameters;
  return sideBySide(
    (nodeIds as string[]).map((nodeId) => ({ name: nodeId, parameters: { ...rest, nodeId } })),
    parameters,
    sources,
  );
};

export const compareCarriers: Answerer = (parameters, sources) => {
  const { carriers, ...rest } = parameters;
  const { rows } = sources.query('SELECT DISTINCT carrier FROM decision_shipments WHERE tenant_id = :tenant', {});
  const known = new Set(rows.map((row) => row['carrier']));
  return sideBySide(
    (carriers as string[]).map((one) => ({
      name: one,
      parameters: { ...rest, [known.has(one) ? 'carrier' : 'carrierService']: one },
    })),
    parameters,
    sources,
  );
};

export const comparePeriods: Answerer = (parameters, sources) => {
  const { baseFrom, baseTo, from, to, ...rest } = parameters;
  const name = (a: unknown, b: unknown): string =>
    `${when(typeof a === 'string' ? Date.parse(a) : null, sources.zone).shown} to ${when(typeof b === 'string' ? Date.parse(b) : null, sources.zone).shown}`;
  return sideBySide(
    [
      { name: name(from, to), parameters: { ...rest, from, to } },
      { name: name(baseFrom, baseTo), parameters: { ...rest, from: baseFrom, to: baseTo } },
    ],
    rest,
    sources,
  );
};

export const whatChanged: Answerer = (parameters, sources) => {
  const from = typeof parameters['from'] === 'string' ? Date.parse(parameters['from']) : sources.now - 86_400_000;
  const to = typeof parameters['to'] === 'string' ? Date.parse(parameters['to']) : sources.now;
  const { rows, cite } = sources.query(
    `SELECT 'decisions' AS what, count(*) AS n FROM decision_index WHERE tenant_id = :tenant AND decided_at >= :from AND decided_at < :to
     UNION ALL SELECT 'orders decided again', count(*) FROM decision_index WHERE tenant_id = :tenant AND decided_at >= :from AND decided_at < :to AND supersedes IS NOT NULL
     UNION ALL SELECT 'exceptions opened', count(*) FROM exceptions WHERE tenant_id = :tenant AND opened_at >= :from AND opened_at < :to
     UNION ALL SELECT 'exceptions resolved', count(*) FROM exceptions WHERE tenant_id = :tenant AND resolved_at >= :from AND resolved_at < :to
     UNION ALL SELECT 'approvals asked', count(*) FROM approvals WHERE tenant_id = :tenant AND raised_at >= :from AND raised_at < :to
     UNION ALL SELECT 'overrides', count(*) FROM overrides WHERE tenant_id = :tenant AND at >= :from AND at < :to
     UNION ALL SELECT 'deliveries', count(*) FROM shipments WHERE tenant_id = :tenant AND delivered_at >= :from AND delivered_at < :to
     UNION ALL SELECT CASE json_extract(CAST(l.leaf AS TEXT), '$.type') WHEN 'policy-change' THEN 'policy changes' ELSE 'model promotions' END, count(*) FROM audit_leaves l JOIN audit_logs g ON g.log_id = l.log_id
       WHERE g.tenant_id = :tenant AND l.decision_id IS NULL AND json_extract(CAST(l.leaf AS TEXT), '$.type') IN ('policy-change', 'model-promotion')
       AND CAST(strftime('%s', json_extract(CAST(l.leaf AS TEXT), '$.ts')) AS INTEGER) * 1000 >= :from AND CAST(strftime('%s', json_extract(CAST(l.leaf AS TEXT), '$.ts')) AS INTEGER) * 1000 < :to GROUP BY 1`,
    { from, to },
  );
  const n = (what: string): number => Number(rows.find((row) => row['what'] === what)?.['n'] ?? 0);
  if (rows.every((row) => Number(row['n']) === 0)) return NOTHING;
  const span = { ...parameters, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const before = { ...parameters, from: new Date(from - (to - from)).toISOString(), to: span.from };
  const moves = (['fillRate', 'splitRate', 'costToServe'] as const).flatMap((metric) => {
    const [now, then] = [measure(metric, span, sources), measure(metric, before, sources)];
    const [a, b] = [now.measured[0], then.measured[0]];
    return a && b && a.value !== null && b.value !== null
      ? [
          say(
            '{{metric}} went from {{before}} in the period before to {{now}}.',
            { metric: text(metric), before: kpiSlot(b, then.kpi), now: kpiSlot(a, now.kpi) },
            now.cite,
            then.cite,
          ),
        ]
      : [];
  });
  return draft(
    [
      say(
        'Since {{from}} there were {{decisions}} decisions, {{opened}} exceptions opened and {{resolved}} resolved, {{overrides}} overrides, {{policies}} policy changes and {{models}} model promotions.',
        {
          from: when(from, sources.zone),
          decisions: count(n('decisions')),
          opened: count(n('exceptions opened')),
          resolved: count(n('exceptions resolved')),
          overrides: count(n('overrides')),
          policies: count(n('policy changes')),
          models: count(n('model promotions')),
        },
        cite,
      ),
      ...moves,
    ],
    table(
      ['what', 'count'],
      rows.map((row) => [text(String(row['what'])), count(Number(row['n']))]),
    ),
  );
};
