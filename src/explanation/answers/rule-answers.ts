import { num, str } from './cells.ts';
import { type Answerer, count, counted, draft, list, NOTHING, type Slot, say, table, text, when } from './draft.ts';
import { LEAF_MOMENT, periodOf, whereOf } from './filters.ts';
import { scopeOf } from './scope.ts';
import { valueSlot } from './values.ts';

/** Units of thresholds as guard outcomes name them. */
const UNIT_NAMES: Readonly<Record<string, string>> = { minorUnits: 'minor units' };

/**
 * Each rule that fired on a decision, with what it did: a clamp stands in the leaf, a need for approval in its table, or
 * with the nearest plan of its exception where another rule forbade that plan, so that nobody was asked.
 */
const FIRED = `SELECT r.value AS rule_id, CASE
    WHEN EXISTS (SELECT 1 FROM audit_leaves l, json_each(CAST(l.leaf AS TEXT), '$.policy.clamps') c WHERE l.decision_id = d.decision_id AND c.value ->> '$.ruleId' = r.value) THEN 'CLAMP'
    WHEN EXISTS (SELECT 1 FROM approvals a WHERE a.tenant_id = d.tenant_id AND a.decision_id = d.decision_id AND a.rule_id = r.value) THEN 'REQUIRE_APPROVAL'
    WHEN EXISTS (SELECT 1 FROM exceptions e, json_each(e.context, '$.nearest[0].outcomes') o WHERE e.tenant_id = d.tenant_id AND e.decision_id = d.decision_id
      AND o.value ->> '$.ruleId' = r.value AND o.value ->> '$.verdict' = 'REQUIRE_APPROVAL') THEN 'REQUIRE_APPROVAL'
    ELSE 'DENY' END AS verdict, d.decision_id FROM decision_index d, json_each(d.rules_fired) r WHERE d.rules_fired <> '[]' AND`;

export const ruleActivity: Answerer = (parameters, sources) => {
  const { ruleId, verdict, top } = parameters;
  const { sql, values } = whereOf(parameters, ['ruleId']);
  const filter = [
    '1 = 1',
    ...(typeof ruleId === 'string' ? ['f.rule_id = :ruleId'] : []),
    ...(typeof verdict === 'string' ? ['f.verdict = :verdict'] : []),
  ];
  const { rows, cite } = sources.query(
    `SELECT f.rule_id, sum(f.verdict = 'CLAMP') AS clamps, sum(f.verdict = 'REQUIRE_APPROVAL') AS approvals, sum(f.verdict = 'DENY') AS denials, count(*) AS n
     FROM (${FIRED} ${sql}) f WHERE ${filter.join(' AND ')} GROUP BY 1 ORDER BY n DESC, 1 LIMIT :limit`,
    {
      ...values,
      ...(typeof ruleId === 'string' ? { ruleId } : {}),
      ...(typeof verdict === 'string' ? { verdict } : {}),
      limit: typeof top === 'number' ? Math.min(top, 60) : 60,
    },
  );
  const first = rows[0];
  if (!first) {
    const decided = sources.query(`SELECT count(*) AS n FROM decision_index d WHERE ${sql}`, values);
    const n = num(decided.rows[0]!, 'n');
    return n === 0
      ? NOTHING
      : draft([
          say(
            'No such rule stood in the way, over {{n}} ({{scope}}).',
            { n: counted(n, 'decision'), scope: scopeOf(parameters, sources) },
            decided.cite,
          ),
        ]);
  }
  return draft(
    [
      say(
        'The rule that acted most is {{rule}}, on {{n}} ({{scope}}): {{clamps}}, {{approvals}} asked, {{denials}}.',
        {
          rule: text(str(first, 'rule_id')),
          n: counted(num(first, 'n'), 'decision'),
          scope: scopeOf(parameters, sources),
          clamps: counted(num(first, 'clamps'), 'clamp'),
          approvals: counted(num(first, 'approvals'), 'approval'),
          denials: counted(num(first, 'denials'), 'denial'),
        },
        cite,
      ),
    ],
    table(
      ['ruleId', 'clamps', 'approvals', 'denials', 'all'],
      rows.map((row) => [
        text(str(row, 'rule_id')),
        count(num(row, 'clamps')),
        count(num(row, 'approvals')),
        count(num(row, 'denials')),
        count(num(row, 'n')),
      ]),
    ),
    { kind: 'bar', x: 'ruleId', y: ['all'] },
  );
};

