import type { Group } from '#explanation/catalogue/parameters.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import { num, str } from './cells.ts';
import { type Answerer, count, decimal, draft, NOTHING, percent, type Sentence, say, table, text } from './draft.ts';
import { groupSql, isTime, periodOf, type Values, whereOf } from './filters.ts';
import { scopeOf } from './scope.ts';

/** Filters over delivered shipments `s` beside their decision `d` and planned shipment `p`. */
function delivered(parameters: Parameters): { sql: string; values: Values } {
  const { from: _, to: __, nodeId, carrier, carrierService, ...order } = parameters;
  const where = whereOf(order);
  const bounds = periodOf(parameters, 's.delivered_at');
  const clauses = [
    where.sql.replace('d.superseded_by IS NULL AND ', ''),
    's.delivered_at IS NOT NULL AND d.promise_date IS NOT NULL',
    ...(bounds.sql ? [bounds.sql] : []),
  ];
  const values: Values = { ...where.values, ...bounds.values };
  for (const [name, value, column] of [
    ['nodeId', nodeId, 's.node_id'],
    ['carrier', carrier, 's.carrier'],
    ['carrierService', carrierService, 's.carrier_service'],
  ] as const)
    if (typeof value === 'string') {
      clauses.push(`${column} = :${name}`);
      values[name] = value;
    }
  return { sql: clauses.join(' AND '), values };
}

const FROM = `shipments s JOIN decision_index d ON d.tenant_id = s.tenant_id AND d.decision_id = s.decision_id
  LEFT JOIN decision_shipments p ON p.tenant_id = s.tenant_id AND p.decision_id = s.decision_id AND p.node_id = s.node_id`;

function groupOf(group: Group): { expression: string; join: string } {
  const own: Partial<Record<Group, string>> = {
    node: 's.node_id',
    carrier: 's.carrier',
    carrierService: 's.carrier_service',
    lane: "s.node_id || ' -> ' || d.zone",
  };
  const expression = own[group];
  return expression ? { expression, join: '' } : groupSql(group, 's.delivered_at');
}

export const lateDeliveries: Answerer = (parameters, sources) => {
  const group = (parameters['groupBy'] ?? 'lane') as Group;
  const { sql, values } = delivered(parameters);
  const figures =
    'count(*) AS n, sum(s.delivered_at > d.promise_date) AS late, avg(p.delay_risk) AS predicted, avg(CASE WHEN s.delivered_at > d.promise_date THEN s.delivered_at - d.promise_date END) AS lateness';
  const whole = sources.query(`SELECT ${figures} FROM ${FROM} WHERE ${sql}`, values);
  const all = whole.rows[0]!;
  if (num(all, 'n') === 0) return NOTHING;
  const { expression, join } = groupOf(group);
  const limit = typeof parameters['top'] === 'number' ? parameters['top'] : 100;
  const { rows, cite } = sources.query(
    `SELECT ${expression} AS grp, ${figures} FROM ${FROM} ${join} WHERE ${sql} GROUP BY 1 ORDER BY ${isTime(group) ? '1' : 'CAST(late AS REAL) / n DESC, n DESC, 1'} LIMIT :limit`,
    { ...values, limit },
  );
  const first = rows[0];
  const sentences: Sentence[] = [
    say(
      '{{late}} of {{n}} deliveries came after their promise ({{scope}}), {{share}}, against {{predicted}} predicted.',
      {
        late: count(num(all, 'late')),
        n: count(num(all, 'n')),
        scope: scopeOf(parameters, sources),
        share: percent(num(all, 'late') / num(all, 'n')),
        predicted: percent(all['predicted'] as number | null),
      },
      whole.cite,
    ),
  ];
  if (first && !isTime(group) && num(first, 'late') > 0)
    sentences.push(
      say(
        '{{group}} has the largest share, {{share}} of {{n}} against {{predicted}} predicted.',
        {
          group: text(str(first, 'grp')),
          share: percent(num(first, 'late') / num(first, 'n')),
          n: count(num(first, 'n')),
          predicted: percent(first['predicted'] as number | null),
        },
        cite,
      ),
    );
  return draft(
    sentences,
    table(
      [group, 'deliveries', 'late', 'lateShare', 'predicted', ['meanLateness', 'days']],
      rows.map((row) => [
        text(str(row, 'grp')),
        count(num(row, 'n')),
        count(num(row, 'late')),
        percent(num(row, 'late') / num(row, 'n')),
        percent(row['predicted'] as number | null),
        decimal(row['lateness'] === null ? null : num(row, 'lateness') / 86_400_000, 1),
      ]),
    ),
    { kind: isTime(group) ? 'line' : 'bar', x: group, y: ['lateShare'] },
  );
};

