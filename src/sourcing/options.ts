import type { Assignment } from '#domain/candidate.ts';
import { type SourcingContext, type Stand, standKey } from './context.ts';
import { massOf, shortLineCost, shortLinesOf } from './cost-to-serve.ts';
import type { Demand } from './demand.ts';
import { carries } from './legs.ts';

/** What a node of the plan ships of a demand. */
export interface Pick {
  readonly assignments: readonly Assignment[];
  readonly weightGrams: number;
  readonly volumeCm3: number;
}

/** One way to serve a demand from the nodes of a plan, with the cost terms that follow from it alone, not rounded. */
export interface Option {
  /** Per node of the plan, in its order; null where it ships nothing of the demand. */
  readonly picks: readonly (Pick | null)[];
  readonly shippedQty: number;
  readonly processing: number;
  readonly stockout: number;
  readonly opportunity: number;
  readonly ageing: number;
  readonly shortLine: number;
}

interface Take {
  readonly slot: number;
  readonly stand: Stand;
  readonly qty: number;
}

/** Hands the units taken to the demand's lines, first line first, and adds up what that costs. */
function assign(demand: Demand, takes: readonly Take[], slots: number, context: SourcingContext): Option {
  const assigned: Assignment[][] = Array.from({ length: slots }, () => []);
  let line = 0;
  let open = demand.lines[0]!.orderedQty;
  let [shippedQty, processing, stockout, opportunity, ageing] = [0, 0, 0, 0, 0];
  for (const { slot, stand, qty } of takes) {
    const { perLine, perUnit } = stand.node.processing;
    shippedQty += qty;
    processing += perUnit * qty;
    stockout += stand.stockoutPerUnit * qty;
    opportunity += stand.opportunityPerUnit * qty;
    ageing += stand.ageingPerUnit * qty;
    for (let left = qty; left > 0; ) {
      const units = Math.min(left, open);
      assigned[slot]!.push({ orderLineId: demand.lines[line]!.orderLineId, itemId: stand.item.itemId, qty: units });
      processing += perLine;
      left -= units;
      open -= units;
      if (open === 0) open = demand.lines[++line]?.orderedQty ?? 0;
    }
  }
  const picks = assigned.map((assignments) =>
    assignments.length === 0 ? null : { assignments, ...massOf(assignments, context.items) },
  );
  const whole = shippedQty === demand.qty;
  const order = { ...context.request.order, lines: demand.lines };
  const short = whole
    ? []
    : shortLinesOf(
        order,
        assigned.map((assignments) => ({ nodeId: '', assignments })),
      );
  const shortLine = whole ? 0 : shortLineCost(short, context.lines, context.rates);
  return { picks, shippedQty, processing, stockout, opportunity, ageing, shortLine };
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
  const stand = context.stands.get(standKey(nodeId, itemId));
  if (!stand || stand.atp === 0) return null;
  return context.legs.get(nodeId)?.some((leg) => leg.carriesAll || carries(leg.lane, stand.item)) ? stand : null;
}

/** Fills the demand greedily along every order of the nodes; equal fills are kept once. */
function spreads(demand: Demand, stocked: readonly { slot: number; stand: Stand }[]): Take[][] {
  const seen = new Map<string, Take[]>();
  const orders =
    stocked.length <= ALL_ORDERS_UP_TO
      ? permutations(stocked)
      : stocked.map((_first, start) => [...stocked.slice(start), ...stocked.slice(0, start)]);
  for (const order of orders) {
    const takes: Take[] = [];
    let left = demand.qty;
    for (const { slot, stand } of order) {
      const qty = Math.min(left, stand.atp);
      if (qty > 0) takes.push({ slot, stand, qty });
      left -= qty;
    }
    takes.sort((a, b) => a.slot - b.slot);
    if (takes.length > 0) seen.set(takes.map(({ slot, qty }) => `${slot}:${qty}`).join(), takes);
  }
  return [...seen.values()];
}

/**
 * Every way the search considers to serve a demand from these nodes: whole from one that has it all; where none has,
 * spread over them in each order, or a substitute whole from one. What the nodes together cannot cover is short, which
 * a ship-complete order does not accept: then there is none.
 */
export function optionsFor(demand: Demand, nodeIds: readonly string[], context: SourcingContext): Option[] {
  const { shipComplete, allowPartial } = context.request.order;
  const standsOf = (itemId: string): { slot: number; stand: Stand }[] =>
    nodeIds.flatMap((nodeId, slot) => {
      if (demand.firmNodeId !== null && demand.firmNodeId !== nodeId) return [];
      const stand = reachableStand(nodeId, itemId, context);
      return stand ? [{ slot, stand }] : [];
    });
  const wholes = (stocked: readonly { slot: number; stand: Stand }[]): Take[][] =>
    stocked.flatMap(({ slot, stand }) => (stand.atp >= demand.qty ? [[{ slot, stand, qty: demand.qty }]] : []));
  const options = (ways: readonly Take[][]): Option[] =>
    ways.map((takes) => assign(demand, takes, nodeIds.length, context));
  const [ordered, ...substitutes] = demand.itemIds;
  const stocked = standsOf(ordered!);
  const whole = wholes(stocked);
  if (whole.length > 0) return options(whole);
  const instead = substitutes.map((itemId) => wholes(standsOf(itemId))).find((ways) => ways.length > 0) ?? [];
  const found = options([...instead, ...spreads(demand, stocked)]);
  const full = found.filter(({ shippedQty }) => shippedQty === demand.qty);
  if (full.length > 0) return full;
  if (shipComplete) return [];
  return allowPartial && found.length > 0 ? found : options([[]]);
}
