import type { Assignment } from '#domain/candidate.ts';
import { type SourcingContext, type Stand, standAt } from './context.ts';
import { type Mass, massOf, shortLineCost, shortLinesOf } from './cost-to-serve.ts';
import type { Demand } from './demand.ts';
import { insert } from './insert.ts';
import { carries } from './legs.ts';
import { createLoadBook, type LoadBook } from './loads.ts';

/** What a node ships of a demand. */
export interface Pick extends Mass {
  readonly nodeId: string;
  readonly stand: Stand;
  readonly assignments: readonly Assignment[];
  /** By each leg of the node, the freight that this adds at least. */
  readonly legFreights: readonly number[];
  /** The demand that this is all of, in the ordered item; -1 for a part of one, or a substitute. */
  readonly wholeOf: number;
}

/** One way to serve a demand, with the cost terms that follow from it alone, not rounded. */
export interface Option {
  readonly picks: readonly Pick[];
  readonly shippedQty: number;
  /** All of the demand ships. */
  readonly complete: boolean;
  readonly processing: number;
  readonly stockout: number;
  readonly opportunity: number;
  readonly ageing: number;
  readonly shortLine: number;
  /** By the cheapest leg of each node; it is in `least`. */
  readonly freight: number;
  /** What it adds to a plan's cost at least, whatever the rest does. */
  readonly least: number;
}

/** The options of every demand; those that need one node alone are worked out once and shared by all sets of nodes. */
export interface OptionBook extends LoadBook {
  /** The demand whole from one node, in the ordered item; null where it cannot. */
  wholeFrom(demandIndex: number, nodeId: string): Option | null;
  /** See `optionsFor`; cheapest bound first. */
  optionsFor(demandIndex: number, nodeIds: readonly string[]): readonly Option[];
}

interface Take {
  readonly stand: Stand;
  readonly qty: number;
}

/**
 * Freight that a mass adds at least, by each leg of a node: the carrier bills weight or volume, whichever is more in the
 * whole shipment, so either alone is a lower bound; each leg uses the one that weighs more over the whole order.
 */
function legFreightsOf(nodeId: string, mass: Mass, whole: Mass, context: SourcingContext): number[] {
  const freights: number[] = [];
  for (const { lane } of context.legs.get(nodeId)!) {
    const { rate, dimDivisor } = lane;
    const byVolume = dimDivisor !== null && whole.volumeCm3 / dimDivisor > whole.weightGrams / 1000;
    const kg = byVolume ? mass.volumeCm3 / dimDivisor : mass.weightGrams / 1000;
    freights.push(rate.perKg * kg * (1 + rate.fuelShare));
  }
  return freights;
}

/** Hands the units taken to the demand's lines, first line first, and adds up what that costs. */
function assign(
  demand: Demand,
  takes: readonly Take[],
  wholeOf: number,
  whole: Mass,
  context: SourcingContext,
): Option {
  const picks: Pick[] = [];
  let line = 0;
  let open = demand.lines[0]!.orderedQty;
  let [shippedQty, processing, stockout, opportunity, ageing, freight] = [0, 0, 0, 0, 0, 0];
  for (const { stand, qty } of takes) {
    const { nodeId, processing: rates } = stand.node;
    const { itemId } = stand.item;
    shippedQty += qty;
    processing += rates.perUnit * qty;
    stockout += stand.stockoutPerUnit * qty;
    opportunity += stand.opportunityPerUnit * qty;
    ageing += stand.ageingPerUnit * qty;
    const assignments: Assignment[] = [];
    for (let left = qty; left > 0; ) {
      const units = Math.min(left, open);
      assignments.push({ orderLineId: demand.lines[line]!.orderLineId, itemId, qty: units });
      processing += rates.perLine;
      left -= units;
      open -= units;
      if (open === 0) open = demand.lines[++line]?.orderedQty ?? 0;
    }
    const mass = massOf(assignments, context.items);
    const { weightGrams, volumeCm3 } = mass;
    const legFreights = legFreightsOf(nodeId, mass, whole, context);
    freight += Math.min(...legFreights);
    picks.push({ nodeId, stand, assignments, legFreights, wholeOf, weightGrams, volumeCm3 });
  }
  const complete = shippedQty === demand.qty;
  const { allowBackorder } = context.request.order;
  const shortLine = complete
    ? 0
    : shortLineCost(shortLinesOf(demand.lines, allowBackorder, picks), context.lines, context.rates);
  const least = freight + processing + stockout + opportunity - ageing + shortLine;
  return { picks, shippedQty, complete, processing, stockout, opportunity, ageing, shortLine, freight, least };
}

/** Sets of more nodes than this are filled along rotations only: all orders of eight nodes would be 40,320. */
const ALL_ORDERS_UP_TO = 3;

