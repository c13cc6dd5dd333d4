import type { Assignment, PlanDraft } from '#domain/candidate.ts';
import { type SourcingContext, standKey } from './context.ts';
import { delayCost, freightOn, type Mass, orderDelayRisk } from './cost-to-serve.ts';
import { carries, type Leg } from './legs.ts';
import { type Option, optionsFor, type Pick } from './options.ts';

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

/**
 * Freight that a mass adds at least: the carrier bills weight or volume, whichever is more in the whole shipment, so
 * either alone is a lower bound; each leg uses the one that weighs more over the whole order.
 */
function leastFreight(legs: readonly Leg[], mass: Mass, whole: Mass): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { lane } of legs) {
    const { rate, dimDivisor } = lane;
    const byVolume = dimDivisor !== null && whole.volumeCm3 / dimDivisor > whole.weightGrams / 1000;
    const kg = byVolume ? mass.volumeCm3 / dimDivisor : mass.weightGrams / 1000;
    least = Math.min(least, rate.perKg * kg * (1 + rate.fuelShare));
  }
  return least;
}

function wholeMass(context: SourcingContext): Mass {
  let [weightGrams, volumeCm3] = [0, 0];
  for (const { itemIds, qty } of context.demands) {
    const item = context.items.get(itemIds[0]!);
    weightGrams += (item?.weightGrams ?? 0) * qty;
    volumeCm3 += (item?.volumeCm3 ?? 0) * qty;
  }
  return { weightGrams, volumeCm3 };
}

/** What every plan of a set of nodes pays at least before a unit is assigned. */
export function fixedCost(legs: readonly (readonly Leg[])[], context: SourcingContext): number {
  let fixed = -ROUNDING_SLACK - ROUNDING_SLACK_PER_DEMAND * context.demands.length;
  let leastLate = 0;
  for (const some of legs) {
    let base = Number.POSITIVE_INFINITY;
    let risk = 1;
    for (const { lane, delayRisk } of some) {
      base = Math.min(base, lane.rate.base * (1 + lane.rate.fuelShare));
      risk = Math.min(risk, delayRisk ?? 0);
    }
    fixed += base + some[0]!.node.processing.perShipment;
    leastLate = Math.max(leastLate, risk);
  }
  return fixed + context.rates.lateOrder[context.request.order.customerTier] * leastLate;
}

/** Lays out a set of nodes; null where one of them has no leg, or the order cannot be served as it wants to be. */
export function buildSubset(nodeIds: readonly string[], context: SourcingContext): Subset | null {
  const legs: (readonly Leg[])[] = [];
  for (const nodeId of nodeIds) {
    const some = context.legs.get(nodeId);
    if (!some) return null;
    legs.push(some);
  }
  const whole = wholeMass(context);
  const fixed = fixedCost(legs, context);
  let bound = fixed;
  let ships = false;
  const options: BoundedOption[][] = [];
  for (const demand of context.demands) {
    const found = optionsFor(demand, nodeIds, context).map((option): BoundedOption => {
      let least = option.processing + option.stockout + option.opportunity - option.ageing + option.shortLine;
      for (const [slot, pick] of option.picks.entries()) if (pick) least += leastFreight(legs[slot]!, pick, whole);
      if (option.shippedQty > 0) ships = true;
      return { ...option, least };
    });
    if (found.length === 0) return null;
    found.sort((a, b) => a.least - b.least);
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

interface Load extends Pick {
  readonly nodeId: string;
}

function loadOf(nodeId: string, slot: number, chosen: readonly Option[]): Load | null {
  const assignments: Assignment[] = [];
  let [weightGrams, volumeCm3] = [0, 0];
  for (const { picks } of chosen) {
    const pick = picks[slot];
    if (!pick) continue;
    assignments.push(...pick.assignments);
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
function legsFor(load: Load, context: SourcingContext): PricedLeg[] {
  return context.legs.get(load.nodeId)!.flatMap((leg) => {
    const { maxWeightGrams } = leg.lane;
    if (maxWeightGrams !== null && load.weightGrams > maxWeightGrams) return [];
    const takesAll =
      leg.carriesAll || load.assignments.every(({ itemId }) => carries(leg.lane, context.items.get(itemId)!));
    return takesAll ? [{ leg, freight: freightOn(leg, load) }] : [];
  });
}

/** Cost terms of an assignment that do not depend on its legs. */
function settledCost(chosen: readonly Option[], loads: readonly Load[], context: SourcingContext): number {
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

/**
 * Every choice of legs, at most `limit` in cost, for an assignment that uses all of the subset's nodes; none where a
 * node would ship nothing.
 */
export function leavesOf(
  chosen: readonly Option[],
  subset: Subset,
  context: SourcingContext,
  limit = Number.POSITIVE_INFINITY,
): Leaf[] {
  const loads: Load[] = [];
  for (const [slot, nodeId] of subset.nodeIds.entries()) {
    const load = loadOf(nodeId, slot, chosen);
    if (!load || (context.demandsShareItems && !withinAtp(load.assignments, nodeId, context))) return [];
    loads.push(load);
  }
  const settled = settledCost(chosen, loads, context);
  const choices = loads.map((load) => legsFor(load, context));
  const leaves: Leaf[] = [];
  const legs: Leg[] = [];
  const visit = (slot: number, freight: number): void => {
    if (settled + freight > limit) return;
    if (slot < loads.length) {
      for (const choice of choices[slot]!) {
        legs[slot] = choice.leg;
        visit(slot + 1, freight + choice.freight);
      }
      return;
    }
    const cost = settled + freight + delayCost(orderDelayRisk(legs), context);
    if (cost > limit) return;
    const shipments = loads.map(({ nodeId, assignments }, at) => ({
      nodeId,
      carrierService: legs[at]!.lane.carrierService,
      assignments,
    }));
    leaves.push({ draft: { shipments }, cost });
  };
  visit(0, 0);
  return leaves;
}
