import { type Answerer, counted, draft, NOTHING, say, table, text, when } from './draft.ts';
import { decisionsOf } from './recorded-order.ts';

/** Each line of what is on record about an order: when, what, which, who. */
const EVENTS = `SELECT decided_at AS at, 'decision ' || status AS event, decision_id AS detail, actor AS who FROM decision_index WHERE tenant_id = :tenant AND order_id = :order
  UNION ALL SELECT opened_at, 'exception opened', category, owner FROM exceptions WHERE tenant_id = :tenant AND order_id = :order
  UNION ALL SELECT resolved_at, 'exception resolved', resolution, assignee FROM exceptions WHERE tenant_id = :tenant AND order_id = :order AND resolved_at IS NOT NULL
  UNION ALL SELECT a.raised_at, 'approval asked of ' || a.approver_role, a.rule_id, a.raised_by FROM approvals a JOIN decision_index d ON d.tenant_id = a.tenant_id AND d.decision_id = a.decision_id WHERE a.tenant_id = :tenant AND d.order_id = :order
  UNION ALL SELECT a.decided_at, 'approval ' || lower(a.state), a.rule_id, a.decided_by FROM approvals a JOIN decision_index d ON d.tenant_id = a.tenant_id AND d.decision_id = a.decision_id WHERE a.tenant_id = :tenant AND d.order_id = :order AND a.decided_at IS NOT NULL
  UNION ALL SELECT at, 'override', reason_code, actor FROM overrides WHERE tenant_id = :tenant AND order_id = :order
  UNION ALL SELECT shipped_at, 'shipped from ' || node_id, shipment_id, carrier_service FROM shipments WHERE tenant_id = :tenant AND order_id = :order AND shipped_at IS NOT NULL
  UNION ALL SELECT delivered_at, 'delivered', shipment_id, carrier_service FROM shipments WHERE tenant_id = :tenant AND order_id = :order AND delivered_at IS NOT NULL
  UNION ALL SELECT failed_at, 'delivery failed', shipment_id, carrier_service FROM shipments WHERE tenant_id = :tenant AND order_id = :order AND failed_at IS NOT NULL`;

export const orderHistory: Answerer = (parameters, sources) => {
  const decisions = decisionsOf(parameters, sources);
  const orderId = decisions[0]?.['order_id'];
  if (orderId === undefined || orderId === null) return NOTHING;
  const values = { order: String(orderId) };
  const total = sources.query(`SELECT count(*) AS n FROM (${EVENTS})`, values);
  const { rows, cite } = sources.query(
    // What a decision asks for has its moment, and follows it.
    `SELECT * FROM (${EVENTS}) ORDER BY at, event NOT LIKE 'decision %', event, detail LIMIT 100`,
    values,
  );
  const last = rows.at(-1)!;
  return draft(
    [
      say(
        'On record for order {{order}}: {{events}}, of which {{decisions}}.',
        {
          events: counted(Number(total.rows[0]!['n']), 'event'),
          order: text(String(orderId)),
          decisions: counted(decisions.length, 'decision'),
        },
        total.cite,
      ),
      say(
        'The last is of {{at}}: {{event}}.',
        { at: when(last['at'] as number | null, sources.zone), event: text(last['event'] as string) },
        cite,
      ),
    ],
    table(
      ['at', 'event', 'detail', 'who'],
      rows.map((row) => [
        when(row['at'] as number | null, sources.zone),
        text(row['event'] as string),
        text(row['detail'] as string | null),
        text(row['who'] as string | null),
      ]),
    ),
  );
};
