import type { CatalogueItem } from './catalogue.ts';
import { DailyCounts } from './daily-counts.ts';
import { distanceKm, type NodePlan, type ZonePlan } from './geography.ts';
import { logistic, type Random } from './random.ts';

/** What a supplier owes to a position. */
export interface PurchaseReceipt {
  readonly qty: number;
  readonly dueDay: number;
  /** When it really comes: a latent that nobody sees before. */
  readonly arrivesDay: number;
}

/** Stock of an item at a node, with what is kept about it. */
export interface StockPosition {
  readonly node: number;
  readonly item: number;
  onHand: number;
  allocated: number;
  safetyStock: number;
  reorderPoint: number;
  orderUpTo: number;
  readonly leadTimeDays: number;
  /** Latent: how far the planner's figures are from what the demand needs; 1 is right. */
  readonly plannerFactor: number;
  /** Day on which the oldest stock came. */
  receivedDay: number;
  due: PurchaseReceipt[];
  readonly demand: DailyCounts;
  /** Days on which demand came that the stock did not cover. */
  readonly unmetDays: number[];
}

export interface Supplier {
  readonly leadTimeDays: number;
  /** Latent: log odds of a late receipt beyond the ordinary. */
  readonly baseLateness: number;
  drift: number;
  readonly receipts: DailyCounts;
  readonly late: DailyCounts;
}

export function buildSuppliers(random: Random, count: number): Supplier[] {
  return Array.from({ length: count }, () => ({
    leadTimeDays: 4 + random.int(18),
    baseLateness: 1.1 * random.normal(),
    drift: 0,
    receipts: new DailyCounts(182),
    late: new DailyCounts(182),
  }));
}

/** One week on: suppliers get better and worse slowly. */
export function advanceSuppliers(suppliers: readonly Supplier[], random: Random): void {
  for (const supplier of suppliers) supplier.drift = 0.9 * supplier.drift + 0.3 * random.normal();
}

/** The nodes that keep an item, nearest to a zone first, for each zone. */
export function nearestFirst(nodes: readonly NodePlan[], zones: readonly ZonePlan[]): number[][] {
  return zones.map((zone) =>
    nodes.map((_, index) => index).sort((a, b) => distanceKm(nodes[a]!, zone) - distanceKm(nodes[b]!, zone) || a - b),
  );
}

export interface StockPlan {
  readonly nodes: readonly NodePlan[];
  readonly zones: readonly ZonePlan[];
  readonly items: readonly CatalogueItem[];
  readonly suppliers: readonly Supplier[];
  /** Order lines a day over all items. */
  readonly linesPerDay: number;
}

/** Who keeps what, with opening stock. `[item][node]`, undefined where the item is not kept. */
export function buildStock(plan: StockPlan, random: Random): (StockPosition | undefined)[][] {
  const { nodes, zones, items } = plan;
  const order = nearestFirst(nodes, zones);
  const zoneWeight = zones.reduce((sum, zone) => sum + zone.weight, 0);
  const popularity = items.reduce((sum, item) => sum + item.popularity, 0);
  const byPopularity = items.map((_, index) => index).sort((a, b) => items[b]!.popularity - items[a]!.popularity);
  const rank = new Map(byPopularity.map((item, position) => [item, position / items.length]));
  return items.map((entry, item) => {
    const kept = nodes.map((node) => keeps(node, entry, rank.get(item)!, random));
    if (!kept.includes(true)) kept[entry.item.temperature === 'AMBIENT' ? 1 : 0] = true;
    const unitsPerDay = (plan.linesPerDay * entry.popularity * entry.meanQty) / popularity;
    const shares = nodes.map(() => 0);
    for (const [zoneIndex, zone] of zones.entries()) {
      const nearest = order[zoneIndex]!.find((node) => kept[node])!;
      shares[nearest] = shares[nearest]! + zone.weight / zoneWeight;
    }
    return nodes.map((node, nodeIndex) =>
      kept[nodeIndex]
        ? openPosition(plan, random, node, nodeIndex, item, Math.max(0.01, unitsPerDay * shares[nodeIndex]!))
        : undefined,
    );
  });
}

