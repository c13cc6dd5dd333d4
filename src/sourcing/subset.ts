import type { Assignment, PlanDraft } from '#domain/candidate.ts';
import { chargeableGrams, freightOf } from '#domain/network.ts';
import { type SourcingContext, standKey } from './context.ts';
import { delayCost, loadCosts, massOf, orderDelayRisk, shortLineCost, shortLinesOf } from './cost-to-serve.ts';
import { carries, type Leg } from './legs.ts';
import { type Option, optionsFor } from './options.ts';

/** Rounding moves a total by less than this, and each demand's part by less than the next; bounds give way by both. */
const ROUNDING_SLACK = 4;
const ROUNDING_SLACK_PER_DEMAND = 3;

/** An option with the least it can add to a plan's cost, whatever the rest does. */
interface BoundedOption extends Option {
  readonly least: number;
}

/** A set of nodes that share an order, ready to be searched. */
export interface Subset {
  readonly nodeIds: readonly string[];
  /** Per demand, cheapest bound first. */
  readonly options: readonly (readonly BoundedOption[])[];
  /** Shipping base, handling and lateness that every plan of these nodes has. */
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

const EMPTY: readonly Assignment[] = [];

function leastPerKg(legs: readonly Leg[]): number {
  return Math.min(...legs.map(({ lane }) => lane.rate.perKg * (1 + lane.rate.fuelShare)));
}

function leastBase(legs: readonly Leg[]): number {
  return Math.min(...legs.map(({ lane }) => lane.rate.base * (1 + lane.rate.fuelShare)));
}

function bounded(
  option: Option,
  nodeIds: readonly string[],
  perKg: readonly number[],
  context: SourcingContext,
): BoundedOption {
  let least = 0;
  const loads = option.picks.map((assignments, slot) => {
    least += (perKg[slot]! * massOf(assignments, context.items).weightGrams) / 1000;
    // The handling of the shipment itself is counted once, in the subset's fixed part.
    least -= context.nodes.get(nodeIds[slot]!)!.processing.perShipment;
    return { nodeId: nodeIds[slot]!, assignments };
  });
  const costs = loadCosts(loads, context);
  return { ...option, least: least + costs.processing + costs.stockout + costs.opportunity + costs.ageing };
}

/** What a demand costs short when an option ships less than it asks for. Follows from the option alone. */
function shortCost(option: Option, demandIndex: number, context: SourcingContext): number {
  const demand = context.demands[demandIndex]!;
  if (option.shippedQty === demand.qty) return 0;
  const order = { ...context.request.order, lines: demand.lines };
  const short = shortLinesOf(
    order,
    option.picks.map((assignments) => ({ nodeId: '', assignments })),
  );
  return shortLineCost(short, context.lines, context.rates);
}

/** Lays out a set of nodes; null where one of them has no leg, or a demand cannot be served as the order wants it. */
export function buildSubset(nodeIds: readonly string[], context: SourcingContext): Subset | null {
  const legs = nodeIds.map((nodeId) => context.legs.get(nodeId));
  if (legs.includes(undefined)) return null;
  const perKg = legs.map((some) => leastPerKg(some!));
  let fixed = 0;
  let leastLate = 0;
  legs.forEach((some, slot) => {
    fixed += leastBase(some!) + context.nodes.get(nodeIds[slot]!)!.processing.perShipment;
    leastLate = Math.max(leastLate, Math.min(...some!.map(({ delayRisk }) => delayRisk ?? 0)));
  });
  fixed += context.rates.lateOrder[context.request.order.customerTier] * leastLate;
  let bound = fixed;
  const options: BoundedOption[][] = [];
  for (const [index, demand] of context.demands.entries()) {
    const found = optionsFor(demand, nodeIds, context).map((option) => {
      const known = bounded(option, nodeIds, perKg, context);
      return { ...known, least: known.least + shortCost(option, index, context) };
    });
    if (found.length === 0) return null;
    found.sort((a, b) => a.least - b.least);
    bound += found[0]!.least;
    options.push(found);
  }
  return { nodeIds, options, fixed, bound: bound - ROUNDING_SLACK - ROUNDING_SLACK_PER_DEMAND * options.length };
}

/** Two demands may take the same item from a node; together they must not take more than it has. */
export function withinAtp(
  loads: readonly (readonly Assignment[])[],
  nodeIds: readonly string[],
  context: SourcingContext,
): boolean {
  return loads.every((assignments, slot) => {
    const taken = new Map<string, number>();
    for (const { itemId, qty } of assignments) taken.set(itemId, (taken.get(itemId) ?? 0) + qty);
    return [...taken].every(([itemId, qty]) => qty <= context.stands.get(standKey(nodeIds[slot]!, itemId))!.atp);
  });
}

/** Legs of a node that take everything it would ship, with their freight. */
function legsFor(
  nodeId: string,
  assignments: readonly Assignment[],
  context: SourcingContext,
): { leg: Leg; freight: number }[] {
  const mass = massOf(assignments, context.items);
  return context.legs.get(nodeId)!.flatMap((leg) => {
    const { lane } = leg;
    if (lane.maxWeightGrams !== null && mass.weightGrams > lane.maxWeightGrams) return [];
    if (!assignments.every(({ itemId }) => carries(lane, context.items.get(itemId)!))) return [];
    return [{ leg, freight: freightOf(lane, chargeableGrams(lane, mass.weightGrams, mass.volumeCm3)) }];
  });
}

/** Every choice of legs for an assignment that uses all of the subset's nodes; none where a node would ship nothing. */
export function leavesOf(chosen: readonly Option[], subset: Subset, context: SourcingContext): Leaf[] {
  const { nodeIds } = subset;
  const loads = nodeIds.map((_nodeId, slot) => chosen.flatMap(({ picks }) => picks[slot] ?? EMPTY));
  if (loads.some((load) => load.length === 0) || !withinAtp(loads, nodeIds, context)) return [];
  const choices = nodeIds.map((nodeId, slot) => legsFor(nodeId, loads[slot]!, context));
  const shipments = nodeIds.map((nodeId, slot) => ({ nodeId, assignments: loads[slot]! }));
  const terms = loadCosts(shipments, context);
  const short = shortLineCost(shortLinesOf(context.request.order, shipments), context.lines, context.rates);
  const settled = terms.processing + terms.stockout + terms.opportunity + terms.ageing + short;
  let combinations: { legs: Leg[]; freight: number }[] = [{ legs: [], freight: 0 }];
  for (const some of choices)
    combinations = combinations.flatMap(({ legs, freight }) =>
      some.map((choice) => ({ legs: [...legs, choice.leg], freight: freight + choice.freight })),
    );
  return combinations.map(({ legs, freight }) => ({
    draft: {
      shipments: shipments.map((shipment, slot) => ({ ...shipment, carrierService: legs[slot]!.lane.carrierService })),
    },
    cost: settled + freight + delayCost(orderDelayRisk(legs), context),
  }));
}