export const policyRules: Answerer = (parameters, sources) => {
  const policy = sources.policy();
  if (!policy) return NOTHING;
  const { ruleId } = parameters;
  const rules = policy.rules.filter((rule) => ruleId === undefined || rule.ruleId === ruleId);
  const first = rules[0];
  if (!first) return NOTHING;
  const { cite } = sources.query(
    'SELECT policy_revision FROM decision_index WHERE tenant_id = :tenant AND policy_revision = :revision AND decided_at >= 0 ORDER BY decided_at DESC LIMIT 1',
    { revision: policy.policyRevision },
  );
  const limitOf = (rule: (typeof rules)[number]): Slot => {
    const limit = rule.variants.at(-1)?.limit;
    if (!limit) return text('none');
    const values = [...new Set(Object.values(limit))];
    const unit = rule.code?.hard === false ? (UNIT_NAMES[rule.code.unit] ?? rule.code.unit) : '';
    const shown = (value: number): Slot => valueSlot(value, unit, policy.currency);
    return values.length === 1
      ? shown(values[0]!)
      : text(
          Object.entries(limit)
            .map(([tier, value]) => `${tier} ${shown(value).shown}`)
            .join(', '),
        );
  };
  const sentence =
    ruleId === undefined
      ? say(
          'The policy {{policy}} version {{version}} has {{n}} rules in force.',
          { policy: text(policy.policyId), version: text(policy.version), n: count(rules.length) },
          cite,
        )
      : say(
          '{{rule}}: {{message}}. Threshold {{limit}}, severity {{severity}}, owned by {{owner}}.',
          {
            rule: text(first.ruleId),
            message: text(first.message.replace(/\.$/, '')),
            limit: limitOf(first),
            severity: text(first.variants.at(-1)?.severity ?? null),
            owner: text(first.owner),
          },
          cite,
        );
  return draft(
    [sentence],
    table(
      ['ruleId', 'kind', 'severity', 'threshold', 'approvers', 'owner', 'reasonCode'],
      rules.slice(0, 100).map((rule) => {
        const variant = rule.variants.at(-1);
        return [
          text(rule.ruleId),
          text(rule.kind),
          text(variant?.severity ?? null),
          limitOf(rule),
          list(
            (variant?.approvals ?? []).map(
              ({ upTo, role }) =>
                `${role}${upTo === null ? '' : ` up to ${valueSlot(upTo, rule.code?.hard === false ? (UNIT_NAMES[rule.code.unit] ?? rule.code.unit) : '', policy.currency).shown}`}`,
            ),
          ),
          text(rule.owner),
          text(rule.reasonCode),
        ];
      }),
    ),
  );
};

/** Leaves of one kind; they hold no decision, so that few rows are looked through. */
const leavesOf = (kind: string) =>
  `SELECT json_extract(CAST(l.leaf AS TEXT), '$.ts') AS ts, CAST(l.leaf AS TEXT) AS leaf, g.origin || '#' || l.leaf_index AS ref FROM audit_leaves l JOIN audit_logs g ON g.log_id = l.log_id
   WHERE g.tenant_id = :tenant AND l.decision_id IS NULL AND json_extract(CAST(l.leaf AS TEXT), '$.type') = '${kind}'`;

export const policyChanges: Answerer = (parameters, sources) => {
  const bounds = periodOf(parameters, LEAF_MOMENT);
  const { rows, cite } = sources.query(
    `${leavesOf('policy-change')} ${bounds.sql ? `AND ${bounds.sql}` : ''} ORDER BY ts DESC`,
    bounds.values,
  );
  const leaves = rows.map(
    (row) =>
      JSON.parse(String(row['leaf'])) as {
        ts: string;
        actor: string;
        fromRevision: string | null;
        toRevision: string;
        approvedBy: string[];
        reason: string;
      },
  );
  const first = leaves[0];
  if (!first)
    return draft([say('No policy change is on the log ({{scope}}).', { scope: scopeOf(parameters, sources) }, cite)]);
  const ref = { kind: 'leaf', ref: String(rows[0]!['ref']), decisionId: null, receipt: null } as const;
  return draft(
    [
      say(
        'On the log: {{n}} ({{scope}}).',
        { n: counted(leaves.length, 'policy change'), scope: scopeOf(parameters, sources) },
        cite,
      ),
      say(
        'The last came into force on {{at}}: raised by {{who}}, approved by {{approved}}, reason: {{reason}}.',
        {
          at: when(Date.parse(first.ts), sources.zone),
          who: text(first.actor),
          approved: list(first.approvedBy),
          reason: text(first.reason),
        },
        ref,
      ),
    ],
    table(
      ['at', 'raisedBy', 'approvedBy', 'from', 'to', 'reason'],
      leaves.map((leaf) => [
        when(Date.parse(leaf.ts), sources.zone),
        text(leaf.actor),
        list(leaf.approvedBy),
        text(leaf.fromRevision?.slice(0, 15) ?? null),
        text(leaf.toRevision.slice(0, 15)),
        text(leaf.reason),
      ]),
    ),
  );
};

export const modelVersions: Answerer = (parameters, sources) => {
  const { task } = parameters;
  const { rows, cite } = sources.query(
    `SELECT substr(m.value, 1, instr(m.value, '=') - 1) AS task, substr(m.value, instr(m.value, '=') + 1) AS version, sum(d.n) AS n, min(d.first) AS first, max(d.last) AS last
     FROM (SELECT models, count(*) AS n, min(decided_at) AS first, max(decided_at) AS last FROM decision_index WHERE tenant_id = :tenant AND decided_at >= 0 GROUP BY models) d,
       json_each(d.models) m WHERE (:task IS NULL OR m.value LIKE :task || '=%') GROUP BY 1, 2 ORDER BY last DESC, 1 LIMIT 60`,
    { task: typeof task === 'string' ? task : null },
  );
  if (rows.length === 0) return NOTHING;
  const latest = [...new Map(rows.toReversed().map((row) => [row['task'], row])).values()];
  return draft(
    latest.map((row) =>
      say(
        'The {{task}} risk is scored by {{version}}, in {{n}} since {{since}}.',
        {
          task: text(str(row, 'task')),
          version: text(str(row, 'version')),
          n: counted(num(row, 'n'), 'decision'),
          since: when(num(row, 'first'), sources.zone),
        },
        cite,
      ),
    ),
    table(
      ['task', 'modelVersion', 'decisions', 'firstUsed', 'lastUsed'],
      rows.map((row) => [
        text(str(row, 'task')),
        text(str(row, 'version')),
        count(num(row, 'n')),
        when(num(row, 'first'), sources.zone),
        when(num(row, 'last'), sources.zone),
      ]),
    ),
  );
};
