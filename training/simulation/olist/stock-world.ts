import { DAY_MS, type Instant } from '#domain/time.ts';
import { DailyCounts } from '../daily-counts.ts';
import { distanceKm } from '../geography.ts';
import { billedKg } from './fits.ts';
import type { RealNetwork } from './network.ts';
import type { RealOrder, RealTables } from './tables.ts';

/** A line of an order: all units of one product. */
export interface Line {
  readonly orderLineId: string;
  readonly productId: string;
  readonly qty: number;
  readonly price: number;
}

export interface Arrival {
  readonly order: RealOrder;
  readonly lines: readonly Line[];
  /** Kilometres from each node to the customer. */
  readonly km: readonly number[];
  /** Node indices, nearest first. */
  readonly nearest: readonly number[];
}

/** Units of lines from nodes; at most one shipment per node. */
export interface NodePlan {
  readonly shipments: readonly {
    readonly node: number;
    readonly takes: readonly { readonly line: Line; readonly qty: number }[];
  }[];
}

export function arrivalOf(network: RealNetwork, order: RealOrder): Arrival {
  const byProduct = new Map<string, { qty: number; price: number }>();
  for (const { productId, qty, price } of order.lines)
    byProduct.set(productId, { qty: (byProduct.get(productId)?.qty ?? 0) + qty, price });
  const km = network.nodes.map((node) => distanceKm(node, order));
  return {
    order,
    lines: [...byProduct].map(([productId, { qty, price }], index) => ({
      orderLineId: String(index + 1),
      productId,
      qty,
      price,
    })),
    km,
    nearest: km.map((_, node) => node).sort((a, b) => km[a]! - km[b]! || a - b),
  };
}

export function weightOf(
  tables: RealTables,
  takes: NodePlan['shipments'][number]['takes'],
): { grams: number; cm3: number; kg: number } {
  let grams = 0;
  let cm3 = 0;
  for (const { line, qty } of takes) {
    const product = tables.products.get(line.productId)!;
    grams += product.weightGrams * qty;
    cm3 += product.volumeCm3 * qty;
  }
  return { grams, cm3, kg: billedKg(grams, cm3) };
}

interface Replacement {
  readonly at: Instant;
  readonly productId: string;
  readonly node: number;
  readonly qty: number;
}

/** What deliveries from a node to a state have shown. */
export interface LaneRecord {
  readonly delivered: DailyCounts;
  readonly late: DailyCounts;
  readonly tenths: DailyCounts;
}

/** Stock by product and node under one rule, with what its own ERP would have recorded. Time only goes forward. */
export class StockWorld {
  readonly #units = new Map<string, number[]>();
  readonly #kept = new Map<string, readonly number[]>();
  readonly #demand = new Map<string, { at: Instant; qty: number }[]>();
  readonly #unmet = new Map<string, Instant[]>();
  readonly #lanes = new Map<string, LaneRecord>();
  readonly #due: Replacement[] = [];
  readonly #deliveries: { at: Instant; run: () => void }[] = [];
  readonly replaceDays: number;
  readonly picks: readonly DailyCounts[];
  readonly short: readonly DailyCounts[];

  constructor(network: RealNetwork, stock: ReadonlyMap<string, ReadonlyMap<number, number>>, replaceDays: number) {
    this.replaceDays = replaceDays;
    for (const [productId, byNode] of stock) {
      this.#units.set(
        productId,
        network.nodes.map((_, node) => byNode.get(node) ?? 0),
      );
      this.#kept.set(
        productId,
        [...byNode.keys()].sort((a, b) => a - b),
      );
    }
    this.picks = network.nodes.map(() => new DailyCounts(91));
    this.short = network.nodes.map(() => new DailyCounts(91));
  }

  /** Nodes that keep a product, in stock or not. */
  kept(productId: string): readonly number[] {
    return this.#kept.get(productId) ?? [];
  }

  units(productId: string, node: number): number {
    return this.#units.get(productId)?.[node] ?? 0;
  }

  /** Replacements that have arrived and deliveries that were scanned by `now`. */
  advance(now: Instant): void {
    while (this.#due.length > 0 && this.#due[0]!.at <= now) {
      const { productId, node, qty } = this.#due.shift()!;
      this.#units.get(productId)![node]! += qty;
    }
    while (this.#deliveries.length > 0 && this.#deliveries[0]!.at <= now) this.#deliveries.shift()!.run();
  }

  /** Units go; the same number is ordered again and comes after `replaceDays`. */
  take(productId: string, node: number, qty: number, at: Instant): void {
    const units = this.#units.get(productId)!;
    units[node] = units[node]! - qty;
    insert(this.#due, { at: at + this.replaceDays * DAY_MS, productId, node, qty });
  }

  recordDemand(productId: string, node: number, qty: number, at: Instant, met: boolean): void {
    const key = `${productId}/${node}`;
    this.#demand.set(key, [...(this.#demand.get(key) ?? []), { at, qty }]);
    if (!met) this.#unmet.set(key, [...(this.#unmet.get(key) ?? []), at]);
  }

  /** When demand came to a node that it could not cover. */
  unmet(productId: string, node: number): readonly Instant[] {
    return this.#unmet.get(`${productId}/${node}`) ?? [];
  }

  demand(productId: string, node: number, now: Instant) {
    const events = this.#demand.get(`${productId}/${node}`) ?? [];
    const sum = (days: number): number =>
      events.reduce((total, { at, qty }) => total + (at > now - days * DAY_MS ? qty : 0), 0);
    const days = new Set(events.filter(({ at }) => at > now - 91 * DAY_MS).map(({ at }) => Math.floor(at / DAY_MS)));
    return { units7: sum(7), units28: sum(28), units91: sum(91), activeDays91: Math.min(91, days.size) };
  }

  receiptsDue(productId: string, node: number): { qty: number; at: Instant }[] {
    return this.#due
      .filter((due) => due.productId === productId && due.node === node)
      .map(({ qty, at }) => ({ qty, at }));
  }

  lane(node: number, state: string): LaneRecord {
    const key = `${node}/${state}`;
    let record = this.#lanes.get(key);
    if (!record) {
      record = { delivered: new DailyCounts(91), late: new DailyCounts(91), tenths: new DailyCounts(91) };
      this.#lanes.set(key, record);
    }
    return record;
  }

  /** A delivery that becomes known at `at`. */
  deliver(node: number, state: string, at: Instant, days: number, late: boolean): void {
    const run = (): void => {
      const day = Math.floor(at / DAY_MS);
      const record = this.lane(node, state);
      record.delivered.add(day, 1);
      record.tenths.add(day, Math.round(days * 10));
      if (late) record.late.add(day, 1);
    };
    insert(this.#deliveries, { at, run });
  }
}

/** Keeps a list sorted by `at`; what comes later at the same moment stays later. */
function insert<T extends { readonly at: Instant }>(list: T[], entry: T): void {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]!.at <= entry.at) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, entry);
}
