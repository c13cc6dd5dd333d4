import type { PlanDraft } from '#domain/candidate.ts';
import { chargeableGrams, freightOf } from '#domain/network.ts';
import type { Order } from '#domain/order.ts';
import { DAY_MS, HOUR_MS, type Instant, localDateAt } from '#domain/time.ts';
import { shipDateAfter } from '#sourcing/calendar.ts';
import { utcWeekday } from './calendar.ts';
import { congestionAt, deliveryInstant, drawTransitDays, type LanePlan } from './carriers.ts';
import { type Distributor, lanesFor, type PendingShipment } from './distributor.ts';
import { loadOf } from './erp-rule.ts';
import { nodeFacts } from './facts.ts';
import { logistic, type Random } from './random.ts';
import { freeUnits, type StockPosition } from './stock.ts';

const ONE_SHIPMENT = { UNIT: 1, LINE: 1, SHIPMENT: 1 };
/** Share of a day's shipments that a node at its worst leaves for the next day. */
const MOST_MISSED = 0.25;
/** Scans reach the ERP this long after the parcel was handed over. */
const SCAN_DELAY = 2 * HOUR_MS;

export interface RealisedTake {
  readonly orderLineId: string;
  readonly itemId: string;
  readonly qty: number;
}

export interface RealisedShipment {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly extra: boolean;
  readonly nodeId: string;
  readonly lane: LanePlan;
  readonly lines: readonly RealisedTake[];
  readonly shortLines: readonly RealisedTake[];
  readonly shippedAt: Instant;
  readonly deliveredAt: Instant;
  readonly freightInvoiced: number;
}

/** All picks of an order are done: it is known in how many shipments it left. */
export interface ClosedOrder {
  readonly orderId: string;
  readonly plannedShipments: number;
  readonly shipments: number;
  readonly shortUnits: number;
  readonly observedAt: Instant;
}

/** What became known on a day. */
export interface DayReport {
  readonly shipped: readonly RealisedShipment[];
  readonly delivered: readonly (RealisedShipment & { readonly observedAt: Instant })[];
  readonly closed: readonly ClosedOrder[];
}

interface OpenOrder {
  readonly order: Order;
  readonly planned: number;
  waiting: number;
  left: number;
  shortUnits: number;
}

/** Executes plans: allocates at the order, picks on the ship date, lets carriers take their time. */
export class Realisation {
  readonly #world: Distributor;
  readonly #open = new Map<string, OpenOrder>();
  readonly #onTheWay = new Map<number, RealisedShipment[]>();
  #shipments = 0;

  constructor(world: Distributor) {
    this.#world = world;
  }

  /** Where demand was asked for and not covered, and the units a plan takes. `plan` null: the order is lost. */
  execute(order: Order, plan: PlanDraft | null, at: Instant): void {
    this.#recordDemand(order, plan);
    if (!plan) return;
    this.#open.set(order.orderId, { order, planned: plan.shipments.length, waiting: 0, left: 0, shortUnits: 0 });
    const zone = this.#world.zoneIndex.get(order.shipTo.zone)!;
    for (const { nodeId, carrierService, assignments } of plan.shipments) {
      const node = this.#world.nodeIndex.get(nodeId)!;
      const lane = lanesFor(this.#world, node, zone, []).find((one) => one.lane.carrierService === carrierService)!;
      const takes = assignments.map(({ orderLineId, itemId, qty }) => ({
        orderLineId,
        item: this.#world.itemIndex.get(itemId)!,
        qty,
      }));
      this.#queue(order.orderId, node, lane, takes, at, false);
    }
  }

  closeDay(): DayReport {
    const world = this.#world;
    const random = world.random.fork(`close/${world.day}`);
    const shipped: RealisedShipment[] = [];
    for (const [node] of world.nodes.entries()) this.#shipFrom(node, random, shipped);
    for (const shipment of shipped) {
      const day = Math.floor((shipment.deliveredAt - world.start) / DAY_MS);
      this.#onTheWay.set(day, [...(this.#onTheWay.get(day) ?? []), shipment]);
    }
    const delivered = (this.#onTheWay.get(world.day) ?? []).map((shipment) => {
      this.#recordDelivery(shipment);
      return { ...shipment, observedAt: shipment.deliveredAt + SCAN_DELAY };
    });
    this.#onTheWay.delete(world.day);
    world.reviewStock();
    return { shipped, delivered, closed: this.#closeOrders() };
  }

  #recordDemand(order: Order, plan: PlanDraft | null): void {
    const world = this.#world;
    const zone = world.zoneIndex.get(order.shipTo.zone)!;
    for (const line of order.lines) {
      const item = world.itemIndex.get(line.itemId)!;
      for (const node of world.nearest[zone]!) {
        const position = world.stock[item]![node];
        if (!position) continue;
        if (freeUnits(position) >= line.orderedQty) break;
        position.unmetDays.push(world.day);
        position.demand.add(world.day, line.orderedQty);
      }
    }
    for (const { nodeId, assignments } of plan?.shipments ?? [])
      for (const { itemId, qty } of assignments)
        this.#position(world.nodeIndex.get(nodeId)!, world.itemIndex.get(itemId)!).demand.add(world.day, qty);
  }