function permutations<T>(things: readonly T[]): T[][] {
  if (things.length <= 1) return [[...things]];
  return things.flatMap((first) =>
    permutations(things.filter((thing) => thing !== first)).map((rest) => [first, ...rest]),
  );
}

/** The item at a node where units can be promised and some carrier there takes it. */
export function reachableStand(nodeId: string, itemId: string, context: SourcingContext): Stand | null {
  const stand = standAt(context, nodeId, itemId);
  if (!stand || stand.atp === 0) return null;
  return context.legs.get(nodeId)?.some((leg) => leg.carriesAll || carries(leg.lane, stand.item)) ? stand : null;
}

/** Fills the demand greedily along every order of the nodes; equal fills are kept once. */
function spreads(demand: Demand, stocked: readonly Stand[]): Take[][] {
  const seen = new Map<string, Take[]>();
  const orders =
    stocked.length <= ALL_ORDERS_UP_TO
      ? permutations(stocked)
      : stocked.map((_first, start) => [...stocked.slice(start), ...stocked.slice(0, start)]);
  for (const order of orders) {
    const takes: Take[] = [];
    let left = demand.qty;
    for (const stand of order) {
      const qty = Math.min(left, stand.atp);
      if (qty > 0) takes.push({ stand, qty });
      left -= qty;
    }
    takes.sort((a, b) => (a.stand.node.nodeId < b.stand.node.nodeId ? -1 : 1));
    if (takes.length > 0) seen.set(takes.map(({ stand, qty }) => `${stand.node.nodeId}:${qty}`).join(), takes);
  }
  return [...seen.values()];
}

const leastOf = ({ least }: Option): number => least;

export function createOptionBook(context: SourcingContext): OptionBook {
  const { shipComplete, allowPartial } = context.request.order;
  const whole = massOf(
    context.demands.flatMap(({ itemIds, qty }) =>
      context.items.has(itemIds[0]!) ? [{ orderLineId: '', itemId: itemIds[0]!, qty }] : [],
    ),
    context.items,
  );
  const optionOf = (demand: Demand, takes: readonly Take[], wholeOf = -1): Option =>
    assign(demand, takes, wholeOf, whole, context);
  const standAt = (demand: Demand, itemId: string, nodeId: string): Stand | null =>
    demand.firmNodeId !== null && demand.firmNodeId !== nodeId ? null : reachableStand(nodeId, itemId, context);
  const wholes = context.demands.map(() => new Map<string, Option | null>());

  function wholeFrom(demandIndex: number, nodeId: string): Option | null {
    const known = wholes[demandIndex]!.get(nodeId);
    if (known !== undefined) return known;
    const demand = context.demands[demandIndex]!;
    const stand = standAt(demand, demand.itemIds[0]!, nodeId);
    const option =
      stand && stand.atp >= demand.qty ? optionOf(demand, [{ stand, qty: demand.qty }], demandIndex) : null;
    wholes[demandIndex]!.set(nodeId, option);
    return option;
  }

  function substitutesFor(demand: Demand, nodeIds: readonly string[]): Option[] {
    for (const itemId of demand.itemIds.slice(1)) {
      const found = nodeIds.flatMap((nodeId) => {
        const stand = standAt(demand, itemId, nodeId);
        return stand && stand.atp >= demand.qty ? [optionOf(demand, [{ stand, qty: demand.qty }])] : [];
      });
      if (found.length > 0) return found;
    }
    return [];
  }

  /**
   * Every way the search considers to serve a demand from these nodes: whole from one that has it all; where none has,
   * spread over them in each order, or a substitute whole from one. What the nodes together cannot cover is short,
   * which a ship-complete order does not accept: then there is none.
   */
  function optionsFor(demandIndex: number, nodeIds: readonly string[]): Option[] {
    const demand = context.demands[demandIndex]!;
    const fromOne: Option[] = [];
    for (const nodeId of nodeIds) {
      const option = wholeFrom(demandIndex, nodeId);
      if (option) insert(fromOne, option, leastOf);
    }
    if (fromOne.length > 0) return fromOne;
    const stocked = nodeIds.flatMap((nodeId) => standAt(demand, demand.itemIds[0]!, nodeId) ?? []);
    const found = [
      ...substitutesFor(demand, nodeIds),
      ...spreads(demand, stocked).map((takes) => optionOf(demand, takes)),
    ];
    found.sort((a, b) => a.least - b.least);
    const full = found.filter(({ complete }) => complete);
    if (full.length > 0) return full;
    if (shipComplete) return [];
    return allowPartial && found.length > 0 ? found : [optionOf(demand, [])];
  }

  return { loadOf: createLoadBook(context).loadOf, wholeFrom, optionsFor };
}
