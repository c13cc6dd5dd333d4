import type { PlanDraft } from '#domain/candidate.ts';
import type { Order } from '#domain/order.ts';
import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import { DAY_MS, type Instant } from '#domain/time.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { stockoutMatrix } from '#features/stockout.ts';
import { Distributor, type DistributorOptions } from './distributor.ts';
import { erpPlan } from './erp-rule.ts';
import { snapshotFor, supplyFacts } from './facts.ts';
import { planRows } from './plan-rows.ts';
import { Realisation } from './realisation.ts';
import type { StockPosition } from './stock.ts';

/** Rows of a task in the order of their decisions; every label is one that was observed before the history ended. */
export interface HistoryRows {
  readonly featureSet: FeatureSet;
  readonly matrix: FeatureMatrix;
  readonly labels: Float64Array;
  /** When each was decided and when its label became known, epoch milliseconds. */
  readonly times: Float64Array;
  readonly observedAt: Float64Array;
  /** Days from the decision to the delivery; delay only. */
  readonly durations: Float64Array | null;
}

export interface History {
  readonly stockout: HistoryRows;
  readonly delay: HistoryRows;
  readonly split: HistoryRows;
  readonly orders: number;
}

export interface HistoryOptions extends Omit<DistributorOptions, 'days'> {
  /** Days of the history; the first `WARM_UP_DAYS` give no rows, because counts over 91 days are not full yet. */
  readonly days: number;
  /** Share of the orders whose rows are kept, per task. */
  readonly keep?: { readonly stockout: number; readonly delay: number; readonly split: number };
  readonly progress?: (day: number, days: number) => void;
}

export const WARM_UP_DAYS = 100;
const KEEP = { stockout: 0.15, delay: 0.4, split: 0.6 };

interface Row {
  readonly values: Float64Array;
  readonly decidedAt: Instant;
  label: number;
  observedAt: Instant;
  duration: number;
}

/** Lives through the days with the ERP's own rule and habits, and keeps what the service would have seen and learned. */
export function simulateHistory(options: HistoryOptions): History {
  const world = new Distributor(options);
  const realisation = new Realisation(world);
  const recorder = new Recorder(world, options.keep ?? KEEP);
  const random = world.random.fork('habits');
  const habits = { otherNode: 0.15, otherService: 0.2, random };
  let orders = 0;
  for (let day = 0; day < options.days; day++) {
    world.startDay();
    for (const order of world.ordersOfDay()) {
      const plan = erpPlan(world, order, order.placedAt, habits);
      if (plan && day >= WARM_UP_DAYS) recorder.record(order, plan);
      realisation.execute(order, plan, order.placedAt);
      orders++;
    }
    recorder.learn(realisation.closeDay());
    options.progress?.(day + 1, options.days);
  }
  return { ...recorder.rows(), orders };
}

class Recorder {
  readonly #world: Distributor;
  readonly #keep: NonNullable<HistoryOptions['keep']>;
  readonly #random;
  readonly #stockout: { row: Row; position: StockPosition; day: number }[] = [];
  readonly #delay: Row[] = [];
  readonly #split: Row[] = [];
  readonly #openDelays = new Map<string, { row: Row; promise: Instant }>();
  readonly #openSplits = new Map<string, Row>();

  constructor(world: Distributor, keep: NonNullable<HistoryOptions['keep']>) {
    this.#world = world;
    this.#keep = keep;
    this.#random = world.random.fork('recorder');
  }

