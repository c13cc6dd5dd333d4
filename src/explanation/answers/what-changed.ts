import { type Answerer, count, counted, draft, NOTHING, say, table, text, when } from './draft.ts';
import { LEAF_MOMENT } from './filters.ts';
import { kpiSlot, measure } from './measure-kpi.ts';
import { capital, metricSlot } from './words.ts';

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
       AND ${LEAF_MOMENT} >= :from AND ${LEAF_MOMENT} < :to GROUP BY 1`,
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
            '{{metric}}: {{now}}, in the period before {{before}}.',
            { metric: capital(metricSlot(metric)), before: kpiSlot(b, then.kpi), now: kpiSlot(a, now.kpi) },
            now.cite,
            then.cite,
          ),
        ]
      : [];
  });
  return draft(
    [
      say(
        'Since {{from}}: {{decisions}}, {{opened}} opened and {{resolved}} resolved, {{overrides}}, {{policies}} and {{models}}.',
        {
          from: when(from, sources.zone),
          decisions: counted(n('decisions'), 'decision'),
          opened: counted(n('exceptions opened'), 'exception'),
          resolved: count(n('exceptions resolved')),
          overrides: counted(n('overrides'), 'override'),
          policies: counted(n('policy changes'), 'policy change'),
          models: counted(n('model promotions'), 'model promotion'),
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
