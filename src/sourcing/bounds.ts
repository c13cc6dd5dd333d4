import type { SourcingContext, Stand } from './context.ts';
import type { Leg } from './legs.ts';
import { type OptionBook, reachableStand } from './options.ts';
import { buildSubset, fixedCost, leastOfNode, type Subset } from './subset.ts';

/** Least cost of a demand at one node. */
interface Footing {
  /** Of the ordered item, in units. */
  readonly atp: number;
  /** All of it from here, or a substitute; infinite where the node has less. */
  readonly whole: number;
  /** Only the ordered item counts for whether the demand is served whole. */
  readonly ordersWhole: boolean;
  /** One unit from here. */
  readonly perUnit: number;
}

const NO_FOOTING: Footing = {
  atp: 0,
  whole: Number.POSITIVE_INFINITY,
  ordersWhole: false,
  perUnit: Number.POSITIVE_INFINITY,
};

export interface NodeSet {
  readonly nodeIds: readonly string[];
  /** See `fixedCost`. */
  readonly fixed: number;
  /** No plan of these nodes costs less. */
  readonly bound: number;
  /** Laid out when first looked at; null where it cannot serve the order. */
  subset: Subset | null | undefined;
}

/** The set laid out, once for all who look at it. */
export function subsetOf(set: NodeSet, book: OptionBook, context: SourcingContext): Subset | null {
  if (set.subset === undefined) set.subset = buildSubset(set.nodeIds, book, context, set.fixed);
  return set.subset;
}

function perUnitCost(stand: Stand, legs: readonly Leg[]): number {
  let perKg = Number.POSITIVE_INFINITY;
  for (const { lane } of legs) perKg = Math.min(perKg, lane.rate.perKg * (1 + lane.rate.fuelShare));
  const freight = (perKg * stand.item.weightGrams) / 1000;
  const { perUnit } = stand.node.processing;
  return freight + perUnit + stand.stockoutPerUnit + stand.opportunityPerUnit - stand.ageingPerUnit;
}

/** Per demand and node, worked out once, so that a set of nodes is bounded without laying it out. */
function footingsOf(nodeIds: readonly string[], book: OptionBook, context: SourcingContext): Footing[][] {
  return context.demands.map((demand, index) =>
    nodeIds.map((nodeId): Footing => {
      if (demand.firmNodeId !== null && demand.firmNodeId !== nodeId) return NO_FOOTING;
      const whole = book.wholeFrom(index, nodeId);
      if (whole) return { atp: demand.qty, whole: whole.least, ordersWhole: true, perUnit: Number.POSITIVE_INFINITY };
      const legs = context.legs.get(nodeId)!;
      const stands = demand.itemIds.map((itemId) => reachableStand(nodeId, itemId, context));
      const wholes = stands.flatMap((stand) => {
        if (!stand || stand.atp < demand.qty) return [];
        return [perUnitCost(stand, legs) * demand.qty + stand.node.processing.perLine * demand.lines.length];
      });
      const ordered = stands[0];
      return {
        atp: ordered?.atp ?? 0,
        whole: Math.min(Number.POSITIVE_INFINITY, ...wholes),
        ordersWhole: false,
        perUnit: ordered ? perUnitCost(ordered, legs) : Number.POSITIVE_INFINITY,
      };
    }),
  );
}

/** Calls `visit` with each set of `size` out of `count` slots, ascending; the array is reused. */
function eachCombination(count: number, size: number, visit: (slots: readonly number[]) => void): void {
  const slots = Array.from({ length: size }, (_unused, place) => place);
  for (let place = size - 1; place >= 0; ) {
    visit(slots);
    // The last slot that can still move, and those after it right behind it.
    for (place = size - 1; place >= 0 && slots[place] === count - size + place; ) place--;
    if (place < 0) return;
    slots[place]!++;
    for (let next = place + 1; next < size; next++) slots[next] = slots[next - 1]! + 1;
  }
}

/** Least cost of one demand from a set of nodes; infinite where a ship-complete order cannot be served by it. */
function leastOfDemand(
  footings: readonly Footing[],
  slots: readonly number[],
  index: number,
  context: SourcingContext,
): number {
  const { qty, lines } = context.demands[index]!;
  const { shipComplete, allowPartial, allowBackorder } = context.request.order;
  let whole = Number.POSITIVE_INFINITY;
  let perUnit = Number.POSITIVE_INFINITY;
  let reach = 0;
  let ordersWhole = false;
  for (const slot of slots) {
    const footing = footings[slot]!;
    whole = Math.min(whole, footing.whole);
    perUnit = Math.min(perUnit, footing.perUnit);
    reach += footing.atp;
    ordersWhole ||= footing.ordersWhole;
  }
  if (ordersWhole) return whole;
  const shipped = Math.min(qty, reach);
  if (shipped === qty) return Math.min(whole, perUnit * qty);
  if (shipComplete) return whole;
  const share = allowBackorder ? context.rates.backorderShareOfValue : context.rates.shortShareOfValue;
  const { shortLine } = context.rates;
  let price = Number.POSITIVE_INFINITY;
  for (const { unitPrice } of lines) price = Math.min(price, unitPrice);
  const allShort = shortLine + share * qty * price;
  if (shipped === 0 || !allowPartial) return Math.min(whole, allShort);
  return Math.min(whole, perUnit * shipped + (shortLine + share * (qty - shipped) * price), allShort);
}

/** Every set of up to `maxShipments` of these nodes that could serve the order, cheapest bound first. */
export function nodeSets(
  nodeIds: readonly string[],
  maxShipments: number,
  book: OptionBook,
  context: SourcingContext,
): NodeSet[] {
  const footings = footingsOf(nodeIds, book, context);
  const least = nodeIds.map((nodeId) => leastOfNode(context.legs.get(nodeId)!));
  const sets: NodeSet[] = [];
  for (let size = 1; size <= Math.min(maxShipments, nodeIds.length); size++) {
    const nodes = least.slice(0, size);
    eachCombination(nodeIds.length, size, (slots) => {
      for (let place = 0; place < size; place++) nodes[place] = least[slots[place]!]!;
      const fixed = fixedCost(nodes, context);
      let bound = fixed;
      for (let index = 0; index < footings.length && bound < Number.POSITIVE_INFINITY; index++)
        bound += leastOfDemand(footings[index]!, slots, index, context);
      if (bound < Number.POSITIVE_INFINITY)
        sets.push({ nodeIds: slots.map((slot) => nodeIds[slot]!), fixed, bound, subset: undefined });
    });
  }
  return sets.sort((a, b) => a.bound - b.bound);
}