  /** Features as of the decision, before the plan changes anything. */
  record(order: Order, plan: PlanDraft): void {
    const world = this.#world;
    const at = order.placedAt;
    const keepSplit = this.#random.chance(this.#keep.split);
    const keepDelay = this.#random.chance(this.#keep.delay) && order.promiseDate !== null;
    const keepStockout = this.#random.chance(this.#keep.stockout);
    if (!keepSplit && !keepDelay && !keepStockout) return;
    const rows = planRows(snapshotFor(world, order, at), order, plan);
    if (keepSplit) this.#openSplits.set(order.orderId, rowOf(rows.split, at));
    if (keepDelay)
      for (const { nodeId, matrix } of rows.delay)
        this.#openDelays.set(`${order.orderId}/${nodeId}`, { row: rowOf(matrix, at), promise: order.promiseDate! });
    if (!keepStockout) return;
    for (const { nodeId, itemId, matrix } of rows.stockout) {
      const stock = world.stock[world.itemIndex.get(itemId)!]![world.nodeIndex.get(nodeId)!]!;
      this.#stockout.push({ row: rowOf(matrix, at), position: stock, day: world.day });
    }
    this.#recordUntouched(this.#stockout.at(-1)!.position, at);
  }

  /** The same item at another node, from which nothing is taken: the service scores these too. */
  #recordUntouched(taken: StockPosition, at: Instant): void {
    const world = this.#world;
    const others = world.stock[taken.item]!.filter((position) => position && position !== taken);
    if (others.length === 0) return;
    const other = this.#random.pick(others)!;
    const row = rowOf(stockoutMatrix([{ position: supplyFacts(world, other, at), takenQty: 0 }]), at);
    this.#stockout.push({ row, position: other, day: world.day });
  }

  learn(report: ReturnType<Realisation['closeDay']>): void {
    for (const { orderId, nodeId, extra, deliveredAt, observedAt } of report.delivered) {
      const key = `${orderId}/${nodeId}`;
      const open = extra ? undefined : this.#openDelays.get(key);
      if (!open) continue;
      this.#openDelays.delete(key);
      open.row.label = deliveredAt > open.promise ? 1 : 0;
      open.row.duration = (deliveredAt - open.row.decidedAt) / DAY_MS;
      open.row.observedAt = observedAt;
      this.#delay.push(open.row);
    }
    for (const { orderId, plannedShipments, shipments, observedAt } of report.closed) {
      const row = this.#openSplits.get(orderId);
      if (!row) continue;
      this.#openSplits.delete(orderId);
      row.label = shipments > plannedShipments ? 1 : 0;
      row.observedAt = observedAt;
      this.#split.push(row);
    }
  }

  rows(): Omit<History, 'orders'> {
    const { day, start } = this.#world;
    const stockout: Row[] = [];
    for (const { row, position, day: decided } of this.#stockout) {
      const until = decided + Math.ceil(position.leadTimeDays);
      // Only windows that have closed: an open one would count as covered because nobody knows yet.
      if (until > day) continue;
      row.label = position.unmetDays.some((unmet) => unmet > decided && unmet <= until) ? 1 : 0;
      row.observedAt = start + (until + 1) * DAY_MS;
      stockout.push(row);
    }
    return {
      stockout: assemble(SERVICE_FEATURE_SETS.stockout, stockout, false),
      delay: assemble(SERVICE_FEATURE_SETS.delay, this.#delay, true),
      split: assemble(SERVICE_FEATURE_SETS.split, this.#split, false),
    };
  }
}

function rowOf(matrix: FeatureMatrix, decidedAt: Instant): Row {
  return { values: matrix.values, decidedAt, label: 0, observedAt: 0, duration: Number.NaN };
}

function assemble(featureSet: FeatureSet, unsorted: readonly Row[], withDurations: boolean): HistoryRows {
  const rows = unsorted.toSorted((a, b) => a.decidedAt - b.decidedAt);
  const columns = featureSet.features.length;
  const values = new Float64Array(rows.length * columns);
  for (const [index, row] of rows.entries()) values.set(row.values, index * columns);
  return {
    featureSet,
    matrix: { rows: rows.length, columns, values },
    labels: Float64Array.from(rows, ({ label }) => label),
    times: Float64Array.from(rows, ({ decidedAt }) => decidedAt),
    observedAt: Float64Array.from(rows, ({ observedAt }) => observedAt),
    durations: withDurations ? Float64Array.from(rows, ({ duration }) => duration) : null,
  };
}