/** What is compared for each task, where the order has ended: the recorded probability and whether it came true. */
const TRUTH: Readonly<Record<string, { from: string; predicted: string; actual: string; where: string }>> = {
  delay: {
    from: FROM,
    predicted: 'p.delay_risk',
    actual: '(s.delivered_at > d.promise_date)',
    where: 'p.delay_risk IS NOT NULL AND s.delivered_at IS NOT NULL AND d.promise_date IS NOT NULL',
  },
  split: {
    from: `decision_index d JOIN (SELECT decision_id AS id, count(*) AS n, sum(delivered_at IS NULL AND failed_at IS NULL) AS open FROM shipments WHERE tenant_id = :tenant AND shipped_at IS NOT NULL GROUP BY decision_id) s ON s.id = d.decision_id`,
    predicted: 'd.risk_split',
    actual: '(s.n > d.planned_shipments)',
    where: 'd.risk_split IS NOT NULL AND s.open = 0',
  },
};

export const modelAccuracy: Answerer = (parameters, sources) => {
  const tasks = typeof parameters['task'] === 'string' ? [parameters['task']] : ['delay', 'split'];
  const sentences: Sentence[] = [];
  const bins: (readonly ReturnType<typeof text>[])[] = [];
  for (const task of tasks) {
    const truth = TRUTH[task];
    if (!truth) continue;
    const { sql, values } = task === 'delay' ? delivered(parameters) : whereOf(parameters);
    const { rows, cite } = sources.query(
      `SELECT min(9, CAST(${truth.predicted} * 10 AS INTEGER)) AS bin, count(*) AS n, avg(${truth.predicted}) AS predicted, avg(${truth.actual}) AS actual, avg((${truth.predicted} - ${truth.actual}) * (${truth.predicted} - ${truth.actual})) AS brier
       FROM ${truth.from} WHERE ${sql} AND ${truth.where} GROUP BY 1 ORDER BY 1`,
      values,
    );
    const n = rows.reduce((sum, row) => sum + num(row, 'n'), 0);
    if (n === 0) continue;
    const mean = (name: string) => rows.reduce((sum, row) => sum + num(row, name) * num(row, 'n'), 0) / n;
    const base = mean('actual');
    sentences.push(
      say(
        'Over {{n}} outcomes the {{task}} model predicted {{predicted}} on average and {{actual}} came true; its Brier score is {{brier}}, that of always saying the average {{floor}} ({{scope}}).',
        {
          n: count(n),
          task: text(task),
          predicted: percent(mean('predicted')),
          actual: percent(base),
          brier: decimal(mean('brier'), 4),
          floor: decimal(base * (1 - base), 4),
          scope: scopeOf(parameters, sources),
        },
        cite,
      ),
    );
    for (const row of rows)
      bins.push([text(task), percent(num(row, 'predicted')), percent(num(row, 'actual')), count(num(row, 'n'))]);
  }
  if (sentences.length === 0) return NOTHING;
  return draft(sentences, table(['task', 'predicted', 'actual', 'outcomes'], bins), {
    kind: 'line',
    x: 'predicted',
    y: ['actual'],
    panel: 'task',
  });
};
