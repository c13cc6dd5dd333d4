import type { Group } from '#explanation/catalogue/parameters.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { Row, Sources } from '#explanation/sources.ts';
import { num, str } from './cells.ts';
import {
  type Answerer,
  count,
  counted,
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
import { scopeOf } from './scope.ts';

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
        'Most of them: {{group}} with {{most}}.',
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
      y: ['orders'],
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
        '{{order}} has the highest risk of {{risk}}, {{value}}; listed are the {{n}} with the highest ({{scope}}).',
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
    { kind: 'bar', x: 'orderId', y: ['risk'] },
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
    // Each order once in a group: two of its shipments may go by one carrier.
    `SELECT grp, currency, count(*) AS orders, sum(saving) AS saving FROM (
       SELECT DISTINCT ${expression} AS grp, d.currency, d.decision_id, d.saving FROM decision_index d ${join}
       WHERE ${sql} AND d.suggested = 1 AND d.saving IS NOT NULL) GROUP BY 1, 2 ORDER BY ${isTime(group) ? '1' : '4 DESC, 1'} LIMIT 100`,
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
    { kind: isTime(group) ? 'line' : 'bar', x: group, y: ['saving'] },
  );
};
