import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { TASKS, type Task } from '#domain/risk.ts';
import { toRfc3339 } from '#domain/time.ts';
import { writeArtifact } from '#models/artifact.ts';
import { riskModel } from '#models/load-model.ts';
import type { ModelFile } from '#models/model-file.ts';
import { ModelRegistry } from '#models/registry.ts';
import { isTransitModel } from '#models/risk-model.ts';
import { referenceOf } from '#models/watching/reference.ts';
import { fitCalibrated } from '#training/fit-calibrated.ts';
import {
  calibrationError,
  calibrationLine,
  type Metrics,
  measure,
  nullCalibrationError,
  scored,
} from '#training/metrics.ts';
import { rowsBetween } from '#training/split.ts';
import type { BoostOptions } from '#training/trainers/boost.ts';
import { boostedTrainer } from '#training/trainers/boosted.ts';
import { forestTrainer } from '#training/trainers/forest.ts';
import { logisticTrainer } from '#training/trainers/logistic.ts';
import type { Trainer, TrainingData } from '#training/trainers/trainer.ts';
import { boostedTransitTrainer, twoStageTrainer } from '#training/trainers/transit.ts';
import type { History, HistoryRows } from './history.ts';

/** Small trees: the service scores a hundred rows an order, and tens of thousands of rows bear no larger ones. */
const SETTINGS: Partial<BoostOptions> = {
  learningRate: 0.06,
  maxLeaves: 15,
  minRows: 60,
  l2: 5,
  rowShare: 0.8,
  columnShare: 0.7,
  rounds: 250,
  patience: 25,
};
/** The latest part of the history, on which the families are compared. */
const JUDGED_SHARE = 0.25;

function entrants(task: Task): Trainer[] {
  const transit = task === 'delay' ? [boostedTransitTrainer(SETTINGS), twoStageTrainer(SETTINGS)] : [];
  return [boostedTrainer(SETTINGS), ...transit, forestTrainer(), logisticTrainer()];
}

export interface FamilyRow {
  readonly name: string;
  readonly metrics: Metrics;
  /** Why it is not chosen whatever its figures; empty where it may be. */
  readonly note: string;
}

export interface Shipped {
  readonly task: Task;
  readonly modelVersion: string;
  readonly winner: string;
  readonly rows: number;
  readonly families: readonly FamilyRow[];
}

export interface ShipOptions {
  readonly seed: number;
  /** Registry folder; what it holds of the tasks is replaced. */
  readonly out: string;
  /** Goes into the cards, so that the same history gives the same bytes. */
  readonly trainedAt: number;
  /** How the history came to be, for the cards. */
  readonly origin: string;
  /** Who races; all families that learn the task where absent. */
  readonly entrants?: (task: Task) => Trainer[];
  readonly progress?: (label: string) => void;
}

/** Races the families on the latest part of the history, trains the best on all of it and makes it the champion. */
export async function shipModels(history: History, options: ShipOptions): Promise<Shipped[]> {
  const shipped: Shipped[] = [];
  for (const task of TASKS) shipped.push(await shipModel(task, history[task], options));
  return shipped;
}

