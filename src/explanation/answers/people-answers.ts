import type { Group } from '#explanation/catalogue/parameters.ts';
import { num, str } from './cells.ts';
import {
  type Answerer,
  age,
  count,
  counted,
  draft,
  NOTHING,
  percent,
  type Sentence,
  say,
  table,
  text,
  when,
} from './draft.ts';
import { groupSql, periodOf, whereOf } from './filters.ts';
import { scopeOf } from './scope.ts';
import { reasonSlot } from './words.ts';

const capped = (top: unknown, cap: number): number => (typeof top === 'number' ? Math.min(top, cap) : cap);
const AT_NODE = `EXISTS (SELECT 1 FROM json_each(e.context, '$.nearest') n WHERE n.value ->> '$.candidateId' LIKE '%' || :nodeId || '/%')`;

export const exceptionsAging: Answerer = (parameters, sources) => {
  const by = String(parameters['groupBy'] ?? 'owner');
  const clauses = ["e.tenant_id = :tenant AND e.state = 'OPEN'"];
  const values: Record<string, string | number> = { now: sources.now };
  for (const [name, sql] of [
    ['owner', 'e.owner = :owner'],
    ['nodeId', AT_NODE],
  ] as const)
    if (typeof parameters[name] === 'string') {
      clauses.push(sql);
      values[name] = parameters[name];
    }
  const group =
    by === 'owner'
      ? 'e.owner'
      : by === 'category'
        ? 'e.category'
        : "coalesce(substr(e.context ->> '$.nearest[0].candidateId', 1, instr(e.context ->> '$.nearest[0].candidateId', '/') - 1), 'none')";
  const { rows, cite } = sources.query(
    `SELECT ${group} AS grp, count(*) AS open, sum(e.sla_due_at < :now) AS overdue, avg(:now - e.opened_at) AS mean, max(:now - e.opened_at) AS oldest
     FROM exceptions e WHERE ${clauses.join(' AND ')} GROUP BY 1 ORDER BY oldest DESC LIMIT 100`,
    values,
  );
  const first = rows[0];
  if (!first) return NOTHING;
  const open = rows.reduce((sum, row) => sum + num(row, 'open'), 0);
  const overdue = rows.reduce((sum, row) => sum + num(row, 'overdue'), 0);
  return draft(
    [
      say(
        'Open: {{open}}; past the due time: {{overdue}}.',
        { open: counted(open, 'exception'), overdue: count(overdue) },
        cite,
      ),
      say(
        'The oldest, {{age}}, is with {{group}}.',
        { age: age(num(first, 'oldest')), group: text(str(first, 'grp')) },
        cite,
      ),
    ],
    table(
      [by, 'open', 'overdue', 'meanAge', 'oldest'],
      rows.map((row) => [
        text(str(row, 'grp')),
        count(num(row, 'open')),
        count(num(row, 'overdue')),
        age(num(row, 'mean')),
        age(num(row, 'oldest')),
      ]),
    ),
    { kind: 'bar', x: by, y: ['open'] },
  );
};

const STATES: Readonly<Record<string, string>> = {
  open: "e.state = 'OPEN' AND (e.snoozed_until IS NULL OR e.snoozed_until <= :now)",
  snoozed: "e.state = 'OPEN' AND e.snoozed_until > :now",
  resolved: "e.state = 'RESOLVED'",
};

