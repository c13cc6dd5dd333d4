import { DAY_MS } from '#domain/time.ts';
import { weekOf } from './effects.ts';
import { expectedFreight, lateChance } from './fits.ts';
import { LEDGER_RATES, type Truth } from './ledger.ts';
import { assignments } from './rules.ts';
import { type Arrival, type NodePlan, type StockWorld, weightOf } from './stock-world.ts';

/**
 * What a plan costs in expectation by the ledger's own fits, centavos. A failed pick is counted as another shipment from
 * the nearest other node that has the units now, else as a short line; its lateness is left out.
 */
function expectedBill(truth: Truth, world: StockWorld, { order, lines, km, nearest }: Arrival, plan: NodePlan): number {
  const { network, transit, freight, tables } = truth;
  const rates = LEDGER_RATES;
  let total = Math.max(0, plan.shipments.length - 1) * rates.extraShipment;
  let lateRisk = 0;
  const parcelOf = (node: number) => ({
    nodeId: network.nodes[node]!.nodeId,
    state: order.state,
    week: weekOf(order.approvedAt),
    km: km[node]!,
  });
  const taken = new Map<string, number>();
  for (const { node, takes } of plan.shipments) {
    const { nodeId, state } = network.nodes[node]!;
    total += rates.perShipment + takes.length * rates.perLine;
    total += expectedFreight(freight, parcelOf(node), weightOf(tables, takes).kg, state === order.state);
    if (order.promiseAt !== null)
      // All parcels of an order have the same luck, so the latest of them decides.
      lateRisk = Math.max(lateRisk, lateChance(transit, parcelOf(node), (order.promiseAt - order.approvedAt) / DAY_MS));
    const failed = transit.unavailable.get(nodeId) ?? 0;
    for (const { line, qty } of takes) {
      taken.set(line.orderLineId, (taken.get(line.orderLineId) ?? 0) + qty);
      const other = nearest.find((one) => one !== node && world.units(line.productId, one) >= qty);
      const where = other === undefined ? undefined : network.nodes[other]!;
      const kg = weightOf(tables, [{ line, qty }]).kg;
      // A parcel of one pick does not leave at all when that pick fails.
      const alone = takes.length === 1;
      const spared = alone
        ? expectedFreight(freight, parcelOf(node), kg, state === order.state) + rates.perShipment
        : 0;
      const again = where
        ? rates.perShipment +
          (alone ? 0 : rates.extraShipment) +
          expectedFreight(freight, parcelOf(other!), kg, where.state === order.state)
        : rates.shortLine + rates.shortShareOfValue * qty * line.price;
      total += failed * (again - spared);
    }
  }
  for (const { orderLineId, qty, price } of lines) {
    const short = qty - (taken.get(orderLineId) ?? 0);
    if (short > 0) total += rates.shortLine + rates.shortShareOfValue * short * price;
  }
  return total + lateRisk * rates.lateOrder;
}

/**
 * The plan that a decider would take who knew the ledger's fits, though not its draws: how far anyone could get order by
 * order. No rule and no model has these fits.
 */
export function allKnowingPlan(truth: Truth, world: StockWorld, arrival: Arrival): NodePlan {
  let best: { plan: NodePlan; cost: number } | undefined;
  for (const plan of assignments(world, arrival)) {
    const cost = expectedBill(truth, world, arrival, plan);
    if (!best || cost < best.cost) best = { plan, cost };
  }
  return best!.plan;
}
