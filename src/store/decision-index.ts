import { and, eq, getTableColumns, getTableName, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Decision } from '#domain/decision.ts';
import type { Order } from '#domain/order.ts';
import type { Db } from './open.ts';
import { decisionIndex, decisionShipments } from './tables.ts';

type Row = typeof decisionIndex.$inferInsert;

/** Where the decision's leaf stands. */
export interface LogPosition {
  readonly origin: string;
  readonly index: number;
}

/** True where the ERP sent its own choice and the decision is another plan. */
export function movedFromSuggestion({ suggested, chosen }: Pick<Decision, 'suggested' | 'chosen'>): boolean {
  return suggested !== null && chosen !== null && suggested.candidate?.candidateId !== chosen.candidateId;
}

/** Each value once; most lists have none or one. */
const list = (values: readonly string[]): string =>
  values.length === 0 ? '[]' : JSON.stringify(values.length === 1 ? values : [...new Set(values)]);
const latest = (moments: readonly number[]): number | null => (moments.length === 0 ? null : Math.max(...moments));

function filledLines(order: Order, decision: Decision): number {
  if (decision.chosen === null) return 0;
  const short = new Set(decision.chosen.plan.shortLines.map(({ orderLineId }) => orderLineId));
  return order.lines.filter(({ orderLineId }) => !short.has(orderLineId)).length;
}

function rowOf(tenant: string, decision: Decision, order: Order, actor: string, at: LogPosition): Row {
  const { chosen } = decision;
  const shipments = chosen?.plan.shipments ?? [];
  const costs = chosen?.costs;
  return {
    tenantId: tenant,
    decisionId: decision.decisionId,
    logOrigin: at.origin,
    logIndex: at.index,
    actor,
    orderId: order.orderId,
    customerId: order.customerId,
    customerTier: order.customerTier,
    channel: order.channel,
    zone: order.shipTo.zone,
    priority: order.priority,
    serviceLevel: order.serviceLevel,
    currency: order.currency,
    placedAt: order.placedAt,
    decidedAt: decision.decidedAt,
    promiseDate: order.promiseDate,
    mode: decision.mode,
    status: decision.status,
    clamped: decision.flags.includes('CLAMPED'),
    pendingApproval: decision.flags.includes('PENDING_APPROVAL'),
    degraded: list(decision.degraded.map(({ code, subject }) => `${code}:${subject}`)),
    supersedes: decision.supersedes,
    supersededBy: null,
    itemIds: list(order.lines.map(({ itemId }) => itemId)),
    nodeIds: list(shipments.map(({ nodeId }) => nodeId)),
    carriers: list(shipments.map(({ carrier }) => carrier)),
    carrierServices: list(shipments.map(({ carrierService }) => carrierService)),
    lines: order.lines.length,
    orderedUnits: order.lines.reduce((units, { orderedQty }) => units + orderedQty, 0),
    filledLines: filledLines(order, decision),
    plannedUnits: shipments.flatMap(({ assignments }) => assignments).reduce((units, { qty }) => units + qty, 0),
    plannedShipments: shipments.length,
    costShipping: costs?.shipping ?? null,
    costProcessing: costs?.processing ?? null,
    costSplit: costs?.split ?? null,
    costDelay: costs?.delay ?? null,
    costStockout: costs?.stockout ?? null,
    costOpportunity: costs?.opportunity ?? null,
    costAgeing: costs?.ageing ?? null,
    costShortLine: costs?.shortLine ?? null,
    costTotal: costs?.total ?? null,
    riskStockout: chosen?.risks.stockout ?? null,
    riskDelay: chosen?.risks.delay ?? null,
    riskSplit: chosen?.risks.split ?? null,
    eta: latest(shipments.map(({ eta }) => eta)),
    etaP90: latest(shipments.map(({ etaP90 }) => etaP90)),
    policyRevision: decision.policyRevision,
    rulesFired: list(decision.guard.filter(({ verdict }) => verdict !== 'ALLOW').map(({ ruleId }) => ruleId)),
    reasonCodes: list(decision.reasonCodes),
    models: list(decision.models.map(({ task, modelVersion }) => `${task}=${modelVersion}`)),
    exceptionCategory: decision.exception?.category ?? null,
    suggested: decision.suggested !== null,
    moved: movedFromSuggestion(decision),
    saving: decision.suggested?.saving ?? null,
  };
}

/** Inserts by the driver itself: drizzle binds by name and takes several times as long. */
function inserter<Table extends SQLiteTable>({ $client }: Db, table: Table): (row: Table['$inferInsert']) => void {
  const columns = Object.entries(getTableColumns(table));
  const keys = columns.map(([key]) => key);
  const names = columns.map(([, { name }]) => name).join(', ');
  const statement = $client.prepare(
    `insert into ${getTableName(table)} (${names}) values (${columns.map(() => '?').join(', ')})`,
  );
  return (row) => {
    const values = row as Readonly<Record<string, unknown>>;
    statement.run(keys.map((key) => (typeof values[key] === 'boolean' ? Number(values[key]) : values[key])));
  };
}

/** Prepared once for each connection: this runs for every decision. */
function prepare(db: Db) {
  return {
    decision: inserter(db, decisionIndex),
    shipment: inserter(db, decisionShipments),
    supersede: db
      .update(decisionIndex)
      .set({ supersededBy: sql`${sql.placeholder('by')}` })
      .where(
        and(
          eq(decisionIndex.tenantId, sql.placeholder('tenant')),
          eq(decisionIndex.decisionId, sql.placeholder('decisionId')),
        ),
      )
      .prepare(),
  };
}
const prepared = new WeakMap<Db, ReturnType<typeof prepare>>();

/** Writes the decision into the index; call it in the transaction that appends its leaf. */
export function indexDecision(
  db: Db,
  tenant: string,
  decision: Decision,
  order: Order,
  actor: string,
  logPosition: LogPosition,
): void {
  let statements = prepared.get(db);
  if (!statements) {
    statements = prepare(db);
    prepared.set(db, statements);
  }
  statements.decision(rowOf(tenant, decision, order, actor, logPosition));
  for (const shipment of decision.chosen?.plan.shipments ?? [])
    statements.shipment({
      tenantId: tenant,
      decisionId: decision.decisionId,
      nodeId: shipment.nodeId,
      carrier: shipment.carrier,
      carrierService: shipment.carrierService,
      shipDate: shipment.shipDate,
      eta: shipment.eta,
      etaP90: shipment.etaP90,
      distanceKm: shipment.distanceKm,
      weightGrams: shipment.weightGrams,
      freight: shipment.freight,
      units: shipment.assignments.reduce((units, { qty }) => units + qty, 0),
      delayRisk: shipment.delayRisk,
    });
  // A quote is of no order's history: what it was asked about stands.
  if (decision.supersedes !== null && decision.mode !== 'quote')
    statements.supersede.run({ by: decision.decisionId, tenant, decisionId: decision.supersedes });
}