async function shipModel(task: Task, rows: HistoryRows, options: ShipOptions): Promise<Shipped> {
  const { seed, progress, out } = options;
  const data = dataOf(rows);
  const cut = Math.round(data.matrix.rows * (1 - JUDGED_SHARE));
  const judged = rowsBetween(data, cut, data.matrix.rows);
  const learned = knownBefore(data, rows.observedAt, cut);
  const raced: { trainer: Trainer; row: FamilyRow; probabilities: Float64Array }[] = [];
  for (const trainer of (options.entrants ?? entrants)(task)) {
    progress?.(`${task}: ${trainer.name}`);
    const { file } = await fitCalibrated(trainer, learned, { seed });
    const model = riskModel(file, '', 0);
    const probabilities = model.predict(judged.matrix);
    const note = !trainer.holdsMonotone
      ? 'cannot hold the monotone constraints'
      : task === 'delay' && !isTransitModel(model)
        ? 'gives no transit time'
        : '';
    raced.push({
      trainer,
      probabilities,
      row: { name: trainer.name, metrics: measure(scored(probabilities, judged.labels)), note },
    });
  }
  const [winner] = raced
    .filter(({ row }) => row.note === '')
    .toSorted((a, b) => a.row.metrics.logLoss - b.row.metrics.logLoss);
  progress?.(`${task}: ${winner!.trainer.name} on all rows`);
  const { file, settings } = await fitCalibrated(winner!.trainer, data, { seed });
  const families = raced.map(({ row }) => row);
  const judgement = scored(winner!.probabilities, judged.labels);
  rmSync(join(out, task), { recursive: true, force: true });
  const draft = join(out, task, 'draft');
  const modelVersion = writeArtifact(draft, {
    model: file,
    card: card(task, data, rows, file, { ...options, winner: winner!.trainer.name, settings }),
    metrics: {
      judgedOn: `the latest ${JUDGED_SHARE * 100}% of the history, by models trained on what was observed before it`,
      families,
      winner: winner!.trainer.name,
      calibration: file.calibration.method,
      expectedCalibrationError: calibrationError(judgement),
      expectedCalibrationErrorNullP95: nullCalibrationError(judgement, seed),
      calibrationLine: calibrationLine(judgement),
    },
    reference: referenceOf(data.featureSet, judged.matrix, winner!.probabilities, judged.labels),
  });
  const registry = new ModelRegistry(out);
  registry.add(draft);
  rmSync(draft, { recursive: true });
  registry.promote(task, modelVersion);
  return { task, modelVersion, winner: winner!.trainer.name, rows: data.matrix.rows, families };
}

function dataOf({ featureSet, matrix, labels, times, durations }: HistoryRows): TrainingData {
  return {
    featureSet,
    matrix,
    labels,
    times,
    ...(durations ? { durations, promiseFeature: 'promisedDays' } : {}),
  };
}

/** The rows before `cut` whose outcome was known at the moment of the row at `cut`. */
function knownBefore(data: TrainingData, observedAt: Float64Array, cut: number): TrainingData {
  const moment = data.times![cut]!;
  let end = 0;
  const { columns } = data.matrix;
  const before = rowsBetween(data, 0, cut);
  const values = new Float64Array(cut * columns);
  const keep = { labels: new Float64Array(cut), times: new Float64Array(cut), durations: new Float64Array(cut) };
  for (let row = 0; row < cut; row++) {
    if (observedAt[row]! >= moment) continue;
    values.set(before.matrix.values.subarray(row * columns, (row + 1) * columns), end * columns);
    keep.labels[end] = before.labels[row]!;
    keep.times[end] = data.times![row]!;
    keep.durations[end] = data.durations?.[row] ?? 0;
    end++;
  }
  return {
    featureSet: data.featureSet,
    matrix: { rows: end, columns, values: values.subarray(0, end * columns) },
    labels: keep.labels.subarray(0, end),
    times: keep.times.subarray(0, end),
    ...(data.durations ? { durations: keep.durations.subarray(0, end), promiseFeature: 'promisedDays' } : {}),
  };
}

function card(
  task: Task,
  data: TrainingData,
  { times, labels }: HistoryRows,
  { family, featureSet }: ModelFile,
  more: ShipOptions & { readonly winner: string; readonly settings: object },
) {
  return {
    trainedAt: toRfc3339(more.trainedAt),
    trainedBy: 'the project, by `npm run ship-models`',
    task,
    importer: `history-${task}`,
    data: `SIMULATED: ${more.origin}. No real order, shipment or customer is behind it.`,
    rows: data.matrix.rows,
    positives: labels.reduce((sum, label) => sum + label, 0),
    window: { from: toRfc3339(times[0]!), to: toRfc3339(times.at(-1)!), dated: true },
    family,
    winner: more.winner,
    settings: more.settings,
    featureSet: featureSet.featureSetId,
    features: featureSet.features.map(({ name, unit, description }) => ({ name, unit, description })),
    seed: more.seed,
    limits: [
      'made to start with: it knows the simulated distributor of docs/simulator.md and nothing of your network',
      'train your own on your history or on the outcomes the service collects, and promote it through the gate',
      'figures in metrics.json are of one window of the same simulation',
    ],
  };
}
