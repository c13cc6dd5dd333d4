import type { Group } from '#explanation/catalogue/parameters.ts';
import type { Metric } from '#explanation/grammar/metrics.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { QueryCite, Row, Sources } from '#explanation/sources.ts';
import type { Kpi } from '#kpis/definition.ts';
import { KPIS } from '#kpis/measure.ts';
import { sourceSql } from '#kpis/sources.ts';
import { age, decimal, money, percent, type Slot } from './draft.ts';
import { isTime, type Values } from './filters.ts';

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
  // Only where several shipments of a plan may be of one group is a row there twice, and telling rows apart is slow.
  const once = kpi.source !== 'shipment' && (group === 'carrier' || group === 'carrierService') ? 'DISTINCT' : '';
  const used = `${kpi.where} ${value}`;
  const inner = `SELECT ${once} ${expression} AS grp, ${currency} AS money, r.* FROM (${sourceSql(kpi.source, null, used)}) r ${join} WHERE 1 = 1${sql}`;
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
