import type { Outcome } from '#domain/outcome.ts';
import type { Instant } from '#domain/time.ts';
import type { Store } from '#store/open.ts';
import type { Applied } from './event-store.ts';

/** Keeps what shipments did, from their events. */
export interface Outcomes {
  /** Writes what a shipment event says where it is the newest of its kind; inside `store.transaction`. */
  apply(tenant: string, applied: Applied, observedAt: Instant): void;
}

export function createOutcomes({ sqlite }: Store): Outcomes {
  const upsert = (columns: readonly string[]) =>
    sqlite.prepare(
      `INSERT INTO shipments (tenant_id, shipment_id, observed_at, ${columns.join(', ')})
       VALUES (?, ?, ?, ${columns.map(() => '?').join(', ')})
       ON CONFLICT DO UPDATE SET observed_at = max(observed_at, excluded.observed_at),
         ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    );
  const shipped = upsert([
    'order_id',
    'decision_id',
    'node_id',
    'carrier',
    'carrier_service',
    'shipped_at',
    'shipped_units',
    'short_units',
  ]);
  const delivered = upsert(['delivered_at']);
  const failed = upsert(['failed_at']);
  const invoiced = upsert(['freight_invoiced', 'currency']);
  const lastDecision = sqlite
    .prepare<unknown[], string>(
      `SELECT decision_id FROM decision_index WHERE tenant_id = ? AND order_id = ? AND decided_at <= ? AND mode <> 'quote'
       ORDER BY decided_at DESC, decision_id DESC LIMIT 1`,
    )
    .pluck();
  const units = (lines: readonly { qty: number }[]) => lines.reduce((sum, { qty }) => sum + qty, 0);

  return {
    apply(tenant, { event, cells }, observedAt) {
      if (cells.length === 0) return;
      const at = event.occurredAt;
      switch (event.type) {
        case 'fairlead.shipment.shipped': {
          const { shipmentId, orderId, nodeId, carrier, carrierService, lines, shortLines } = event.data;
          const decisionId = event.data.decisionId ?? lastDecision.get(tenant, orderId, at) ?? null;
          const facts = [orderId, decisionId, nodeId, carrier, carrierService, at, units(lines), units(shortLines)];
          shipped.run(tenant, shipmentId, observedAt, ...facts);
          break;
        }
        case 'fairlead.shipment.delivered':
          delivered.run(tenant, event.data.shipmentId, observedAt, at);
          break;
        case 'fairlead.shipment.failed':
          failed.run(tenant, event.data.shipmentId, observedAt, at);
          break;
        case 'fairlead.freight.invoiced': {
          const { shipmentId, freightInvoiced, currency } = event.data;
          invoiced.run(tenant, shipmentId, observedAt, freightInvoiced, currency);
          break;
        }
      }
    },
  };
}

type ShipmentOutcome = Outcome['shipments'][number];
interface OutcomeRow extends ShipmentOutcome {
  readonly decisionId: string;
  readonly orderId: string;
  readonly plannedShipments: number;
  readonly shortUnits: number;
  readonly offPlan: 0 | 1;
}

/**
 * Outcomes of the decisions made in [from, to), by decision, as known at `knownBy`: the labels of a training run.
 * Decisions of which nothing has left are not among them. `overridden`: a shipment left from a node or by a carrier
 * service that the plan does not have.
 */
export function* outcomesOf(
  { sqlite }: Pick<Store, 'sqlite'>,
  tenant: string,
  from: Instant,
  to: Instant,
  knownBy: Instant,
): Generator<Outcome> {
  // A fact that became known later is not there yet: the newest of each kind that was known is read from the events.
  const known = (type: string, field: string) =>
    `(SELECT ${field} FROM world_events e WHERE e.tenant_id = s.tenant_id AND e.subject = 'shipment' || char(9) || s.shipment_id
      AND e.type = '${type}' AND e.observed_at <= $knownBy
      ORDER BY e.occurred_at DESC, e.event_id DESC, e.source DESC LIMIT 1)`;
  const rows = sqlite.prepare<unknown[], OutcomeRow>(
    `SELECT s.decision_id AS decisionId, s.order_id AS orderId, d.planned_shipments AS plannedShipments,
       s.shipment_id AS shipmentId, s.node_id AS nodeId, s.carrier, s.carrier_service AS carrierService,
       s.shipped_at AS shippedAt, s.short_units AS shortUnits,
       CASE WHEN s.observed_at <= $knownBy THEN s.delivered_at
         ELSE ${known('fairlead.shipment.delivered', 'occurred_at')} END AS deliveredAt,
       CASE WHEN s.observed_at <= $knownBy THEN s.failed_at
         ELSE ${known('fairlead.shipment.failed', 'occurred_at')} END AS failedAt,
       CASE WHEN s.observed_at <= $knownBy THEN s.freight_invoiced
         ELSE ${known('fairlead.freight.invoiced', "e.data ->> '$.freightInvoiced'")} END AS freightInvoiced,
       CASE WHEN s.observed_at <= $knownBy THEN s.observed_at
         ELSE (SELECT max(e.observed_at) FROM world_events e WHERE e.tenant_id = s.tenant_id
           AND e.subject = 'shipment' || char(9) || s.shipment_id AND e.observed_at <= $knownBy) END AS observedAt,
       NOT EXISTS (SELECT 1 FROM decision_shipments p WHERE p.tenant_id = s.tenant_id AND p.decision_id = s.decision_id
         AND p.node_id = s.node_id AND p.carrier_service = s.carrier_service) AS offPlan
     FROM decision_index d JOIN shipments s ON s.tenant_id = d.tenant_id AND s.decision_id = d.decision_id
     WHERE d.tenant_id = $tenant AND d.decided_at >= $from AND d.decided_at < $to
       AND ${known('fairlead.shipment.shipped', '1')} = 1
     ORDER BY d.decided_at, d.decision_id, s.shipped_at, s.shipment_id`,
  );
  let group: OutcomeRow[] = [];
  for (const row of rows.iterate({ tenant, from, to, knownBy })) {
    if (group.length > 0 && group[0]!.decisionId !== row.decisionId) {
      yield outcomeOf(group);
      group = [];
    }
    group.push(row);
  }
  if (group.length > 0) yield outcomeOf(group);
}

function outcomeOf(rows: readonly OutcomeRow[]): Outcome {
  const { decisionId, orderId, plannedShipments } = rows[0]!;
  return {
    decisionId,
    orderId,
    shipments: rows.map(
      ({ decisionId: _, orderId: _o, plannedShipments: _p, shortUnits: _s, offPlan: _f, ...shipment }) => shipment,
    ),
    plannedShipments,
    shortUnits: rows.reduce((sum, { shortUnits }) => sum + shortUnits, 0),
    overridden: rows.some(({ offPlan }) => offPlan === 1),
  };
}
