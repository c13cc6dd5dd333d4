import type { Lane, Node } from '#domain/network.ts';
import type { Order } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { DAY_MS, HOUR_MS, type Instant, localDateAt } from '#domain/time.ts';
import type { LanePlan } from './carriers.ts';
import type { Distributor } from './distributor.ts';
import type { StockPosition } from './stock.ts';

/** Receipts come in the early morning; the ERP dates them to this hour UTC. */
const RECEIPT_HOUR = 6;
/** An overdue receipt is dated this many days ahead, or as many as it is overdue. */
const REDATED_DAYS = 2;

/** A node as the ERP shows it at a moment of the current day. */
export function nodeFacts(world: Distributor, index: number, at: Instant): Node {
  const plan = world.nodes[index]!;
  const state = world.nodeStates[index]!;
  const today = localDateAt(world.offsets[index]!, at);
  let backlog = 0;
  const capacityConsumed: Record<string, number> = {};
  for (const [date, count] of state.planned) {
    if (date <= today) backlog += count;
    if (date >= today) capacityConsumed[date] = count;
  }
  return {
    nodeId: plan.nodeId,
    nodeType: plan.nodeType,
    gln: null,
    region: plan.region,
    active: true,
    timeZone: plan.timeZone,
    utcOffsets: world.offsets[index]!,
    cutoffTime: plan.cutoffTime,
    nodeCalendar: { workingDays: plan.workingDays, closedDates: world.closedDates },
    capacity: state.capacity,
    capacityUom: 'SHIPMENT',
    capacityConsumed,
    backlog,
    dockSlots: null,
    laborUtilization: round(state.laborUtilization, 3),
    processing: PROCESSING[plan.nodeType],
  };
}

const PROCESSING: Record<Node['nodeType'], Node['processing']> = {
  DC: { perShipment: 180, perLine: 60, perUnit: 8 },
  STORE: { perShipment: 320, perLine: 140, perUnit: 20 },
  VENDOR: { perShipment: 250, perLine: 90, perUnit: 10 },
  '3PL': { perShipment: 260, perLine: 85, perUnit: 12 },
};

/** A lane with what is known of its deliveries; late is later than the carrier's own transit days. */
export function laneFacts(world: Distributor, plan: LanePlan, at: Instant): Lane {
  const record = world.laneRecords[plan.index]!;
  const day = world.day;
  const delivered28 = record.delivered.sum(day, 28);
  const delivered91 = record.delivered.sum(day, 91);
  const mean = (days: number, count: number): number | null =>
    count === 0 ? null : round(record.transitDays.sum(day, days) / count, 3);
  return {
    ...plan.lane,
    performance: {
      delivered28,
      late28: record.late.sum(day, 28),
      delivered91,
      late91: record.late.sum(day, 91),
      meanTransitDays28: mean(28, delivered28),
      meanTransitDays91: mean(91, delivered91),
    },
    asOf: at,
  };
}

export function supplyFacts(world: Distributor, position: StockPosition, at: Instant): SupplyPosition {
  const { day } = world;
  const entry = world.items[position.item]!;
  const supplier = world.suppliers[entry.supplier]!;
  const area = world.area(position.node, position.item);
  const owed = position.due.reduce((sum, receipt) => sum + receipt.qty, 0);
  const onTheWay = position.due.filter(({ dueDay }) => dueDay - day <= position.leadTimeDays / 2);
  return {
    nodeId: world.nodes[position.node]!.nodeId,
    itemId: entry.item.itemId,
    onHand: position.onHand,
    reserved: 0,
    allocated: position.allocated,
    inTransit: onTheWay.reduce((sum, receipt) => sum + receipt.qty, 0),
    onOrder: owed,
    safetyStock: position.safetyStock,
    supplyProtectionQty: 0,
    protectedPriority: null,
    receiptsDue: position.due.map(({ qty, dueDay }) => {
      const overdue = day - dueDay;
      const expected = overdue < 0 ? dueDay : day + Math.max(REDATED_DAYS, overdue);
      return { qty, dueAt: world.start + expected * DAY_MS + RECEIPT_HOUR * HOUR_MS };
    }),
    leadTimeDays: position.leadTimeDays,
    receivedAt: position.onHand > 0 ? world.start + position.receivedDay * DAY_MS : null,
    demand: {
      units7: position.demand.sum(day, 7),
      units28: position.demand.sum(day, 28),
      units91: position.demand.sum(day, 91),
      activeDays91: position.demand.activeDays(day),
    },
    picks91: { picks: area.picks.sum(day, 91), short: area.short.sum(day, 91) },
    receipts182: { receipts: supplier.receipts.sum(day, 182), late: supplier.late.sum(day, 182) },
    asOf: at,
  };
}

/** What the service would see of an order: its items and their substitutes everywhere, and the lanes to its zone. */
export function snapshotFor(world: Distributor, order: Order, at: Instant): Snapshot {
  const itemIds = [...new Set(order.lines.flatMap((line) => [line.itemId, ...line.substituteItemIds]))].sort();
  const items = itemIds.map((itemId) => world.itemIndex.get(itemId)!);
  const zone = world.zoneIndex.get(order.shipTo.zone)!;
  const byId = world.nodes.map((_, index) => index).sort((a, b) => compare(nodeId(world, a), nodeId(world, b)));
  return {
    schema: 'snapshot@1',
    asOf: at,
    source: 'world',
    currency: order.currency,
    items: items.map((index) => world.items[index]!.item),
    nodes: byId.map((node) => nodeFacts(world, node, at)),
    lanes: byId.flatMap((node) =>
      world.lanesOf[node * world.zones.length + zone]!.map((lane) => laneFacts(world, world.lanes[lane]!, at)).sort(
        (a, b) => compare(a.carrierService, b.carrierService),
      ),
    ),
    supply: byId.flatMap((node) =>
      items.flatMap((item) => {
        const position = world.stock[item]![node];
        return position ? [supplyFacts(world, position, at)] : [];
      }),
    ),
    customer: { customerId: order.customerId, customerTier: order.customerTier, creditStatus: order.creditStatus },
    freightSpent: [],
    dayTotals: { date: new Date(at).toISOString().slice(0, 10), orders: 0, suggested: 0, moved: 0 },
    drift: { stockout: 'none', delay: 'none', split: 'none' },
  };
}

const nodeId = (world: Distributor, index: number): string => world.nodes[index]!.nodeId;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
