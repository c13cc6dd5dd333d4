import type { PlanDraft } from '#domain/candidate.ts';
import type { SourcingContext } from './context.ts';
import { delayCost, orderDelayRisk } from './cost-to-serve.ts';
import type { Leg } from './legs.ts';
import type { Load } from './loads.ts';
import type { Option, OptionBook } from './options.ts';

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

/** Which node ships what: the plans that differ only in their carrier services share it. */
export interface Loading {
  readonly loads: readonly Load[];
  /** Nothing is short. */
  readonly complete: boolean;
}

/** A loading with the legs chosen: all of a plan but its split likelihood. */
export interface Leaf {
  readonly loading: Loading;
  /** One for each load. */
  readonly legs: readonly Leg[];
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

function fixedCostOf(nodeIds: readonly string[], context: SourcingContext): number | null {
  const nodes: LeastOfNode[] = [];
  for (const nodeId of nodeIds) {
    const legs = context.legs.get(nodeId);
    if (!legs) return null;
    nodes.push(leastOfNode(legs));
  }
  return fixedCost(nodes, context);
}

/**
 * Lays out a set of nodes; null where one of them has no leg, or the order cannot be served as it wants to be. `fixed`
 * is the `fixedCost` of the nodes, where it is known.
 */
export function buildSubset(
  nodeIds: readonly string[],
  book: OptionBook,
  context: SourcingContext,
  fixed: number | null = fixedCostOf(nodeIds, context),
): Subset | null {
  if (fixed === null) return null;
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

/** Cost terms of an assignment that do not depend on its legs. */
function settledCost(chosen: readonly Option[], loads: readonly Load[]): number {
  let [processing, stockout, opportunity, ageing, shortLine] = [0, 0, 0, 0, 0];
  for (const option of chosen) {
    processing += option.processing;
    stockout += option.stockout;
    opportunity += option.opportunity;
    ageing += option.ageing;
    shortLine += option.shortLine;
  }
  for (const { perShipment } of loads) processing += perShipment;
  return processing + Math.round(stockout) + Math.round(opportunity) - Math.round(ageing) + Math.round(shortLine);
}

function loadingOf(chosen: readonly Option[], { nodeIds }: Subset, book: OptionBook): Loading | null {
  const loads: Load[] = [];
  for (const nodeId of nodeIds) {
    const load = book.loadOf(nodeId, chosen);
    if (!load) return null;
    loads.push(load);
  }
  return { loads, complete: chosen.every(({ complete }) => complete) };
}

/**
 * Hands `emit` every choice of legs, at most `limit` in cost, for an assignment that uses all of the subset's nodes; the
 * array of legs is reused. What it answers is the limit from then on.
 */
function eachChoiceOfLegs(
  { loads }: Loading,
  settled: number,
  context: SourcingContext,
  limit: number,
  emit: (cost: number, legs: readonly Leg[]) => number,
): void {
  const legs: Leg[] = [];
  let most = limit;
  const visit = (slot: number, freight: number): void => {
    if (settled + freight > most) return;
    if (slot < loads.length) {
      for (const choice of loads[slot]!.legs) {
        legs[slot] = choice.leg;
        visit(slot + 1, freight + choice.freight);
      }
      return;
    }
    const cost = settled + freight + delayCost(orderDelayRisk(legs), context);
    if (cost <= most) most = emit(cost, legs);
  };
  visit(0, 0);
}

export function draftOf({ loading, legs }: Leaf): PlanDraft {
  return {
    shipments: loading.loads.map(({ nodeId, assignments }, slot) => ({
      nodeId,
      carrierService: legs[slot]!.lane.carrierService,
      assignments,
    })),
  };
}

/** All plans of an assignment that cost at most `limit` without the split term; none where a node would ship nothing. */
export function leavesOf(
  chosen: readonly Option[],
  subset: Subset,
  book: OptionBook,
  context: SourcingContext,
  limit: number,
): Leaf[] {
  const leaves: Leaf[] = [];
  const loading = loadingOf(chosen, subset, book);
  if (loading)
    eachChoiceOfLegs(loading, settledCost(chosen, loading.loads), context, limit, (cost, legs) => {
      leaves.push({ loading, legs: legs.slice(), cost });
      return limit;
    });
  return leaves;
}

/** The cheapest plan of an assignment, without the split term; null where a node would ship nothing. */
export function cheapestLeaf(
  chosen: readonly Option[],
  subset: Subset,
  book: OptionBook,
  context: SourcingContext,
): Leaf | null {
  const loading = loadingOf(chosen, subset, book);
  if (!loading) return null;
  let best: Leaf | null = null;
  eachChoiceOfLegs(loading, settledCost(chosen, loading.loads), context, Number.POSITIVE_INFINITY, (cost, legs) => {
    best = { loading, legs: legs.slice(), cost };
    // Only what is cheaper than the best so far.
    return cost - 1;
  });
  return best;
}