export const listExceptions: Answerer = (parameters, sources) => {
  const state = String(parameters['state'] ?? 'open');
  const bounds = periodOf(parameters, state === 'resolved' ? 'e.resolved_at' : 'e.opened_at');
  const clauses = ['e.tenant_id = :tenant', STATES[state]!, ...(bounds.sql ? [bounds.sql] : [])];
  const values: Record<string, string | number | null> = { ...bounds.values, now: sources.now };
  for (const [name, sql] of [
    ['owner', 'e.owner = :owner'],
    ['category', 'e.category = :category'],
    ['nodeId', AT_NODE],
  ] as const)
    if (typeof parameters[name] === 'string') {
      clauses.push(sql);
      values[name] = parameters[name];
    }
  const where = clauses.map((clause) => `(${clause})`).join(' AND ');
  const { rows, cite } = sources.query(
    `SELECT e.*, (SELECT count(*) FROM exceptions e WHERE ${where}) AS n FROM exceptions e WHERE ${where} ORDER BY e.sla_due_at, e.decision_id LIMIT :limit`,
    { ...values, limit: capped(parameters['top'], 100) },
  );
  const first = rows[0];
  if (!first) return NOTHING;
  return draft(
    [
      say(
        'Found {{n}} in state {{state}} ({{scope}}).',
        { n: counted(num(first, 'n'), 'exception'), state: text(state), scope: scopeOf(parameters, sources) },
        cite,
      ),
      say(
        'Next due is {{order}} ({{category}}), with {{owner}}, at {{due}}.',
        {
          order: text(str(first, 'order_id')),
          category: reasonSlot(str(first, 'category')),
          owner: text(str(first, 'owner')),
          due: when(num(first, 'sla_due_at'), sources.zone),
        },
        cite,
      ),
    ],
    table(
      ['orderId', 'category', 'owner', 'openedAt', 'slaDueAt', 'constraint', 'assignee'],
      rows.map((row) => {
        const context = JSON.parse(String(row['context'])) as {
          nearest?: { outcomes?: { ruleId: string; verdict: string }[] }[];
        };
        const binding = context.nearest?.[0]?.outcomes?.find(
          ({ verdict }) => verdict === 'DENY' || verdict === 'REQUIRE_APPROVAL',
        );
        return [
          text(str(row, 'order_id')),
          text(str(row, 'category')),
          text(str(row, 'owner')),
          when(num(row, 'opened_at'), sources.zone),
          when(num(row, 'sla_due_at'), sources.zone),
          text(binding?.ruleId ?? null),
          text(str(row, 'assignee')),
        ];
      }),
    ),
  );
};

export const approvals: Answerer = (parameters, sources) => {
  const state = parameters['state'];
  const column = state === 'pending' || state === undefined ? 'a.raised_at' : 'a.decided_at';
  const bounds = periodOf(parameters, column);
  const clauses = ['a.tenant_id = :tenant', ...(bounds.sql ? [bounds.sql] : [])];
  const values: Record<string, string | number | null> = { ...bounds.values };
  if (state === 'pending') {
    clauses.push("a.state = 'PENDING' AND a.expires_at > :now");
    values['now'] = sources.now;
  } else if (typeof state === 'string') clauses.push(`a.state = '${state === 'approved' ? 'APPROVED' : 'REFUSED'}'`);
  if (typeof parameters['approverRole'] === 'string') {
    clauses.push('a.approver_role = :approverRole');
    values['approverRole'] = parameters['approverRole'];
  }
  const where = clauses.join(' AND ');
  const { rows, cite } = sources.query(
    `SELECT a.*, d.order_id, d.cost_total, d.currency, (SELECT count(*) FROM approvals a WHERE ${where}) AS n FROM approvals a
     JOIN decision_index d ON d.tenant_id = a.tenant_id AND d.decision_id = a.decision_id WHERE ${where} ORDER BY a.raised_at, a.decision_id, a.rule_id LIMIT :limit`,
    { ...values, limit: capped(parameters['top'], 100) },
  );
  const first = rows[0];
  if (!first) return NOTHING;
  return draft(
    [
      say(
        'Found {{n}} ({{state}}); the first was asked of {{role}} on {{at}} for order {{order}} under {{rule}}.',
        {
          n: counted(num(first, 'n'), 'approval'),
          state: text(typeof state === 'string' ? state : 'any state'),
          role: text(str(first, 'approver_role')),
          at: when(num(first, 'raised_at'), sources.zone),
          order: text(str(first, 'order_id')),
          rule: text(str(first, 'rule_id')),
        },
        cite,
      ),
    ],
    table(
      ['orderId', 'ruleId', 'approverRole', 'state', 'raisedAt', 'decidedBy', 'decidedAt', 'expiresAt'],
      rows.map((row) => [
        text(str(row, 'order_id')),
        text(str(row, 'rule_id')),
        text(str(row, 'approver_role')),
        text(str(row, 'state')),
        when(num(row, 'raised_at'), sources.zone),
        text(str(row, 'decided_by')),
        when(row['decided_at'] as number | null, sources.zone),
        when(num(row, 'expires_at'), sources.zone),
      ]),
    ),
  );
};

