import type { Order } from '#domain/order.ts';
import { DAY_MS, type Instant, type LocalDate, MINUTE_MS, type UtcOffset } from '#domain/time.ts';
import { utcOffsetsOf } from '#domain/time-zone.ts';
import { holidays } from './calendar.ts';
import { advanceCongestion, buildLanes, type Congestion, type LanePlan, startCongestion } from './carriers.ts';
import { buildCatalogue, type CatalogueItem } from './catalogue.ts';
import { buildCustomers, type Customer } from './customers.ts';
import { DailyCounts } from './daily-counts.ts';
import { NODES, type NodePlan, ZONES, type ZonePlan } from './geography.ts';
import { drawOrder, itemWeights, orderIntensity } from './orders.ts';
import { Random } from './random.ts';
import {
  advanceSuppliers,
  buildStock,
  buildSuppliers,
  nearestFirst,
  receive,
  review,
  type StockPosition,
  type Supplier,
  setReorderPoint,
} from './stock.ts';

export interface DistributorOptions {
  readonly seed: number;
  /** Midnight UTC of the first day. */
  readonly start: Instant;
  /** Days that calendars and clocks are looked up for. */
  readonly days: number;
  readonly items?: number;
  readonly customers?: number;
  readonly ordersPerDay?: number;
  readonly nodes?: readonly NodePlan[];
  readonly zones?: readonly ZonePlan[];
}

/** A shipment that waits at its node for its ship date. */
export interface PendingShipment {
  readonly orderId: string;
  /** Extra shipments carry what another one was short of. */
  readonly extra: boolean;
  readonly node: number;
  readonly lane: LanePlan;
  readonly takes: { readonly orderLineId: string; readonly item: number; qty: number }[];
  shipAt: Instant;
  /** Of `shipAt`, at the node. */
  shipDate: LocalDate;
}

/** How a node is doing; `strain` is a latent that labour figures show. */
export interface NodeState {
  capacity: number;
  laborUtilization: number;
  strain: number;
  pending: PendingShipment[];
  /** Shipments by the day on which they were ordered. */
  readonly asked: DailyCounts;
  /** Shipments planned per local date. */
  readonly planned: Map<LocalDate, number>;
}

/** What is known of a lane: deliveries by the day on which they became known. */
export interface LaneRecord {
  readonly delivered: DailyCounts;
  readonly late: DailyCounts;
  readonly transitDays: DailyCounts;
}

/** Picks of a storage area (an item class at a node). Its accuracy is a latent that short picks show. */
export interface StorageArea {
  readonly baseInaccuracy: number;
  drift: number;
  readonly picks: DailyCounts;
  readonly short: DailyCounts;
}

const DEFAULT_ITEMS = 2000;
const DEFAULT_CUSTOMERS = 1500;
const DEFAULT_ORDERS_PER_DAY = 260;
const LINES_PER_ORDER = 2.4; // leader, companions and more, in the mean
const SUPPLIERS = 60;
/** Capacity covers this much of the expected work of a mean day. */
const CAPACITY_SLACK = 1.6;
const MIN_CAPACITY = 12; // shipments a day

/**
 * A distributor that lives day by day: `startDay`, then orders and plans in the order of their moments, then `closeDay`
 * (realisation.ts). Everything follows from the seed, the start and the plans that are executed.
 */
export class Distributor {
  readonly random: Random;
  readonly start: Instant;
  readonly nodes: readonly NodePlan[];
  readonly zones: readonly ZonePlan[];
  readonly items: readonly CatalogueItem[];
  readonly customers: readonly Customer[];
  readonly suppliers: readonly Supplier[];
  readonly lanes: readonly LanePlan[];
  readonly laneRecords: readonly LaneRecord[];
  /** Indices into `lanes`, by `node * zones + zone`. */
  readonly lanesOf: readonly (readonly number[])[];
  readonly stock: readonly (readonly (StockPosition | undefined)[])[];
  readonly nodeStates: readonly NodeState[];
  readonly areas: ReadonlyMap<string, StorageArea>;
  readonly nearest: readonly (readonly number[])[];
  readonly offsets: readonly (readonly UtcOffset[])[];
  readonly closedDates: readonly string[];
  readonly congestion: Congestion = startCongestion();
  readonly trends: Float64Array;
  readonly itemIndex: ReadonlyMap<string, number>;
  readonly nodeIndex: ReadonlyMap<string, number>;
  readonly zoneIndex: ReadonlyMap<string, number>;
  /** Units that came from suppliers, that left, and that were written off because nobody found them. */
  readonly units = { received: 0, shipped: 0, writtenOff: 0 };
  readonly #ordersPerDay: number;
  readonly #customerSums: Float64Array;
  #itemSums: Float64Array = new Float64Array(0);
  #orders = 0;
  day = -1;

