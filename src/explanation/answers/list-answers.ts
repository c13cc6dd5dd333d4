import type { Group } from '#explanation/catalogue/parameters.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { Row, Sources } from '#explanation/sources.ts';
import {
  type Answerer,
  count,
  counted,
  decimal,
  draft,
  list,
  money,
  NOTHING,
  percent,
  type Slot,
  say,
  table,
  text,
  when,
} from './draft.ts';
import { groupSql, isTime, whereOf } from './filters.ts';
import { valueSlot } from './values.ts';
import { conditionSlot, reasonsSlot } from './words.ts';

const str = (row: Row, name: string): string | null => (row[name] === null ? null : String(row[name]));
const num = (row: Row, name: string): number => Number(row[name] ?? 0);

const SCOPE: Readonly<Record<string, string>> = {
  nodeId: 'node',
  carrierService: 'service',
  customerId: 'customer',
  customerTier: 'tier',
  itemId: 'item',
  ruleId: 'rule',
  approverRole: 'approver',
};

/** `in more than one shipment, node DC-EAST`: what narrowed the answer, so that nobody reads it as more than it is. */
export function scopeOf(parameters: Parameters, sources: Sources): Slot {
  const parts = Object.entries(parameters)
    .filter(
      ([name]) => !/^(top|groupBy|metric|from|to|baseFrom|baseTo|lever|task|risk|above|state|verdict)$/.test(name),
    )
    .map(([name, value]) =>
      name === 'condition'
        ? conditionSlot(String(value)).shown
        : `${SCOPE[name] ?? name} ${Array.isArray(value) ? value.join(', ') : value}`,
    );
  const moment = (name: string) => when(Date.parse(String(parameters[name])), sources.zone).shown;
  if (parameters['from']) parts.push(`from ${moment('from')}`);
  if (parameters['to']) parts.push(`before ${moment('to')}`);
  return text(parts.length > 0 ? parts.join(', ') : 'everything recorded');
}

const limitOf = ({ top }: Parameters, cap: number): number => (typeof top === 'number' ? Math.min(top, cap) : cap);

function orderRow(row: Row, sources: Sources): Slot[] {
  return [
    text(str(row, 'order_id')),
    when(num(row, 'decided_at'), sources.zone),
    text(str(row, 'status')),
    list(JSON.parse(String(row['node_ids'])) as string[]),
    list(JSON.parse(String(row['carrier_services'])) as string[]),
    money(row['cost_total'] as number | null, str(row, 'currency')),
    percent(row['risk_delay'] as number | null),
  ];
}
const ORDER_COLUMNS = ['orderId', 'decidedAt', 'status', 'nodes', 'carrierServices', 'costToServe', 'delayRisk'];

export const listOrders: Answerer = (parameters, sources) => {
  const { sql, values } = whereOf(parameters);
  const total = sources.query(`SELECT count(*) AS n FROM decision_index d WHERE ${sql}`, values);
  const n = num(total.rows[0]!, 'n');
  if (n === 0) return NOTHING;
  const { rows, cite } = sources.query(
    `SELECT d.* FROM decision_index d WHERE ${sql} ORDER BY d.decided_at DESC, d.decision_id DESC LIMIT :limit`,
    { ...values, limit: limitOf(parameters, 100) },
  );
  return draft(
    [
      say(
        'Found {{n}} ({{scope}}); listed newest first: {{shown}}.',
        { n: counted(n, 'order'), scope: scopeOf(parameters, sources), shown: count(rows.length) },
        total.cite,
        cite,
      ),
    ],
    table(
      ORDER_COLUMNS,
      rows.map((row) => orderRow(row, sources)),
    ),
  );
};