/**
 * An override is judged where the order has ended: right when it arrived by its promise although the decision's own
 * delay risk was a half or more, or when nothing went wrong after it; wrong when the order was late or short.
 */
const VERDICT = `CASE WHEN left_shipments IS NULL OR under_way > 0 THEN 'open'
  WHEN failed > 0 OR short_units > 0 OR (d.promise_date IS NOT NULL AND last_delivered > d.promise_date) THEN 'went wrong' ELSE 'went well' END`;

export const overrides: Answerer = (parameters, sources) => {
  const { from: _, to: __, ...others } = parameters;
  const where = whereOf(others);
  const bounds = periodOf(parameters, 'o.at');
  // An overridden decision still counts, also where a later one superseded it.
  const sql = where.sql.replace('d.superseded_by IS NULL AND ', '') + (bounds.sql ? ` AND ${bounds.sql}` : '');
  const values = { ...where.values, ...bounds.values };
  const body = `FROM overrides o JOIN decision_index d ON d.tenant_id = o.tenant_id AND d.decision_id = o.decision_id
    LEFT JOIN (SELECT decision_id AS id, count(*) AS left_shipments, sum(delivered_at IS NULL AND failed_at IS NULL) AS under_way, sum(failed_at IS NOT NULL) AS failed,
      sum(short_units) AS short_units, max(delivered_at) AS last_delivered FROM shipments WHERE tenant_id = :tenant AND shipped_at IS NOT NULL GROUP BY decision_id) s ON s.id = d.decision_id`;
  const { rows, cite } = sources.query(
    `SELECT o.*, d.risk_delay, ${VERDICT} AS verdict ${body} WHERE ${sql} ORDER BY o.at DESC, o.decision_id`,
    values,
  );
  if (rows.length === 0) return NOTHING;
  const ended = rows.filter((row) => row['verdict'] !== 'open');
  const well = ended.filter((row) => row['verdict'] === 'went well');
  const sentences: Sentence[] = [
    say(
      'Overridden: {{n}} ({{scope}}).',
      { n: counted(rows.length, 'decision'), scope: scopeOf(parameters, sources) },
      cite,
    ),
    ended.length > 0
      ? say(
          "Of these {{ended}} ended; {{well}} went well under the person's plan, {{share}}.",
          { ended: count(ended.length), well: count(well.length), share: percent(well.length / ended.length) },
          cite,
        )
      : say('None of these orders has ended yet, so nobody is proved right.', {}, cite),
  ];
  const group = parameters['groupBy'] as Group | undefined;
  if (group) {
    const { expression, join } = groupSql(group, 'o.at');
    const grouped = sources.query(
      `SELECT ${expression} AS grp, count(DISTINCT o.decision_id) AS n ${body.replace('LEFT JOIN (SELECT', `${join.startsWith(',') ? '' : join} LEFT JOIN (SELECT`)}${join.startsWith(',') ? join : ''} WHERE ${sql} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100`,
      values,
    );
    return draft(
      sentences,
      table(
        [group, 'overrides'],
        grouped.rows.map((row) => [text(str(row, 'grp')), count(num(row, 'n'))]),
      ),
      { kind: 'bar', x: group, y: ['overrides'] },
    );
  }
  const shown = rows.slice(0, capped(parameters['top'], 100));
  return draft(
    sentences,
    table(
      ['orderId', 'at', 'by', 'reasonCode', 'from', 'to', 'delayRisk', 'turnedOut'],
      shown.map((row) => [
        text(str(row, 'order_id')),
        when(num(row, 'at'), sources.zone),
        text(str(row, 'actor')),
        text(str(row, 'reason_code')),
        text(str(row, 'from_candidate_id')),
        text(str(row, 'to_candidate_id')),
        percent(row['risk_delay'] as number | null),
        text(str(row, 'verdict')),
      ]),
    ),
  );
};