  constructor(options: DistributorOptions) {
    const random = new Random(options.seed);
    this.random = random;
    this.start = options.start;
    this.nodes = options.nodes ?? NODES;
    this.zones = options.zones ?? ZONES;
    this.#ordersPerDay = options.ordersPerDay ?? DEFAULT_ORDERS_PER_DAY;
    this.items = buildCatalogue(random.fork('catalogue'), options.items ?? DEFAULT_ITEMS, SUPPLIERS);
    this.customers = buildCustomers(random.fork('customers'), options.customers ?? DEFAULT_CUSTOMERS, this.zones);
    this.suppliers = buildSuppliers(random.fork('suppliers'), SUPPLIERS);
    this.lanes = buildLanes(this.nodes, this.zones);
    this.laneRecords = this.lanes.map(() => ({
      delivered: new DailyCounts(91),
      late: new DailyCounts(91),
      transitDays: new DailyCounts(91),
    }));
    const lanesOf: number[][] = Array.from({ length: this.nodes.length * this.zones.length }, () => []);
    for (const [index, { node, zone }] of this.lanes.entries()) lanesOf[node * this.zones.length + zone]!.push(index);
    this.lanesOf = lanesOf;
    const { nodes, zones, items, suppliers } = this;
    const linesPerDay = this.#ordersPerDay * LINES_PER_ORDER;
    this.stock = buildStock({ nodes, zones, items, suppliers, linesPerDay }, random.fork('stock'));
    this.nearest = nearestFirst(nodes, zones);
    this.nodeStates = this.#buildNodeStates();
    this.areas = this.#buildAreas(random.fork('areas'));
    this.offsets = nodes.map(({ timeZone }) =>
      utcOffsetsOf(timeZone, options.start - DAY_MS, options.start + (options.days + 60) * DAY_MS),
    );
    this.closedDates = holidays(options.start, options.days + 60);
    this.trends = new Float64Array(items.length);
    this.itemIndex = new Map(items.map(({ item }, index) => [item.itemId, index]));
    this.nodeIndex = new Map(nodes.map(({ nodeId }, index) => [nodeId, index]));
    this.zoneIndex = new Map(zones.map(({ zone }, index) => [zone, index]));
    this.#customerSums = new Float64Array(this.customers.length);
    let total = 0;
    for (const [index, { activity }] of this.customers.entries()) {
      total += activity;
      this.#customerSums[index] = total;
    }
    // Some weeks of drift, so that the first day is not an ideal one.
    for (let week = 0; week < 20; week++) this.#advanceWeek(random.fork(`before/${week}`));
  }

  get today(): Instant {
    return this.start + this.day * DAY_MS;
  }

  area(node: number, item: number): StorageArea {
    return this.areas.get(areaKey(node, this.items[item]!.item.itemClass))!;
  }

  /** Receipts come in, the week's drifts move on, labour is planned. */
  startDay(): void {
    this.day++;
    const random = this.random.fork(`day/${this.day}`);
    if (this.day % 7 === 0) this.#advanceWeek(random);
    this.#itemSums = itemWeights(this.items, this.trends, this.today);
    for (const [node, state] of this.nodeStates.entries()) this.#planLabor(this.nodes[node]!, state, random);
    for (const row of this.stock)
      for (const position of row)
        if (position)
          this.units.received += receive(position, this.suppliers[this.items[position.item]!.supplier]!, this.day);
  }

