import type { CostRates } from '#domain/cost-rates.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { Item, Node } from '#domain/network.ts';
import type { OrderLine } from '#domain/order.ts';
import type { Prices, Snapshot } from '#domain/snapshot.ts';
import { atpFor, type SupplyPosition } from '#domain/supply.ts';
import { DAY_MS } from '#domain/time.ts';
import type { ModelSet } from '#models/risk-model.ts';
import type { Workload } from './calendar.ts';
import { type Demand, demandsOf } from './demand.ts';
import { buildLegs, type Leg } from './legs.ts';
import { stockoutRisks } from './stockout-risks.ts';

/** An item at a node as the order finds it. */
export interface Stand {
  readonly node: Node;
  readonly item: Item;
  readonly position: SupplyPosition;
  /** Units that the order asks for; the risk after is the one after all of them have gone. */
  readonly demandQty: number;
  /** Units that can be promised at the node's first ship date. */
  readonly atp: number;
  /** Stockout risk as it stands, and after the whole demand has gone; null without a model. */
  readonly riskBefore: number | null;
  readonly riskAfter: number | null;
  /** Expected stockout cost, opportunity cost and ageing credit of one unit taken; minor units, not rounded. */
  readonly stockoutPerUnit: number;
  readonly opportunityPerUnit: number;
  readonly ageingPerUnit: number;
}

/** All that pricing and searching read, built once for an order. */
export interface SourcingContext {
  readonly request: DecisionRequest;
  readonly snapshot: Snapshot;
  readonly models: ModelSet;
  readonly rates: CostRates;
  readonly demands: readonly Demand[];
  /** Two demands could take the same item, so that what one takes the other has not. */
  readonly demandsShareItems: boolean;
  readonly lines: ReadonlyMap<string, OrderLine>;
  /** Where each line stands in the order. */
  readonly lineRanks: ReadonlyMap<string, number>;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly items: ReadonlyMap<string, Item>;
  /** By node: every way to leave it. A node without one is not here. */
  readonly legs: ReadonlyMap<string, readonly Leg[]>;
  /** By node, then item. */
  readonly stands: ReadonlyMap<string, ReadonlyMap<string, Stand>>;
}

export function standAt({ stands }: SourcingContext, nodeId: string, itemId: string): Stand | undefined {
  return stands.get(nodeId)?.get(itemId);
}

/** Rows by one id, then another: two known texts are found faster than one put together. */
function byTwo<T>(
  rows: readonly T[],
  outer: (row: T) => string,
  inner: (row: T) => string,
): Map<string, Map<string, T>> {
  const index = new Map<string, Map<string, T>>();
  for (const row of rows) {
    const group = index.get(outer(row));
    if (group) group.set(inner(row), row);
    else index.set(outer(row), new Map([[inner(row), row]]));
  }
  return index;
}

/** By item, then node. */
type Positions = ReadonlyMap<string, ReadonlyMap<string, SupplyPosition>>;

export interface SourcingInput {
  readonly request: DecisionRequest;
  readonly snapshot: Snapshot;
  readonly models: ModelSet;
  readonly prices: Prices;
  readonly rates: CostRates;
}

/** The most of the order that each node could be asked to ship; its ship date must have room for it. */
function workloadsOf(demands: readonly Demand[], positions: Positions, snapshot: Snapshot) {
  const workloads = new Map<string, Workload>();
  for (const { nodeId } of snapshot.nodes) {
    let units = 0;
    let lines = 0;
    for (const demand of demands) {
      let physical = 0;
      for (const itemId of demand.itemIds)
        physical = Math.max(physical, positions.get(itemId)?.get(nodeId)?.onHand ?? 0);
      const takeable = Math.min(demand.qty, physical);
      units += takeable;
      if (takeable > 0) lines += demand.lines.length;
    }
    workloads.set(nodeId, { UNIT: Math.max(1, units), LINE: Math.max(1, lines), SHIPMENT: 1 });
  }
  return workloads;
}

function groupByNode(legs: readonly Leg[]): Map<string, Leg[]> {
  const byNode = new Map<string, Leg[]>();
  for (const leg of legs) {
    const known = byNode.get(leg.node.nodeId);
    if (known) known.push(leg);
    else byNode.set(leg.node.nodeId, [leg]);
  }
  return byNode;
}

