import type { Assignment, PlanDraft } from '#domain/candidate.ts';
import { type SourcingContext, standKey } from './context.ts';
import { delayCost, freightOn, orderDelayRisk } from './cost-to-serve.ts';
import { carries, type Leg } from './legs.ts';
import type { Option, OptionBook, Pick } from './options.ts';

/** Rounding moves a total by less than this, and each demand's part by less than the next; bounds give way by both. */
const ROUNDING_SLACK = 4;
const ROUNDING_SLACK_PER_DEMAND = 3;

/** A set of nodes that share an order, ready to be searched. */
export interface Subset {
  readonly nodeIds: readonly string[];
  /** Per demand, cheapest bound first. */
  readonly options: readonly (readonly Option[])[];
  /** Shipping base, handling and lateness that every plan of these nodes has, less the slack for rounding. */
  readonly fixed: number;
  /** No plan of these nodes costs less. */
  readonly bound: number;
}

/** A full assignment with the legs chosen: all of a plan but its split likelihood. */
export interface Leaf {
  readonly draft: PlanDraft;
  /** Cost to serve without the split term. */
  readonly cost: number;
}

/** What a node adds at least to every plan that uses it, before a unit is assigned. */
export interface LeastOfNode {
  /** Cheapest shipping base, and handling of the shipment. */
  readonly cost: number;
  /** Of its legs, the least likely to be late; an order is at least as late as the worst of its nodes. */
  readonly delayRisk: number;
}

export function leastOfNode(legs: readonly Leg[]): LeastOfNode {
  let base = Number.POSITIVE_INFINITY;
  let risk = 1;
  for (const { lane, delayRisk } of legs) {
    base = Math.min(base, lane.rate.base * (1 + lane.rate.fuelShare));
    risk = Math.min(risk, delayRisk ?? 0);
  }
  return { cost: base + legs[0]!.node.processing.perShipment, delayRisk: risk };
}

/** What every plan of these nodes pays at least, less the slack for rounding. */
export function fixedCost(nodes: readonly LeastOfNode[], context: SourcingContext): number {
  let fixed = -ROUNDING_SLACK - ROUNDING_SLACK_PER_DEMAND * context.demands.length;
  let latest = 0;
  for (const { cost, delayRisk } of nodes) {
    fixed += cost;
    latest = Math.max(latest, delayRisk);
  }
  return fixed + context.rates.lateOrder[context.request.order.customerTier] * latest;
}

/** Lays out a set of nodes; null where one of them has no leg, or the order cannot be served as it wants to be. */
export function buildSubset(nodeIds: readonly string[], book: OptionBook, context: SourcingContext): Subset | null {
  const nodes: LeastOfNode[] = [];
  for (const nodeId of nodeIds) {
    const legs = context.legs.get(nodeId);
    if (!legs) return null;
    nodes.push(leastOfNode(legs));
  }
  const fixed = fixedCost(nodes, context);
  let bound = fixed;
  let ships = false;
  const options: (readonly Option[])[] = [];
  for (let index = 0; index < context.demands.length; index++) {
    const found = book.optionsFor(index, nodeIds);
    if (found.length === 0) return null;
    ships ||= found.some(({ shippedQty }) => shippedQty > 0);
    bound += found[0]!.least;
    options.push(found);
  }
  return ships ? { nodeIds, options, fixed, bound } : null;
}

/** Two demands may take the same item from a node; together they must not take more than it has. */
function withinAtp(load: readonly Assignment[], nodeId: string, context: SourcingContext): boolean {
  const taken = new Map<string, number>();
  for (const { itemId, qty } of load) taken.set(itemId, (taken.get(itemId) ?? 0) + qty);
  return [...taken].every(([itemId, qty]) => qty <= context.stands.get(standKey(nodeId, itemId))!.atp);
}

/** All that a node ships in an assignment; null where it is nothing. */
function loadOf(nodeId: string, chosen: readonly Option[]): Pick | null {
  const assignments: Assignment[] = [];
  let [weightGrams, volumeCm3] = [0, 0];
  for (const { picks } of chosen)
    for (const pick of picks) {
      if (pick.nodeId !== nodeId) continue;
      for (const assignment of pick.assignments) assignments.push(assignment);
      weightGrams += pick.weightGrams;
      volumeCm3 += pick.volumeCm3;
    }
  return assignments.length === 0 ? null : { nodeId, assignments, weightGrams, volumeCm3 };
}

