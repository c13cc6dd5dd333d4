import type { PlanDraft } from '#domain/candidate.ts';
import { chargeableGrams, freightOf } from '#domain/network.ts';
import type { Order } from '#domain/order.ts';
import type { Instant } from '#domain/time.ts';
import { carrierEta, shipDateAfter } from '#sourcing/calendar.ts';
import type { LanePlan } from './carriers.ts';
import { type Distributor, lanesFor } from './distributor.ts';
import { nodeFacts, supplyFacts } from './facts.ts';
import type { Random } from './random.ts';
import { freeUnits } from './stock.ts';

const ONE_SHIPMENT = { UNIT: 1, LINE: 1, SHIPMENT: 1 };

/** How often the ERP's users do something else: without such choices nothing could be learned about them. */
export interface Habits {
  readonly otherNode: number;
  readonly otherService: number;
  readonly random: Random;
}

/**
 * What the ERP does by itself: each line from the nearest node that has all of it, else from the nearest that expects
 * enough before the shipment leaves, else what the fullest node has; then the cheapest service that makes the promise by the carrier's own figures, else the fastest. Null: nothing to ship.
 */
export function erpPlan(world: Distributor, order: Order, at: Instant, habits: Habits | null = null): PlanDraft | null {
  const zone = world.zoneIndex.get(order.shipTo.zone)!;
  const byNode = new Map<number, { orderLineId: string; item: number; qty: number }[]>();
  const takenAlready = new Map<string, number>();
  for (const line of order.lines) {
    const item = world.itemIndex.get(line.itemId)!;
    const nodes = world.nearest[zone]!.filter((node) => lanesFor(world, node, zone, [item]).length > 0);
    const free = (node: number): number => {
      const position = world.stock[item]![node];
      return position ? freeUnits(position) - (takenAlready.get(`${node}/${item}`) ?? 0) : 0;
    };
    const withAll = nodes.filter((node) => free(node) >= line.orderedQty);
    const other = habits?.random.chance(habits.otherNode) ?? false;
    const best = other && withAll.length > 1 ? habits!.random.pick(withAll) : withAll[0];
    const counting = best ?? nodes.find((node) => free(node) + dueBefore(world, node, item, at) >= line.orderedQty);
    const node = counting ?? nodes.toSorted((a, b) => free(b) - free(a) || a - b)[0];
    if (node === undefined) continue;
    const qty = counting === undefined ? Math.min(line.orderedQty, free(node)) : line.orderedQty;
    if (qty <= 0) continue;
    takenAlready.set(`${node}/${item}`, (takenAlready.get(`${node}/${item}`) ?? 0) + qty);
    byNode.set(node, [...(byNode.get(node) ?? []), { orderLineId: line.orderLineId, item, qty }]);
  }
  const shipments = [...byNode].flatMap(([node, takes]) => {
    const lane = chooseService(world, order, at, node, zone, takes, habits);
    if (!lane) return [];
    const assignments = takes.map(({ orderLineId, item, qty }) => ({
      orderLineId,
      itemId: world.items[item]!.item.itemId,
      qty,
    }));
    return [{ nodeId: world.nodes[node]!.nodeId, carrierService: lane.lane.carrierService, assignments }];
  });
  return shipments.length === 0 ? null : { shipments };
}

/** Units that suppliers owe and the ERP expects before a shipment of today's order would leave. */
function dueBefore(world: Distributor, node: number, item: number, at: Instant): number {
  const position = world.stock[item]![node];
  if (!position || position.due.length === 0) return 0;
  const shipDate = shipDateAfter(nodeFacts(world, node, at), at, ONE_SHIPMENT);
  if (shipDate === null) return 0;
  const { receiptsDue } = supplyFacts(world, position, at);
  return receiptsDue.reduce((sum, { qty, dueAt }) => sum + (dueAt <= shipDate ? qty : 0), 0);
}

function chooseService(
  world: Distributor,
  order: Order,
  at: Instant,
  node: number,
  zone: number,
  takes: readonly { item: number; qty: number }[],
  habits: Habits | null,
): LanePlan | undefined {
  const load = loadOf(world, takes);
  const lanes = lanesFor(world, node, zone, load.items).filter(
    ({ lane }) => lane.maxWeightGrams === null || load.weightGrams <= lane.maxWeightGrams,
  );
  if (lanes.length === 0) return undefined;
  if (habits?.random.chance(habits.otherService)) return habits.random.pick(lanes);
  const facts = nodeFacts(world, node, at);
  const shipDate = shipDateAfter(facts, at, ONE_SHIPMENT) ?? at;
  const priced = lanes.map((plan) => {
    const lane = { ...plan.lane, performance: null, asOf: at };
    return {
      plan,
      eta: carrierEta(lane, facts, shipDate),
      freight: freightOf(lane, chargeableGrams(lane, load.weightGrams, load.volumeCm3)),
    };
  });
  const onTime = priced.filter(({ eta }) => order.promiseDate === null || eta <= order.promiseDate);
  if (onTime.length > 0) return onTime.toSorted((a, b) => a.freight - b.freight)[0]!.plan;
  return priced.toSorted((a, b) => a.eta - b.eta || a.freight - b.freight)[0]!.plan;
}

/** Weight and volume of what goes together. */
export function loadOf(world: Distributor, takes: readonly { item: number; qty: number }[]) {
  let weightGrams = 0;
  let volumeCm3 = 0;
  for (const { item, qty } of takes) {
    weightGrams += world.items[item]!.item.weightGrams * qty;
    volumeCm3 += world.items[item]!.item.volumeCm3 * qty;
  }
  return { weightGrams, volumeCm3, items: takes.map(({ item }) => item) };
}
