import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '#domain/risk.ts';
import { DAY_MS, type Instant } from '#domain/time.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { writeArtifact } from '#models/artifact.ts';
import { riskModel } from '#models/load-model.ts';
import { ModelRegistry } from '#models/registry.ts';
import { referenceOf } from '#models/watching/reference.ts';
import { fitCalibrated } from '#training/fit-calibrated.ts';
import type { BoostOptions } from '#training/trainers/boost.ts';
import { boostedTrainer } from '#training/trainers/boosted.ts';
import type { Trainer, TrainingData } from '#training/trainers/trainer.ts';
import { twoStageTrainer } from '#training/trainers/transit.ts';
import { planRows } from '../plan-rows.ts';
import { Random } from '../random.ts';
import { draftOf, type Facts, factsOf, type Knowledge, listPrices, requestBody } from './facts.ts';
import { type Bill, execute, type Truth } from './ledger.ts';
import { SCARCITY, type Scarcity, stockItems } from './network.ts';
import { assignments, planBy } from './rules.ts';
import { arrivalOf, type NodePlan, StockWorld } from './stock-world.ts';
import type { RealOrder } from './tables.ts';

/** Real deliveries of orders, as they became known: what the lanes have shown so far. */
export function replayDeliveries({ network }: Knowledge, world: StockWorld, order: RealOrder): void {
  if (order.deliveredAt === null) return;
  const node = network.nodeOfSeller.get(order.lines[0]!.sellerId)!;
  const days = (order.deliveredAt - order.approvedAt) / DAY_MS;
  const late = order.promiseAt !== null && order.deliveredAt > order.promiseAt;
  world.deliver(node, order.state, order.deliveredAt, days, late);
}

/** Real orders that could not be supplied count as short picks of their seller's node. */
export function replayPicks({ network }: Knowledge, world: StockWorld, order: RealOrder): void {
  const node = network.nodeOfSeller.get(order.lines[0]!.sellerId)!;
  const day = Math.floor(order.approvedAt / DAY_MS);
  world.picks[node]!.add(day, 1);
  if (order.status === 'unavailable' || order.status === 'canceled') world.short[node]!.add(day, 1);
}

interface Row {
  readonly values: Float64Array;
  readonly at: Instant;
  readonly label: number;
}

/** A parcel on its way to a promise; `label` is whether it came later. */
export interface DelayRow extends Row {
  readonly promiseAt: Instant;
  /** From the order to the door. */
  readonly days: number;
}

/**
 * The parcels whose lateness is known at a moment: those whose promise has passed, on the road or not. Taking what was
 * delivered instead would leave out the slow ones among the latest, just those that a calibration looks at.
 */
export function knownBy(rows: readonly DelayRow[], now: Instant): DelayRow[] {
  return rows
    .filter(({ promiseAt }) => promiseAt < now)
    .map((row) => ({ ...row, days: Math.min(row.days, (now - row.at) / DAY_MS) }));
}

/** What the service's own parcels of an order teach, from the facts that it was asked with. */
export function delayRowsOf(
  { network }: Knowledge,
  { order, snapshot }: Facts,
  plan: NodePlan,
  parcels: Bill['parcels'],
): DelayRow[] {
  const at = snapshot.asOf;
  const { promiseDate } = order;
  if (promiseDate === null) return [];
  return planRows(snapshot, order, draftOf(network, plan)).delay.flatMap(({ nodeId, matrix }) => {
    const parcel = parcels.find(({ node }) => network.nodes[node]!.nodeId === nodeId);
    if (!parcel) return [];
    const { days } = parcel;
    const label = at + days * DAY_MS > promiseDate ? 1 : 0;
    return [{ values: matrix.values, at, label, promiseAt: promiseDate, days }];
  });
}

export interface LearnedRows {
  readonly stockout: readonly Row[];
  readonly delay: readonly DelayRow[];
  readonly split: readonly Row[];
}

/** How often the earlier plans came from another node than the nearest: else nothing would be known of the others. */
const OTHER_PLAN = 0.3;

/**
 * The earlier orders, lived through once: delay rows from the real deliveries; stockout and split rows from plans by
 * the nearest rule, with habits, in a world whose picks and transit follow the earlier orders.
 */