interface PricedLeg {
  readonly leg: Leg;
  readonly freight: number;
}

/** Legs of a node that take everything it would ship, with their freight. */
function legsFor(load: Pick, context: SourcingContext): PricedLeg[] {
  const priced: PricedLeg[] = [];
  for (const leg of context.legs.get(load.nodeId)!) {
    const { maxWeightGrams } = leg.lane;
    if (maxWeightGrams !== null && load.weightGrams > maxWeightGrams) continue;
    if (leg.carriesAll || load.assignments.every(({ itemId }) => carries(leg.lane, context.items.get(itemId)!)))
      priced.push({ leg, freight: freightOn(leg, load) });
  }
  return priced;
}

/** Cost terms of an assignment that do not depend on its legs. */
function settledCost(chosen: readonly Option[], loads: readonly Pick[], context: SourcingContext): number {
  let [processing, stockout, opportunity, ageing, shortLine] = [0, 0, 0, 0, 0];
  for (const option of chosen) {
    processing += option.processing;
    stockout += option.stockout;
    opportunity += option.opportunity;
    ageing += option.ageing;
    shortLine += option.shortLine;
  }
  for (const { nodeId } of loads) processing += context.nodes.get(nodeId)!.processing.perShipment;
  return processing + Math.round(stockout) + Math.round(opportunity) - Math.round(ageing) + Math.round(shortLine);
}

type Emit = (cost: number, loads: readonly Pick[], legs: readonly Leg[]) => void;

/** Every choice of legs, at most `limit()` in cost, for an assignment that uses all of the subset's nodes. */
function eachChoiceOfLegs(
  chosen: readonly Option[],
  { nodeIds }: Subset,
  context: SourcingContext,
  limit: () => number,
  emit: Emit,
): void {
  const loads: Pick[] = [];
  for (const nodeId of nodeIds) {
    const load = loadOf(nodeId, chosen);
    if (!load || (context.demandsShareItems && !withinAtp(load.assignments, nodeId, context))) return;
    loads.push(load);
  }
  const settled = settledCost(chosen, loads, context);
  const choices = loads.map((load) => legsFor(load, context));
  const legs: Leg[] = [];
  const visit = (slot: number, freight: number): void => {
    if (settled + freight > limit()) return;
    if (slot < loads.length) {
      for (const choice of choices[slot]!) {
        legs[slot] = choice.leg;
        visit(slot + 1, freight + choice.freight);
      }
      return;
    }
    const cost = settled + freight + delayCost(orderDelayRisk(legs), context);
    if (cost <= limit()) emit(cost, loads, legs);
  };
  visit(0, 0);
}

function draftOf(loads: readonly Pick[], legs: readonly Leg[]): PlanDraft {
  return {
    shipments: loads.map(({ nodeId, assignments }, slot) => ({
      nodeId,
      carrierService: legs[slot]!.lane.carrierService,
      assignments,
    })),
  };
}

/** All plans of an assignment that cost at most `limit` without the split term; none where a node would ship nothing. */
export function leavesOf(chosen: readonly Option[], subset: Subset, context: SourcingContext, limit: number): Leaf[] {
  const leaves: Leaf[] = [];
  eachChoiceOfLegs(
    chosen,
    subset,
    context,
    () => limit,
    (cost, loads, legs) => leaves.push({ draft: draftOf(loads, legs), cost }),
  );
  return leaves;
}

/** The cheapest plan of an assignment, without the split term; null where a node would ship nothing. */
export function cheapestLeaf(chosen: readonly Option[], subset: Subset, context: SourcingContext): Leaf | null {
  let least = Number.POSITIVE_INFINITY;
  let best: { loads: readonly Pick[]; legs: readonly Leg[] } | null = null;
  eachChoiceOfLegs(
    chosen,
    subset,
    context,
    // Only what is cheaper than the best so far.
    () => least - 1,
    (cost, loads, legs) => {
      least = cost;
      best = { loads, legs: [...legs] };
    },
  );
  const found = best as { loads: readonly Pick[]; legs: readonly Leg[] } | null;
  return found && { draft: draftOf(found.loads, found.legs), cost: least };
}
