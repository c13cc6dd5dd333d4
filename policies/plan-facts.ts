import type { Candidate } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { Node } from '#domain/network.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { DAY_MS, type Instant, localDateAt, MINUTE_MS, offsetMinutesAt } from '#domain/time.ts';
import type { Policy } from './policy.ts';
import type { LocalMoment, OrderContext, PlanFacts, ShipmentFacts, Taking } from './rule.ts';

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

/** Candidates of an order share a few ship dates, so each is worked out once. */
function localClock(nodes: ReadonlyMap<string, Node>): OrderContext['localAt'] {
  const known = new Map<string, Map<Instant, LocalMoment>>();
  return (nodeId, instant) => {
    const found = known.get(nodeId)?.get(instant);
    if (found) return found;
    const node = nodes.get(nodeId);
    if (!node || !Number.isFinite(instant)) return null;
    const local = instant + offsetMinutesAt(node.utcOffsets, instant) * MINUTE_MS;
    const days = Math.floor(local / DAY_MS);
    const moment: LocalMoment = {
      day: localDateAt(node.utcOffsets, instant),
      // The epoch was a Thursday.
      weekday: ((((days + 3) % 7) + 7) % 7) + 1,
      minutes: Math.floor((local - days * DAY_MS) / MINUTE_MS),
    };
    const ofNode = known.get(nodeId);
    if (ofNode) ofNode.set(instant, moment);
    else known.set(nodeId, new Map([[instant, moment]]));
    return moment;
  };
}

export function orderContext(
  request: DecisionRequest,
  snapshot: Snapshot,
  { limits, currency }: Pick<Policy, 'limits' | 'currency'>,
): OrderContext {
  const { order } = request;
  const nodes = new Map(snapshot.nodes.map((node) => [node.nodeId, node]));
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
    sameCurrency: order.currency === currency && snapshot.currency === currency,
    lines: new Map(order.lines.map((line) => [line.orderLineId, line])),
    items: new Map(snapshot.items.map((item) => [item.itemId, item])),
    nodes,
    localAt: localClock(nodes),
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

export function planFacts(context: OrderContext, candidate: Candidate): PlanFacts {
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
    const shipsAt = context.localAt(nodeId, shipment.shipDate);
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
      shipsAt,
      shipDay: shipsAt?.day ?? '',
    });
  }
  return { context, candidate, plan, shipments, takings, freight, shippedValue, shippedUnits, goodsCost };
}