export function learnFrom(
  knowledge: Knowledge,
  truth: Truth,
  orders: readonly RealOrder[],
  scarcity: Scarcity,
  seed: number,
): LearnedRows {
  const { network } = knowledge;
  const random = new Random(`learn/${scarcity}/${seed}`);
  const stock = new StockWorld(
    network,
    stockItems(network, orders, scarcity, random.fork('stock')),
    SCARCITY[scarcity].replaceDays,
  );
  const lanes = new StockWorld(network, new Map(), 1);
  const rows = {
    stockout: [] as { row: Row; productId: string; node: number }[],
    delay: [] as DelayRow[],
    split: [] as Row[],
  };
  const end = orders.at(-1)!.approvedAt;
  for (const order of orders) {
    const at = order.approvedAt;
    stock.advance(at);
    lanes.advance(at);
    const arrival = arrivalOf(network, order);
    const facts = factsOf(requestBody(knowledge, stock, lanes, arrival), at);
    const home = network.nodeOfSeller.get(order.lines[0]!.sellerId)!;
    const oneSeller = new Set(order.lines.map(({ sellerId }) => sellerId)).size === 1;
    if (order.deliveredAt !== null && order.deliveredAt > at && oneSeller) {
      const real: NodePlan = {
        shipments: [{ node: home, takes: arrival.lines.map((line) => ({ line, qty: line.qty })) }],
      };
      const parcels = [{ node: home, days: (order.deliveredAt - at) / DAY_MS }];
      rows.delay.push(...delayRowsOf(knowledge, facts, real, parcels));
    }
    const all = assignments(stock, arrival);
    const plan = random.chance(OTHER_PLAN)
      ? random.pick(all)
      : planBy('nearest', stock, arrival, listPrices(knowledge, arrival));
    const features = plan.shipments.length > 0 ? planRows(facts.snapshot, facts.order, draftOf(network, plan)) : null;
    const bill = execute(truth, stock, arrival, plan);
    if (features) {
      rows.split.push({
        values: features.split.values,
        at,
        label: bill.shipments > bill.plannedShipments || bill.shippedUnits < plannedUnits(plan) ? 1 : 0,
      });
      for (const { nodeId, itemId, matrix } of features.stockout) {
        const node = network.nodes.findIndex((one) => one.nodeId === nodeId);
        rows.stockout.push({ row: { values: matrix.values, at, label: 0 }, productId: itemId, node });
      }
    }
    replayDeliveries(knowledge, lanes, order);
  }
  const window = stock.replaceDays * DAY_MS;
  return {
    delay: rows.delay,
    split: rows.split,
    stockout: rows.stockout
      .filter(({ row }) => row.at + window < end)
      .map(({ row, productId, node }) => ({
        ...row,
        label: stock.unmet(productId, node).some((unmet) => unmet > row.at && unmet <= row.at + window) ? 1 : 0,
      })),
  };
}

function plannedUnits({ shipments }: NodePlan): number {
  return shipments.reduce((sum, { takes }) => sum + takes.reduce((units, { qty }) => units + qty, 0), 0);
}

const SETTINGS: Partial<BoostOptions> = {
  learningRate: 0.05,
  maxLeaves: 8,
  minRows: 60,
  l2: 20,
  rowShare: 0.8,
  columnShare: 0.6,
  rounds: 200,
  patience: 25,
};

/** Trains the three models and returns a registry folder of its own, outside the project. */
export async function trainModels(rows: LearnedRows, trainedAt: Instant, seed: number): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-olist-'));
  await train(root, dataOf('stockout', rows.stockout), boostedTrainer(SETTINGS), trainedAt, seed);
  await trainDelay(root, rows.delay, trainedAt, seed);
  await train(root, dataOf('split', rows.split), boostedTrainer(SETTINGS), trainedAt, seed);
  return root;
}

/** Trains the delay model on what is known by `trainedAt` and promotes it in a registry. */
export async function trainDelay(
  root: string,
  rows: readonly DelayRow[],
  trainedAt: Instant,
  seed: number,
): Promise<void> {
  const known = knownBy(rows, trainedAt);
  const durations = Float64Array.from(known, ({ days }) => days);
  const data = { ...dataOf('delay', known), durations, promiseFeature: 'promisedDays' };
  await train(root, data, twoStageTrainer(SETTINGS), trainedAt, seed);
}

async function train(
  root: string,
  data: TrainingData,
  trainer: Trainer,
  trainedAt: Instant,
  seed: number,
): Promise<void> {
  const { featureSet, matrix, labels } = data;
  const { task } = featureSet;
  if (trainer.refuses(data) !== undefined) return;
  const { file } = await fitCalibrated(trainer, data, { seed });
  const scores = riskModel(file, '', 0).predict(matrix);
  const draft = join(root, task, 'draft');
  const modelVersion = writeArtifact(draft, {
    model: file,
    card: {
      trainedAt: new Date(trainedAt).toISOString(),
      data: 'real orders, for one comparison only; not to be shipped',
    },
    metrics: {},
    reference: referenceOf(featureSet, matrix, scores, labels),
  });
  const registry = new ModelRegistry(root);
  registry.add(draft);
  rmSync(draft, { recursive: true });
  registry.promote(task, modelVersion);
}

function dataOf(task: Task, rows: readonly Row[]): TrainingData {
  const featureSet = SERVICE_FEATURE_SETS[task];
  const columns = featureSet.features.length;
  const values = new Float64Array(rows.length * columns);
  for (const [index, row] of rows.entries()) values.set(row.values, index * columns);
  return {
    featureSet,
    matrix: { rows: rows.length, columns, values },
    labels: Float64Array.from(rows, ({ label }) => label),
    times: Float64Array.from(rows, ({ at }) => at),
  };
}