export const countOrders: Answerer = (parameters, sources) => {
  const { sql, values } = whereOf(parameters);
  const { condition: _, ruleId: __, ...base } = parameters;
  const all = whereOf(base);
  const { rows, cite } = sources.query(
    `SELECT count(*) AS n, (SELECT count(*) FROM decision_index d WHERE ${all.sql}) AS base FROM decision_index d WHERE ${sql}`,
    { ...all.values, ...values },
  );
  const n = num(rows[0]!, 'n');
  const total = num(rows[0]!, 'base');
  if (total === 0) return NOTHING;
  const scope = scopeOf(parameters, sources);
  const sentences = [
    parameters['condition'] || parameters['ruleId']
      ? say(
          '{{n}} of {{base}} ({{scope}}), {{share}}.',
          { n: count(n), base: counted(total, 'order'), scope, share: percent(n / total) },
          cite,
        )
      : say('Found {{n}} ({{scope}}).', { n: counted(n, 'order'), scope }, cite),
  ];
  const group = parameters['groupBy'] as Group | undefined;
  if (!group) return draft(sentences);
  const { expression, join } = groupSql(group);
  const grouped = sources.query(
    `SELECT ${expression} AS grp, count(DISTINCT d.decision_id) AS n FROM decision_index d ${join} WHERE ${sql}
     GROUP BY 1 ORDER BY ${isTime(group) ? '1' : '2 DESC, 1'} LIMIT 100`,
    values,
  );
  const first = grouped.rows[0];
  if (first && !isTime(group))
    sentences.push(
      say(
        'Most of them at {{group}}: {{most}}.',
        { group: text(str(first, 'grp')), most: count(num(first, 'n')) },
        grouped.cite,
      ),
    );
  return draft(
    sentences,
    table(
      [group, 'orders'],
      grouped.rows.map((row) => [text(str(row, 'grp')), count(num(row, 'n'))]),
    ),
    {
      kind: isTime(group) ? 'line' : 'bar',
      x: group,
      y: 'orders',
    },
  );
};

const RISK_COLUMN: Readonly<Record<string, string>> = {
  delay: 'risk_delay',
  stockout: 'risk_stockout',
  split: 'risk_split',
};

export const riskyOrders: Answerer = (parameters, sources) => {
  const { risk, above } = parameters;
  const { sql, values } = whereOf(parameters);
  const column =
    typeof risk === 'string'
      ? `d.${RISK_COLUMN[risk]}`
      : 'max(coalesce(d.risk_delay, 0), coalesce(d.risk_stockout, 0), coalesce(d.risk_split, 0))';
  // Open: not everything of it has arrived or failed.
  const open = `NOT EXISTS (SELECT 1 FROM shipments s WHERE s.tenant_id = d.tenant_id AND s.decision_id = d.decision_id AND (s.delivered_at IS NOT NULL OR s.failed_at IS NOT NULL))`;
  const limit = typeof above === 'number' ? `AND ${column} > :above` : '';
  const { rows, cite } = sources.query(
    `SELECT d.*, ${column} AS risk FROM decision_index d WHERE ${sql} AND ${open} AND ${column} IS NOT NULL ${limit} ORDER BY risk DESC, d.decision_id DESC LIMIT :limit`,
    { ...values, ...(typeof above === 'number' ? { above } : {}), limit: limitOf(parameters, 20) },
  );
  const first = rows[0];
  if (!first) return NOTHING;
  return draft(
    [
      say(
        'Highest {{risk}} risk of {{n}} ({{scope}}): {{order}} with {{value}}.',
        {
          n: counted(rows.length, 'open order'),
          risk: text(typeof risk === 'string' ? risk : 'delay, stockout or split'),
          scope: scopeOf(parameters, sources),
          order: text(str(first, 'order_id')),
          value: percent(first['risk'] as number),
        },
        cite,
      ),
    ],
    table(
      ['orderId', 'promiseDate', 'nodes', 'carrierServices', 'risk'],
      rows.map((row) => [
        text(str(row, 'order_id')),
        when(row['promise_date'] as number | null, sources.zone),
        list(JSON.parse(String(row['node_ids'])) as string[]),
        list(JSON.parse(String(row['carrier_services'])) as string[]),
        percent(row['risk'] as number),
      ]),
    ),
    { kind: 'bar', x: 'orderId', y: 'risk' },
  );
};

interface Example {
  readonly value: number;
  readonly threshold: number;
  readonly unit: string;
  readonly currency: string;
}
const example = (found: Example | undefined, what: 'value' | 'threshold'): Slot =>
  found ? valueSlot(found[what], found.unit, found.currency) : decimal(null);

/** Decisions whose evidence is read for one answer: enough for a pattern, few enough to stay quick. */
const MOST_EVIDENCE = 200;