  #position(node: number, item: number): StockPosition {
    return this.#world.stock[item]![node]!;
  }

  #queue(
    orderId: string,
    node: number,
    lane: LanePlan,
    takes: PendingShipment['takes'],
    from: Instant,
    extra: boolean,
  ): void {
    for (const { item, qty } of takes) this.#position(node, item).allocated += qty;
    const pending: PendingShipment = { orderId, extra, node, lane, takes, shipAt: 0, shipDate: '' };
    this.#schedule(pending, from);
    this.#world.nodeStates[node]!.pending.push(pending);
    this.#world.nodeStates[node]!.asked.add(this.#world.day, 1);
    this.#open.get(orderId)!.waiting++;
  }

  #schedule(pending: PendingShipment, from: Instant): void {
    const world = this.#world;
    const { planned } = world.nodeStates[pending.node]!;
    pending.shipAt = shipDateAfter(nodeFacts(world, pending.node, from), from, ONE_SHIPMENT) ?? from + 7 * DAY_MS;
    pending.shipDate = localDateAt(world.offsets[pending.node]!, pending.shipAt);
    planned.set(pending.shipDate, (planned.get(pending.shipDate) ?? 0) + 1);
  }

  #shipFrom(node: number, random: Random, shipped: RealisedShipment[]): void {
    const world = this.#world;
    const state = world.nodeStates[node]!;
    const endOfDay = world.today + DAY_MS;
    const due = state.pending.filter(({ shipAt }) => shipAt < endOfDay);
    state.pending = state.pending.filter(({ shipAt }) => shipAt >= endOfDay);
    const backlogShare = due.length / state.capacity;
    const missed = MOST_MISSED * logistic(9 * (state.laborUtilization - 1) + 1.5 * (backlogShare - 0.9));
    for (const pending of due) {
      state.planned.set(pending.shipDate, state.planned.get(pending.shipDate)! - 1);
      if (state.planned.get(pending.shipDate) === 0) state.planned.delete(pending.shipDate);
      if (random.chance(missed)) {
        this.#schedule(pending, Math.max(pending.shipAt + 1, endOfDay));
        state.pending.push(pending);
      } else this.#pick(pending, backlogShare, random, shipped);
    }
  }

  #pick(pending: PendingShipment, backlogShare: number, random: Random, shipped: RealisedShipment[]): void {
    const world = this.#world;
    const open = this.#open.get(pending.orderId)!;
    const state = world.nodeStates[pending.node]!;
    const found: PendingShipment['takes'] = [];
    const missing: PendingShipment['takes'] = [];
    for (const take of pending.takes) {
      const position = this.#position(pending.node, take.item);
      const area = world.area(pending.node, take.item);
      const strain = 5 * Math.max(0, state.laborUtilization - 0.9) + 0.5 * Math.max(0, backlogShare - 0.6);
      const closeness = position.onHand <= 0 ? 1 : Math.min(1, take.qty / position.onHand);
      const risk = logistic(-4.5 + area.baseInaccuracy + area.drift + strain + 1.8 * closeness * closeness);
      const physical = Math.max(0, position.onHand);
      const got = random.chance(risk) ? Math.min(physical, random.int(take.qty)) : Math.min(physical, take.qty);
      area.picks.add(world.day, 1);
      position.allocated -= take.qty;
      position.onHand -= got;
      world.units.shipped += got;
      if (got > 0) found.push({ ...take, qty: got });
      if (got < take.qty) {
        area.short.add(world.day, 1);
        missing.push({ ...take, qty: take.qty - got });
        // The record was wrong: what could not be found is written off, as far as nobody else was promised it.
        const lost = Math.min(take.qty - got, Math.max(0, position.onHand - position.allocated));
        position.onHand -= lost;
        world.units.writtenOff += lost;
      }
    }
    open.waiting--;
    if (found.length > 0) {
      open.left++;
      shipped.push(this.#leave(pending, found, missing, random));
    }
    this.#replace(pending, missing, open);
  }

  #leave(
    pending: PendingShipment,
    found: PendingShipment['takes'],
    missing: PendingShipment['takes'],
    random: Random,
  ): RealisedShipment {
    const world = this.#world;
    const { lane } = pending.lane;
    const load = loadOf(world, found);
    const congestion = congestionAt(world.congestion, lane.carrier, lane.zone, pending.shipAt);
    const days = drawTransitDays(pending.lane, congestion, pending.shipAt, random);
    const billed = { ...lane, performance: null, asOf: pending.shipAt };
    const freight = freightOf(billed, chargeableGrams(billed, load.weightGrams, load.volumeCm3));
    this.#shipments++;
    return {
      shipmentId: `SH-${String(this.#shipments).padStart(7, '0')}`,
      orderId: pending.orderId,
      extra: pending.extra,
      nodeId: lane.nodeId,
      lane: pending.lane,
      lines: realised(world, found),
      shortLines: realised(world, missing),
      shippedAt: pending.shipAt,
      deliveredAt: deliveryInstant(pending.lane, pending.shipAt, days, random),
      freightInvoiced: Math.round(freight * random.lognormal(1, 0.03)),
    };
  }

  /** What was short comes from the nearest other node that has it all, in a shipment of its own; else it stays short. */
  #replace(pending: PendingShipment, missing: PendingShipment['takes'], open: OpenOrder): void {
    const world = this.#world;
    const zone = pending.lane.zone;
    for (const take of missing) {
      const node = world.nearest[zone]!.find((other) => {
        const position = world.stock[take.item]![other];
        if (!position || other === pending.node || freeUnits(position) < take.qty) return false;
        return lanesFor(world, other, zone, [take.item]).length > 0;
      });
      if (node === undefined) {
        open.shortUnits += take.qty;
        continue;
      }
      const lane = lanesFor(world, node, zone, [take.item])[0]!;
      this.#queue(pending.orderId, node, lane, [take], world.today + DAY_MS, true);
    }
  }

  #recordDelivery({ lane, shippedAt, deliveredAt }: RealisedShipment): void {
    const world = this.#world;
    const record = world.laneRecords[lane.index]!;
    const taken = operatingDaysBetween(lane, shippedAt, deliveredAt);
    record.delivered.add(world.day, 1);
    record.transitDays.add(world.day, taken);
    if (taken > lane.lane.transitDays) record.late.add(world.day, 1);
  }

  #closeOrders(): ClosedOrder[] {
    const closed: ClosedOrder[] = [];
    for (const [orderId, open] of this.#open) {
      if (open.waiting > 0) continue;
      this.#open.delete(orderId);
      closed.push({
        orderId,
        plannedShipments: open.planned,
        shipments: open.left,
        shortUnits: open.shortUnits,
        observedAt: this.#world.today + DAY_MS,
      });
    }
    return closed;
  }
}

function realised(world: Distributor, takes: PendingShipment['takes']): RealisedTake[] {
  return takes.map(({ orderLineId, item, qty }) => ({ orderLineId, itemId: world.items[item]!.item.itemId, qty }));
}

function operatingDaysBetween(plan: LanePlan, from: Instant, to: Instant): number {
  let days = 0;
  for (let day = Math.floor(from / DAY_MS) + 1; day <= Math.floor(to / DAY_MS); day++)
    if (plan.lane.operatingDays.includes(utcWeekday(day * DAY_MS))) days++;
  return days;
}
