import type { KpiSource } from './definition.ts';

export const GROUPINGS = ['day', 'node', 'carrier', 'tier', 'channel'] as const;
export type Grouping = (typeof GROUPINGS)[number];

const day = (moment: string) => `date(${moment} / 1000, 'unixepoch')`;

/**
 * Decisions that were executed or would have been: no quotes, and of an order that was decided again only the last.
 * Days are UTC days of the decision.
 */
const ORDER = `
  SELECT d.*, ${day('d.decided_at')} AS day,
    coalesce(o.left, 0) AS left_shipments, coalesce(o.short_units, 0) AS short_units,
    coalesce(o.under_way, 0) AS under_way, coalesce(o.failed, 0) AS failed, o.last_delivered_at,
    v.decision_id IS NOT NULL AS overridden, e.decision_id IS NOT NULL AS excepted, a.decision_id IS NOT NULL AS asked
  FROM decision_index d
  LEFT JOIN (
    SELECT decision_id, count(*) AS left, sum(short_units) AS short_units,
      sum(delivered_at IS NULL AND failed_at IS NULL) AS under_way, sum(failed_at IS NOT NULL) AS failed,
      max(delivered_at) AS last_delivered_at
    FROM shipments WHERE tenant_id = $tenant AND shipped_at IS NOT NULL GROUP BY decision_id
  ) o ON o.decision_id = d.decision_id
  LEFT JOIN overrides v ON v.tenant_id = d.tenant_id AND v.decision_id = d.decision_id
  LEFT JOIN exceptions e ON e.tenant_id = d.tenant_id AND e.decision_id = d.decision_id
  LEFT JOIN (SELECT DISTINCT decision_id FROM approvals WHERE tenant_id = $tenant) a ON a.decision_id = d.decision_id
  WHERE d.tenant_id = $tenant AND d.mode <> 'quote' AND d.decided_at >= $from AND d.decided_at < $to`;

/** Shipments that left, beside what the decision planned for their node; days are UTC days of leaving. */
const SHIPMENT = `
  SELECT s.*, ${day('s.shipped_at')} AS day, d.customer_tier, d.channel, d.promise_date, d.currency AS planned_currency,
    p.ship_date AS planned_ship_date, p.carrier AS planned_carrier, p.carrier_service AS planned_carrier_service,
    p.freight AS planned_freight
  FROM shipments s
  JOIN decision_index d ON d.tenant_id = s.tenant_id AND d.decision_id = s.decision_id
  LEFT JOIN decision_shipments p
    ON p.tenant_id = s.tenant_id AND p.decision_id = s.decision_id AND p.node_id = s.node_id
  WHERE s.tenant_id = $tenant AND s.shipped_at >= $from AND s.shipped_at < $to`;

/** Exceptions beside their decision; days are UTC days of opening. */
const EXCEPTION = `
  SELECT e.opened_at, min(coalesce(e.resolved_at, $now), $now) AS aged_until, ${day('e.opened_at')} AS day,
    d.decision_id, d.customer_tier, d.channel
  FROM exceptions e JOIN decision_index d ON d.tenant_id = e.tenant_id AND d.decision_id = e.decision_id
  WHERE e.tenant_id = $tenant AND e.opened_at >= $from AND e.opened_at < $to`;

const ROWS: Record<KpiSource, string> = { order: ORDER, shipment: SHIPMENT, exception: EXCEPTION };

/** SQL of a source with the column `grp`; by node or carrier an order counts in each one that its plan ships from or by. */
export function sourceSql(source: KpiSource, by: Grouping | null): string {
  const rows = ROWS[source];
  if (by === null) return `SELECT '' AS grp, r.* FROM (${rows}) r`;
  if (by === 'day') return `SELECT r.day AS grp, r.* FROM (${rows}) r`;
  if (by === 'tier') return `SELECT r.customer_tier AS grp, r.* FROM (${rows}) r`;
  if (by === 'channel') return `SELECT r.channel AS grp, r.* FROM (${rows}) r`;
  const column = by === 'node' ? 'node_id' : 'carrier';
  if (source === 'shipment') return `SELECT r.${column} AS grp, r.* FROM (${rows}) r`;
  // One row for each node or carrier of the plan: the first of its shipments by that node or carrier stands for it.
  return `SELECT g.${column} AS grp, r.* FROM (${rows}) r
    JOIN decision_shipments g ON g.tenant_id = $tenant AND g.decision_id = r.decision_id
    WHERE NOT EXISTS (
      SELECT 1 FROM decision_shipments b WHERE b.tenant_id = $tenant AND b.decision_id = g.decision_id
        AND b.${column} = g.${column} AND b.node_id < g.node_id
    )`;
}