export const blockers: Answerer = (parameters, sources) => {
  const { sql, values } = whereOf(parameters, ['nodeId', 'carrier', 'carrierService']);
  const { rows, cite } = sources.query(
    `SELECT d.decision_id, d.exception_category FROM decision_index d WHERE ${sql} AND (d.status <> 'FULLY_SOURCED' OR d.planned_units < d.ordered_units OR d.exception_category IS NOT NULL)
     ORDER BY d.decided_at DESC, d.decision_id DESC LIMIT :limit`,
    { ...values, limit: MOST_EVIDENCE },
  );
  const node = parameters['nodeId'];
  const lane = [parameters['carrierService'], parameters['carrier']].find((one) => typeof one === 'string');
  const orders = new Map<string, Set<string>>();
  const worst = new Map<string, Example>();
  const touched = new Set<string>();
  const add = (code: string, id: string): void => {
    orders.set(code, (orders.get(code) ?? new Set()).add(id));
    touched.add(id);
  };
  for (const row of rows) {
    const id = String(row['decision_id']);
    const recorded = sources.recorded(id);
    if (!recorded) continue;
    const { decision, evidence } = recorded;
    const { currency } = evidence.request.order;
    for (const rejected of decision.rejected) {
      if (typeof node === 'string' && !rejected.nodeIds.includes(node)) continue;
      if (typeof lane === 'string' && !rejected.candidateId?.includes(lane)) continue;
      for (const { code, value, threshold, unit } of rejected.reasons) {
        add(code, id);
        if (value !== null && threshold !== null && !worst.has(code))
          worst.set(code, { value, threshold, unit, currency });
      }
    }
    if (node === undefined && lane === undefined) {
      for (const code of decision.reasonCodes) add(code, id);
      for (const { verdict, reasonCode } of decision.guard) if (verdict === 'DENY') add(reasonCode, id);
    }
  }
  if (rows.length === 0) return NOTHING;
  const sorted = [...orders].sort((a, b) => b[1].size - a[1].size || (a[0] < b[0] ? -1 : 1));
  const first = sorted[0];
  if (!first)
    return draft([
      say(
        '{{n}} orders are not sourced in full ({{scope}}), and none of their records gives a reason there.',
        { n: count(rows.length), scope: scopeOf(parameters, sources) },
        cite,
      ),
    ]);
  return draft(
    [
      say(
        'Held back or short: {{n}} ({{scope}}).',
        { n: counted(touched.size, 'order'), scope: scopeOf(parameters, sources) },
        cite,
      ),
      say(
        'The most frequent reason is {{code}}, on {{orders}} of them.',
        { code: reasonsSlot([first[0]]), orders: count(first[1].size) },
        cite,
      ),
    ],
    table(
      ['reasonCode', 'orders', 'example value', 'threshold'],
      sorted
        .slice(0, 60)
        .map(([code, ids]) => [
          text(code),
          count(ids.size),
          example(worst.get(code), 'value'),
          example(worst.get(code), 'threshold'),
        ]),
    ),
    { kind: 'bar', x: 'reasonCode', y: 'orders' },
  );
};

export const savings: Answerer = (parameters, sources) => {
  const { sql, values } = whereOf(parameters);
  const group = parameters['groupBy'] as Group | undefined;
  const { rows, cite } = sources.query(
    `SELECT d.currency, count(*) AS orders, sum(d.moved) AS moved, sum(d.saving) AS saving, sum(d.cost_total) AS cost FROM decision_index d
     WHERE ${sql} AND d.suggested = 1 AND d.saving IS NOT NULL GROUP BY d.currency ORDER BY orders DESC`,
    values,
  );
  const first = rows[0];
  if (!first) return NOTHING;
  const sentences = rows.map((row) =>
    say(
      "On {{orders}} with the ERP's own choice ({{scope}}) our plans are expected to save {{saving}}, {{perOrder}} an order; moved to another plan: {{moved}}.",
      {
        orders: counted(num(row, 'orders'), 'order'),
        scope: scopeOf(parameters, sources),
        saving: money(num(row, 'saving'), str(row, 'currency')),
        perOrder: money(num(row, 'saving') / num(row, 'orders'), str(row, 'currency')),
        moved: count(num(row, 'moved')),
      },
      cite,
    ),
  );
  if (!group) return draft(sentences);
  const { expression, join } = groupSql(group);
  const grouped = sources.query(
    `SELECT ${expression} AS grp, d.currency, count(DISTINCT d.decision_id) AS orders, sum(d.saving) AS saving FROM decision_index d ${join}
     WHERE ${sql} AND d.suggested = 1 AND d.saving IS NOT NULL GROUP BY 1, 2 ORDER BY ${isTime(group) ? '1' : '4 DESC, 1'} LIMIT 100`,
    values,
  );
  return draft(
    sentences,
    table(
      [group, 'orders', 'saving'],
      grouped.rows.map((row) => [
        text(str(row, 'grp')),
        count(num(row, 'orders')),
        money(num(row, 'saving'), str(row, 'currency')),
      ]),
    ),
    { kind: isTime(group) ? 'line' : 'bar', x: group, y: 'saving' },
  );
};
