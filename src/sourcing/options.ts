import type { Assignment } from '#domain/candidate.ts';
import { type SourcingContext, standKey } from './context.ts';
import type { Demand } from './demand.ts';
import { carries } from './legs.ts';

/** One way to serve a demand from the nodes of a plan. */
export interface Option {
  /** Per node of the plan, in its order: what it ships of the demand; empty where nothing. */
  readonly picks: readonly (readonly Assignment[])[];
  readonly shippedQty: number;
}

interface Take {
  readonly slot: number;
  readonly itemId: string;
  readonly qty: number;
}

/** Hands the units taken to the demand's lines, first line first. */
function assign(demand: Demand, takes: readonly Take[], slots: number): Option {
  const picks: Assignment[][] = Array.from({ length: slots }, () => []);
  let line = 0;
  let open = demand.lines[0]!.orderedQty;
  let shippedQty = 0;
  for (const { slot, itemId, qty } of takes) {
    shippedQty += qty;
    for (let left = qty; left > 0; ) {
      const units = Math.min(left, open);
      picks[slot]!.push({ orderLineId: demand.lines[line]!.orderLineId, itemId, qty: units });
      left -= units;
      open -= units;
      if (open === 0) open = demand.lines[++line]?.orderedQty ?? 0;
    }
  }
  return { picks, shippedQty };
}

/** Sets of more nodes than this are filled along rotations only: all orders of eight nodes would be 40,320. */
const ALL_ORDERS_UP_TO = 3;

function permutations(slots: readonly number[]): number[][] {
  if (slots.length <= 1) return [[...slots]];
  return slots.flatMap((first) => permutations(slots.filter((slot) => slot !== first)).map((rest) => [first, ...rest]));
}

/** Units of an item that a node can promise and some carrier there takes. */
function reachable(nodeId: string, itemId: string, context: SourcingContext): number {
  const stand = context.stands.get(standKey(nodeId, itemId));
  if (!stand || !context.legs.get(nodeId)?.some(({ lane }) => carries(lane, stand.item))) return 0;
  return stand.atp;
}

/** Fills the demand greedily along every order of the nodes; equal fills are kept once. */
function spreads(demand: Demand, itemId: string, atps: readonly number[]): Take[][] {
  const stocked = atps.flatMap((atp, slot) => (atp > 0 ? [slot] : []));
  const seen = new Map<string, Take[]>();
  const orders =
    stocked.length <= ALL_ORDERS_UP_TO
      ? permutations(stocked)
      : stocked.map((_slot, start) => [...stocked.slice(start), ...stocked.slice(0, start)]);
  for (const order of orders) {
    const takes: Take[] = [];
    let left = demand.qty;
    for (const slot of order) {
      const qty = Math.min(left, atps[slot]!);
      if (qty > 0) takes.push({ slot, itemId, qty });
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
  const slots = nodeIds.length;
  const open = nodeIds.map((nodeId) => demand.firmNodeId === null || demand.firmNodeId === nodeId);
  const wholeFrom = (itemId: string): Take[][] =>
    nodeIds.flatMap((nodeId, slot) =>
      open[slot] && reachable(nodeId, itemId, context) >= demand.qty ? [[{ slot, itemId, qty: demand.qty }]] : [],
    );
  const [ordered, ...substitutes] = demand.itemIds;
  const whole = wholeFrom(ordered!);
  if (whole.length > 0) return whole.map((takes) => assign(demand, takes, slots));
  const atps = nodeIds.map((nodeId, slot) => (open[slot] ? reachable(nodeId, ordered!, context) : 0));
  const options = [
    ...(substitutes.map(wholeFrom).find((takes) => takes.length > 0) ?? []),
    ...spreads(demand, ordered!, atps),
  ].map((takes) => assign(demand, takes, slots));
  const full = options.filter(({ shippedQty }) => shippedQty === demand.qty);
  if (full.length > 0) return full;
  if (shipComplete) return [];
  const none = assign(demand, [], slots);
  return allowPartial && options.length > 0 ? options : [none];
}