  /** Orders of the day in the order of their moments; `count` in place of the day's own number. */
  ordersOfDay(count?: number): Order[] {
    const random = this.random.fork(`orders/${this.day}`);
    const size = count ?? random.poisson(this.#ordersPerDay * orderIntensity(this.today));
    const minutes = Array.from({ length: size }, () => 5 * 60 + random.int(16 * 60)).sort((a, b) => a - b);
    const source = {
      items: this.items,
      zones: this.zones,
      customers: this.customers,
      customerSums: this.#customerSums,
      itemSums: this.#itemSums,
    };
    return minutes.map((minute) => {
      this.#orders++;
      const orderId = `SO-${String(this.#orders).padStart(7, '0')}`;
      return drawOrder(source, orderId, this.today + minute * MINUTE_MS, random);
    });
  }

  /** What the planners order at the end of the day. */
  reviewStock(): void {
    const random = this.random.fork(`review/${this.day}`);
    for (const row of this.stock)
      for (const position of row) {
        if (!position) continue;
        const entry = this.items[position.item]!;
        if (this.day % 7 === 6 && this.day > 91)
          setReorderPoint(position, position.demand.sum(this.day, 91) / 91 + 0.01, entry.meanQty);
        review(position, this.suppliers[entry.supplier]!, this.day, random);
      }
  }

  /** Capacity follows the work every four weeks; within them, weekdays, seasons, backlog and strain fill it. */
  #planLabor(node: NodePlan, state: NodeState, random: Random): void {
    const usual = state.asked.sum(this.day - 1, 28) / Math.min(28, Math.max(1, this.day));
    const slack = (CAPACITY_SLACK * 7) / node.workingDays.length;
    if (this.day % 28 === 7) state.capacity = Math.max(MIN_CAPACITY, Math.ceil(usual * slack));
    const today = this.day < 7 ? state.capacity / slack : usual;
    const load = (today * orderIntensity(this.today) + state.pending.length) / state.capacity;
    state.strain = 0.85 * state.strain + 0.06 * random.normal();
    state.laborUtilization = Math.min(1.25, Math.max(0.3, 0.35 + 0.45 * load + state.strain));
  }

  #advanceWeek(random: Random): void {
    advanceCongestion(this.congestion, random, this.zones);
    advanceSuppliers(this.suppliers, random);
    for (let item = 0; item < this.trends.length; item++)
      this.trends[item] = 0.9 * this.trends[item]! + this.items[item]!.trendVolatility * random.normal();
    for (const area of this.areas.values()) area.drift = 0.92 * area.drift + 0.25 * random.normal();
  }

  #buildNodeStates(): NodeState[] {
    const weights = this.zones.map(({ weight }) => weight);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const share = this.nodes.map(() => 0);
    for (const [zone, nodes] of this.nearest.entries()) {
      // Roughly half of a zone's shipments leave from the nearest node, a third from the next, the rest from a third.
      for (const [place, part] of [0.5, 0.35, 0.25].entries())
        share[nodes[place] ?? nodes[0]!] = share[nodes[place] ?? nodes[0]!]! + (part * weights[zone]!) / total;
    }
    return this.nodes.map((_, index) => ({
      capacity: Math.max(MIN_CAPACITY, Math.ceil(this.#ordersPerDay * Math.max(0.04, share[index]!) * 2.2)),
      laborUtilization: 0.7,
      strain: 0,
      pending: [],
      asked: new DailyCounts(28),
      planned: new Map(),
    }));
  }

  #buildAreas(random: Random): Map<string, StorageArea> {
    const classes = [...new Set(this.items.map(({ item }) => item.itemClass))];
    const areas = new Map<string, StorageArea>();
    for (const [node] of this.nodes.entries()) {
      const nodeLevel = 0.6 * random.normal();
      for (const itemClass of classes) {
        const baseInaccuracy = nodeLevel + 0.9 * random.normal();
        areas.set(areaKey(node, itemClass), {
          baseInaccuracy,
          drift: 0,
          picks: new DailyCounts(91),
          short: new DailyCounts(91),
        });
      }
    }
    return areas;
  }
}

const areaKey = (node: number, itemClass: string): string => `${node}/${itemClass}`;

/** Lanes from a node to a zone that can carry an item. */
export function lanesFor(world: Distributor, node: number, zone: number, items: readonly number[]): LanePlan[] {
  return world.lanesOf[node * world.zones.length + zone]!.map((index) => world.lanes[index]!).filter(({ lane }) =>
    items.every((index) => {
      const { item } = world.items[index]!;
      if (item.hazmat && !lane.acceptsHazmat) return false;
      if (!lane.temperatures.includes(item.temperature)) return false;
      return lane.maxLengthCm === null || (item.lengthCm ?? 0) <= lane.maxLengthCm;
    }),
  );
}