function keeps(node: NodePlan, entry: CatalogueItem, rank: number, random: Random): boolean {
  const { item } = entry;
  if (item.temperature !== 'AMBIENT' && !node.chilled) return false;
  if (item.hazmat && node.nodeType === 'STORE') return false;
  if (node.nodeType === 'STORE') return rank < node.range;
  if (node.nodeType === 'VENDOR') return entry.supplier % 5 === 0;
  // The fast half is nearly everywhere, the slow half where its share of the range allows.
  return random.chance(rank < 0.3 ? Math.min(1, node.range * 1.5) : node.range * 0.8);
}

function openPosition(
  plan: StockPlan,
  random: Random,
  node: NodePlan,
  nodeIndex: number,
  item: number,
  unitsPerDay: number,
): StockPosition {
  const supplier = plan.suppliers[plan.items[item]!.supplier]!;
  const leadTimeDays =
    node.nodeType === 'STORE' ? 3 + random.int(3) : node.nodeType === 'VENDOR' ? 3 : supplier.leadTimeDays;
  const position: StockPosition = {
    node: nodeIndex,
    item,
    onHand: 0,
    allocated: 0,
    safetyStock: 0,
    reorderPoint: 0,
    orderUpTo: 0,
    leadTimeDays,
    plannerFactor: random.lognormal(1, 0.35),
    receivedDay: -random.int(60),
    due: [],
    demand: new DailyCounts(91),
    unmetDays: [],
  };
  setReorderPoint(position, unitsPerDay, plan.items[item]!.meanQty);
  position.onHand = Math.round(random.between(position.reorderPoint * 0.6, position.orderUpTo));
  return position;
}

/** The ERP's rule: demand of the lead time plus a safety stock, times what the planner made of it. */
export function setReorderPoint(position: StockPosition, unitsPerDay: number, meanQty: number): void {
  const leadDemand = unitsPerDay * position.leadTimeDays;
  // Lines of `meanQty` units that come by chance: variance = mean x line size.
  const safety = 1.1 * Math.sqrt(leadDemand * meanQty) * position.plannerFactor;
  position.safetyStock = Math.min(Math.round(safety * 0.25), Math.round(unitsPerDay * 4));
  position.reorderPoint = Math.ceil(leadDemand * position.plannerFactor + safety);
  position.orderUpTo = position.reorderPoint + Math.ceil(Math.max(unitsPerDay * 12, meanQty * 2));
}

/** Units a plan can take now. */
export function freeUnits(position: StockPosition): number {
  return Math.max(0, position.onHand - position.allocated - position.safetyStock);
}

/** Orders from the supplier when what is there and due falls to the reorder point. */
export function review(position: StockPosition, supplier: Supplier, day: number, random: Random): void {
  const owed = position.due.reduce((sum, receipt) => sum + receipt.qty, 0);
  const inventory = position.onHand - position.allocated + owed;
  if (inventory > position.reorderPoint) return;
  const late = random.chance(logistic(-1.9 + supplier.baseLateness + supplier.drift));
  const dueDay = day + position.leadTimeDays;
  const arrivesDay = late ? dueDay + 1 + Math.round(random.lognormal(position.leadTimeDays * 0.5, 0.6)) : dueDay;
  position.due.push({ qty: position.orderUpTo - inventory, dueDay, arrivesDay });
}

/** Books what arrives on a day and returns its units. */
export function receive(position: StockPosition, supplier: Supplier, day: number): number {
  if (position.due.length === 0) return 0;
  const arrived = position.due.filter((receipt) => receipt.arrivesDay <= day);
  position.due = position.due.filter((receipt) => receipt.arrivesDay > day);
  for (const receipt of arrived) {
    if (position.onHand - position.allocated <= 0) position.receivedDay = day;
    position.onHand += receipt.qty;
    supplier.receipts.add(day, 1);
    if (receipt.arrivesDay > receipt.dueDay) supplier.late.add(day, 1);
  }
  return arrived.reduce((sum, { qty }) => sum + qty, 0);
}
