import type { Parameters } from '#explanation/grammar/slots.ts';
import type { Recorded, Row, Sources } from '#explanation/sources.ts';

/** Ids of the decisions on an order, oldest first; an order may also be named by a decision's id. */
export function decisionsOf(parameters: Parameters, sources: Sources): Row[] {
  const { rows } = sources.query(
    `SELECT d.* FROM decision_index d WHERE d.tenant_id = :tenant AND d.order_id IN (SELECT :orderId
       UNION ALL SELECT order_id FROM decision_index WHERE tenant_id = :tenant AND decision_id = :orderId)
     ORDER BY +d.decided_at, d.decision_id`,
    { orderId: String(parameters['orderId']) },
  );
  return rows;
}

/** The decision that counts: the one named, or the order's last that is more than a quote, or its last quote. */
export function currentDecision(
  parameters: Parameters,
  sources: Sources,
): (Recorded & { readonly row: Row }) | undefined {
  const rows = decisionsOf(parameters, sources);
  const named = rows.find((row) => row['decision_id'] === parameters['orderId']);
  const row = named ?? rows.findLast((one) => one['mode'] !== 'quote') ?? rows.at(-1);
  const found = row && sources.recorded(String(row['decision_id']));
  return found && { ...found, row };
}
