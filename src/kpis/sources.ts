import type { KpiSource } from './definition.ts';

export const GROUPINGS = ['day', 'node', 'carrier', 'tier', 'channel'] as const;
export type Grouping = (typeof GROUPINGS)[number];

const day = (moment: string) => `date(${moment} / 1000, 'unixepoch')`;

/** What left of an order: one pass over its decisions in the order of their index, each with its shipments by theirs. */
const SHIPPED = `,
    count(s.shipment_id) AS left_shipments, coalesce(sum(s.short_units), 0) AS short_units,
    count(CASE WHEN s.delivered_at IS NULL AND s.failed_at IS NULL THEN s.shipment_id END) AS under_way,
    count(s.failed_at) AS failed, max(s.delivered_at) AS last_delivered_at`;

/**
 * Decisions that were executed or would have been: no quotes, and of an order that was decided again only the last.
 * Days are UTC days of the decision. `used` is SQL over the rows: what it does not name is not joined.
 */
const orders = (used: string): string => {
  const uses = (...columns: string[]): boolean => columns.some((column) => used.includes(column));
  const left = uses('left_shipments', 'short_units', 'under_way', 'failed', 'last_delivered_at');
  const people = [
    ['overridden', 'v', 'LEFT JOIN overrides v ON v.tenant_id = d.tenant_id AND v.decision_id = d.decision_id'],
    ['excepted', 'e', 'LEFT JOIN exceptions e ON e.tenant_id = d.tenant_id AND e.decision_id = d.decision_id'],
    [
      'asked',
      'a',
      'LEFT JOIN (SELECT DISTINCT decision_id FROM approvals WHERE tenant_id = $tenant) a ON a.decision_id = d.decision_id',
    ],
  ].filter(([column]) => uses(column!));
  return `
  SELECT d.*, ${day('d.decided_at')} AS day${people.map(([column, table]) => `, ${table}.decision_id IS NOT NULL AS ${column}`).join('')}${left ? SHIPPED : ''}
  FROM decision_index d
  ${people.map(([, , join]) => join).join('\n  ')}
  ${left ? 'LEFT JOIN shipments s ON s.tenant_id = d.tenant_id AND s.decision_id = d.decision_id AND s.shipped_at IS NOT NULL' : ''}
  WHERE d.tenant_id = $tenant AND d.mode <> 'quote' AND d.decided_at >= $from AND d.decided_at < $to
  ${left ? 'GROUP BY d.decided_at, d.rowid' : ''}`;
};

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

/** SQL of a source with the column `grp`; by node or carrier an order counts in each one that its plan ships from or by. `used`: SQL over it. */
export function sourceSql(source: KpiSource, by: Grouping | null, used: string): string {
  const rows = { order: orders, shipment: () => SHIPMENT, exception: () => EXCEPTION }[source](used);
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