interface StandSubject {
  readonly demand: Demand;
  readonly item: Item;
  readonly node: Node;
  readonly position: SupplyPosition;
}

function standsOf(input: SourcingInput, subjects: readonly StandSubject[], legs: ReadonlyMap<string, readonly Leg[]>) {
  const { request, models, rates, prices } = input;
  const risks =
    models.stockout &&
    stockoutRisks(
      models.stockout,
      subjects.flatMap(({ position, demand }) => [
        { position, takenQty: 0 },
        { position, takenQty: demand.qty },
      ]),
    );
  const bids = byTwo(
    prices.bids,
    ({ nodeId }) => nodeId,
    ({ itemId }) => itemId,
  );
  const stands = new Map<string, Map<string, Stand>>();
  const shipDates = new Map<string, number>();
  for (const [nodeId, some] of legs) {
    let first = Number.POSITIVE_INFINITY;
    for (const { shipDate } of some) first = Math.min(first, shipDate);
    shipDates.set(nodeId, first);
  }
  for (const [index, { demand, item, node, position }] of subjects.entries()) {
    const shipDate = shipDates.get(node.nodeId);
    const riskBefore = risks?.[index * 2] ?? null;
    const riskAfter = risks?.[index * 2 + 1] ?? null;
    const rise = riskBefore === null || riskAfter === null ? 0 : Math.max(0, riskAfter - riskBefore);
    const aged =
      position.receivedAt !== null && request.decidedAt - position.receivedAt > rates.ageingAfterDays * DAY_MS;
    const stand: Stand = {
      node,
      item,
      position,
      demandQty: demand.qty,
      atp: shipDate === undefined ? 0 : atpFor(position, shipDate, request.order.priority),
      riskBefore,
      riskAfter,
      stockoutPerUnit: rise * rates.stockoutShareOfUnitCost * item.unitCost,
      opportunityPerUnit: bids.get(node.nodeId)?.get(item.itemId)?.price ?? 0,
      ageingPerUnit: aged ? rates.ageingShareOfUnitCost * item.unitCost : 0,
    };
    let here = stands.get(node.nodeId);
    if (!here) {
      here = new Map();
      stands.set(node.nodeId, here);
    }
    // Two demands may share an item; the one that asks for more says what taking it costs.
    const known = here.get(item.itemId);
    if (!known || stand.demandQty > known.demandQty) here.set(item.itemId, stand);
  }
  return stands;
}

function shareItems(demands: readonly Demand[]): boolean {
  const seen = new Set<string>();
  for (const { itemIds } of demands)
    for (const itemId of itemIds) {
      if (seen.has(itemId)) return true;
      seen.add(itemId);
    }
  return false;
}

/** Scores supply and legs, each in one batch, and lays everything out for the search. */
export function buildContext(input: SourcingInput): SourcingContext {
  const { request, snapshot, models, rates } = input;
  const demands = demandsOf(request.order);
  const nodes = new Map(snapshot.nodes.map((node) => [node.nodeId, node]));
  const items = new Map(snapshot.items.map((item) => [item.itemId, item]));
  const positions = byTwo(
    snapshot.supply,
    ({ itemId }) => itemId,
    ({ nodeId }) => nodeId,
  );
  const legs = groupByNode(buildLegs(request, snapshot, workloadsOf(demands, positions, snapshot), models.delay));
  const subjects: StandSubject[] = [];
  for (const demand of demands)
    for (const itemId of demand.itemIds) {
      const item = items.get(itemId);
      const ofItem = positions.get(itemId);
      if (!item || !ofItem) continue;
      for (const node of snapshot.nodes) {
        const position = ofItem.get(node.nodeId);
        if (position) subjects.push({ demand, item, node, position });
      }
    }
  return {
    request,
    snapshot,
    models,
    rates,
    demands,
    demandsShareItems: shareItems(demands),
    lines: new Map(request.order.lines.map((line) => [line.orderLineId, line])),
    lineRanks: new Map(request.order.lines.map((line, rank) => [line.orderLineId, rank])),
    nodes,
    items,
    legs,
    stands: standsOf(input, subjects, legs),
  };
}
