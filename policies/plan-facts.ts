import type { Candidate } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { type LocalDate, localDateAt } from '#domain/time.ts';
import type { AgeLimits, OrderContext, PlanFacts, ShipmentFacts, Taking } from './rule.ts';

function nested<T>(rows: readonly T[], outer: (row: T) => string, inner: (row: T) => string) {
  const index = new Map<string, Map<string, T>>();
  for (const row of rows) {
    const key = outer(row);
    let group = index.get(key);
    if (!group) {
      group = new Map();
      index.set(key, group);
    }
    group.set(inner(row), row);
  }
  return index;
}

export function orderContext(request: DecisionRequest, snapshot: Snapshot, limits: AgeLimits): OrderContext {
  const { order } = request;
  let orderValue = 0;
  let orderedUnits = 0;
  for (const line of order.lines) {
    orderValue += line.unitPrice * line.orderedQty;
    orderedUnits += line.orderedQty;
  }
  return {
    request,
    order,
    snapshot,
    limits,
    lines: new Map(order.lines.map((line) => [line.orderLineId, line])),
    items: new Map(snapshot.items.map((item) => [item.itemId, item])),
    nodes: new Map(snapshot.nodes.map((node) => [node.nodeId, node])),
    lanes: nested(
      snapshot.lanes,
      (lane) => lane.nodeId,
      (lane) => lane.carrierService,
    ),
    supply: nested(
      snapshot.supply,
      (position) => position.nodeId,
      (position) => position.itemId,
    ),
    orderValue,
    orderedUnits,
  };
}

/** Calendar dates at nodes; candidates of an order share a few ship dates, so each is worked out once. */
export type ShipDays = Map<string, Map<number, LocalDate>>;

function shipDayOf(context: OrderContext, days: ShipDays, nodeId: string, shipDate: number): LocalDate {
  let ofNode = days.get(nodeId);
  if (!ofNode) {
    ofNode = new Map();
    days.set(nodeId, ofNode);
  }
  let day = ofNode.get(shipDate);
  if (day === undefined) {
    const offsets = context.nodes.get(nodeId)?.utcOffsets ?? [];
    // A ship date that is no moment has no day; the calendar rule denies it.
    day = Number.isFinite(shipDate) ? localDateAt(offsets, shipDate) : '';
    ofNode.set(shipDate, day);
  }
  return day;
}

export function planFacts(context: OrderContext, candidate: Candidate, days: ShipDays): PlanFacts {
  const { plan } = candidate;
  const shipments: ShipmentFacts[] = [];
  const takings: { -readonly [K in keyof Taking]: Taking[K] }[] = [];
  let freight = 0;
  let shippedValue = 0;
  let shippedUnits = 0;
  let goodsCost = 0;
  for (let index = 0; index < plan.shipments.length; index++) {
    const shipment = plan.shipments[index]!;
    const { nodeId } = shipment;
    let units = 0;
    let value = 0;
    for (const { orderLineId, itemId, qty } of shipment.assignments) {
      units += qty;
      value += qty * (context.lines.get(orderLineId)?.unitPrice ?? Number.NaN);
      goodsCost += qty * (context.items.get(itemId)?.unitCost ?? Number.NaN);
      const taking = takings.find((row) => row.nodeId === nodeId && row.itemId === itemId);
      if (taking) {
        taking.units += qty;
        taking.shipAt = Math.min(taking.shipAt, shipment.shipDate);
      } else {
        const position = context.supply.get(nodeId)?.get(itemId);
        takings.push({ nodeId, itemId, units: qty, shipAt: shipment.shipDate, position, shipmentIndex: index });
      }
    }
    freight += shipment.freight;
    shippedValue += value;
    shippedUnits += units;
    shipments.push({
      index,
      shipment,
      node: context.nodes.get(nodeId),
      lane: context.lanes.get(nodeId)?.get(shipment.carrierService),
      units,
      value,
      shipDay: shipDayOf(context, days, nodeId, shipment.shipDate),
    });
  }
  return { context, candidate, plan, shipments, takings, freight, shippedValue, shippedUnits, goodsCost };
}
