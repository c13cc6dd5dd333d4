import type { Calibration } from '#models/calibration.ts';
import { riskModel } from '#models/load-model.ts';
import type { ModelFile } from '#models/model-file.ts';
import type { RiskModel } from '#models/risk-model.ts';
import { type Labelled, matrixRows, trainingData } from './dataset.ts';
import type { Entrant } from './families.ts';
import { lossOf, METRIC_NAMES, type Metrics, measure, quantile, resample, scored } from './metrics.ts';
import { type Origin, thinned } from './origins.ts';
import { randomFrom } from './random.ts';
import type { FittedModel, Trainer, TrainingData } from './trainers/trainer.ts';

/** What one family said about the rows after one origin. */
export interface Judged {
  readonly origin: number;
  readonly rows: Int32Array;
  readonly probabilities: Float64Array;
  readonly metrics: Metrics;
  /** Log loss with the level of the window set right. */
  readonly levelled: number;
  readonly rounds?: number;
}

/** One line of the table of families. */
export interface Entry {
  readonly name: string;
  readonly trainer: Trainer;
  /** Judged on the last origin alone unless it leads there; wins only beyond doubt. */
  readonly slow: boolean;
  /** Why the family cannot learn from this set. */
  readonly refused?: string;
  readonly judged: readonly Judged[];
}

export interface RaceOptions {
  readonly seed: number;
  /** Most rows to learn from and be judged on at one origin; more are thinned. */
  readonly mostRows: number;
  readonly progress: (done: number, total: number, label: string) => void;
}

/** Every family at every origin; slow ones at the last alone. */
export async function race(
  dataset: Labelled,
  entrants: readonly Entrant[],
  origins: readonly Origin[],
  options: RaceOptions,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const runs = entrants.map(({ slow }) => (slow ? 1 : origins.length));
  const total = runs.reduce((sum, count) => sum + count, 0);
  let done = 0;
  for (const [e, { trainer, slow }] of entrants.entries()) {
    const judged: Judged[] = [];
    let refused: string | undefined;
    for (const [o, origin] of origins.entries()) {
      if (o < origins.length - runs[e]!) continue;
      const learn = thinned(origin.learn, options.mostRows, options.seed);
      const data = trainingData(dataset, learn, clock(dataset, origin.moment));
      refused ??= trainer.refuses(data);
      options.progress(done, total, trainer.name);
      if (!refused) {
        const step = (part: number, of: number): void => options.progress(done + part / of, total, trainer.name);
        judged.push(await judge(dataset, trainer, data, origin, o, options, step));
      }
      done++;
    }
    entries.push({ name: trainer.name, trainer, slow, judged, ...(refused ? { refused } : {}) });
  }
  options.progress(total, total, '');
  return entries;
}

/** A set without dates has no moment at which a duration could be unfinished. */
export function clock(dataset: Labelled, moment: number): number {
  return dataset.facts.dated ? moment : Number.POSITIVE_INFINITY;
}

/** The last part of what an origin may learn from stops the training. */
const STOPPING_SHARE = 0.15;

async function judge(
  dataset: Labelled,
  trainer: Trainer,
  data: TrainingData,
  origin: Origin,
  index: number,
  { seed, mostRows }: RaceOptions,
  progress: (done: number, total: number) => void,
): Promise<Judged> {
  const fitted = await fitStopped(trainer, data, seed, progress);
  const rows = thinned(origin.judge, mostRows, seed);
  const probabilities = modelOf(trainer, data, fitted, seed).predict(matrixRows(dataset.matrix, rows));
  const metrics = measureRows(dataset, rows, probabilities);
  return {
    origin: index,
    rows,
    probabilities,
    metrics,
    levelled: levelledLoss(dataset, rows, probabilities),
    ...(fitted.rounds === undefined ? {} : { rounds: fitted.rounds }),
  };
}

/**
 * Learns the rounds from the latest rows and then, where rows are few, from all of them for so many rounds: in a
 * world that moves, the latest rows are worth most.
 */
export async function fitStopped(
  trainer: Trainer,
  data: TrainingData,
  seed: number,
  progress?: (done: number, total: number) => void,
): Promise<FittedModel> {
  if (!STOPPED.has(trainer.name)) return trainer.fit(data, { seed, ...(progress ? { progress } : {}) });
  const { rows } = data.matrix;
  const cut = Math.round(rows * (1 - STOPPING_SHARE));
  const [learn, hold] = [part(data, 0, cut), part(data, cut, rows)];
  const half = (index: number) => (done: number, total: number) => progress?.(index + done / total, 2);
  const bothClasses = (labels: Float64Array): boolean => labels.includes(0) && labels.includes(1);
  if (!bothClasses(learn.labels) || !bothClasses(hold.labels)) return trainer.fit(data, { seed, progress: half(0) });
  const stopped = await trainer.fit(learn, { seed, validation: hold, progress: half(0) });
  if (rows > MOST_TO_REPEAT) return stopped;
  if (stopped.rounds === undefined) return trainer.fit(data, { seed, progress: half(1) });
  return trainer.fit(data, {
    seed,
    rounds: Math.max(trainer.family === 'boosted' ? LEAST_ROUNDS : 1, stopped.rounds),
    progress: half(1),
  });
}

/** Families that watch later rows to know when to stop; the others find their rounds themselves or have none. */
const STOPPED = new Set(['boosted', 'boosted-two-stage', 'neural']);
/** Of more rows than this the latest add little, and a second fit would double the time. */
const MOST_TO_REPEAT = 50_000;
/** A stretch that moved away stops the training at once; so few trees say nothing. */
const LEAST_ROUNDS = 80;

function part(data: TrainingData, from: number, to: number): TrainingData {
  const { matrix, labels, durations, weights, times } = data;
  const { columns, values } = matrix;
  return {
    ...data,
    matrix: { rows: to - from, columns, values: values.subarray(from * columns, to * columns) },
    labels: labels.subarray(from, to),
    ...(durations && { durations: durations.subarray(from, to) }),
    ...(weights && { weights: weights.subarray(from, to) }),
    ...(times && { times: times.subarray(from, to) }),
  };
}

export function fileOf(
  trainer: Trainer,
  data: TrainingData,
  { body, marginUnit }: FittedModel,
  seed: number,
  calibration: Calibration = { method: 'none' },
): ModelFile {
  const { featureSet } = data;
  return { v: 1, task: featureSet.task, family: trainer.family, marginUnit, featureSet, seed, body, calibration };
}

export function modelOf(trainer: Trainer, data: TrainingData, fitted: FittedModel, seed: number): RiskModel {
  return riskModel(fileOf(trainer, data, fitted, seed), '', 0);
}

/**
 * The same log odds moved so that their mean is the window's base rate. A calibration then learns the shape of the
 * probabilities and not the level of windows that are over, which is not that of the next; families are compared the same way, as the
 * level of a window is luck that none of them earned.
 */
export function atLevel(probabilities: Float64Array, labels: Float64Array): Float64Array {
  const by = levelError(probabilities, labels);
  return probabilities.map((p) => 1 / (1 + Math.exp(-Math.log(p / (1 - p)) - by)));
}

/** By how much in log odds the predictions of a window were off its base rate; within -12 and 12. */
export function levelError(probabilities: Float64Array, labels: Float64Array): number {
  const rate = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const odds = probabilities.map((p) => Math.log(p / (1 - p)));
  let [low, high] = [-12, 12];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    const mean = odds.reduce((sum, x) => sum + 1 / (1 + Math.exp(-x - middle)), 0) / labels.length;
    if (mean < rate) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Metrics on the rows the importer judges by. */
export function measureRows(dataset: Labelled, rows: Int32Array, probabilities: Float64Array): Metrics {
  const judged = judgedOf(dataset, rows, probabilities);
  return measure(scored(judged.probabilities, judged.labels));
}

function levelledLoss(dataset: Labelled, rows: Int32Array, probabilities: Float64Array): number {
  const judged = judgedOf(dataset, rows, probabilities);
  return measure(scored(atLevel(judged.probabilities, judged.labels), judged.labels)).logLoss;
}

/** The rows the importer judges by, of some. */
export function judgedOf({ facts }: Labelled, rows: Int32Array, probabilities: Float64Array) {
  const kept = Array.from(rows.keys()).filter((i) => !facts.judged || facts.judged.rows[rows[i]!] === 1);
  return {
    probabilities: Float64Array.from(kept, (i) => probabilities[i]!),
    labels: Float64Array.from(kept, (i) => facts.labels[rows[i]!]!),
  };
}

export function meanLevelled(judged: readonly Judged[]): number {
  return judged.reduce((sum, { levelled }) => sum + levelled, 0) / judged.length;
}

export function meanMetrics(judged: readonly Judged[]): Metrics {
  const mean = (name: keyof Metrics): number =>
    judged.reduce((sum, { metrics }) => sum + metrics[name], 0) / judged.length;
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, mean(name)])) as unknown as Metrics;
}

/**
 * The family with the lowest mean log loss, levels set right, among those judged on every origin. A slow one wins only
 * where it is ahead of that family beyond doubt, on the origins both were judged on. Where the set has monotone constraints, a
 * family that cannot hold them is never chosen.
 */
export function winnerOf(
  dataset: Labelled,
  entries: readonly Entry[],
  origins: number,
  seed: number,
): Entry | undefined {
  const constrained = dataset.featureSet.features.some(({ monotone }) => (monotone ?? 0) !== 0);
  const able = entries.filter(({ judged, trainer }) => judged.length > 0 && (!constrained || trainer.holdsMonotone));
  const best = lowest(
    able.filter((entry) => !entry.slow && entry.judged.length === origins),
    ({ judged }) => meanLevelled(judged),
  );
  const slow = able.filter((entry) => entry.slow || entry.judged.length < origins);
  const ahead = best
    ? slow.filter(
        (entry) =>
          entry.judged.at(-1)!.levelled < best.judged.at(-1)!.levelled &&
          marginOver(dataset, entry, best, seed).interval[0] > 0,
      )
    : slow;
  return lowest(ahead, ({ judged }) => judged.at(-1)!.levelled) ?? best;
}

function lowest<T>(list: readonly T[], of: (item: T) => number): T | undefined {
  return list.reduce<T | undefined>(
    (best, item) => (best === undefined || of(item) < of(best) ? item : best),
    undefined,
  );
}

export interface Margin {
  /** Mean log loss of the other less the winner's, on rows both judged. */
  readonly gain: number;
  readonly interval: readonly [number, number];
}

/** How far the winner is ahead of another, with a paired 95% bootstrap interval. */
export function marginOver(dataset: Labelled, winner: Entry, other: Entry, seed: number): Margin {
  const gains: number[] = [];
  for (const judged of winner.judged) {
    const match = other.judged.find(({ origin }) => origin === judged.origin);
    if (!match) continue;
    judged.rows.forEach((row, i) => {
      if (dataset.facts.judged && dataset.facts.judged.rows[row] !== 1) return;
      const label = dataset.facts.labels[row]!;
      gains.push(lossOf(match.probabilities[i]!, label) - lossOf(judged.probabilities[i]!, label));
    });
  }
  return pairedMargin(Float64Array.from(gains), seed);
}

export function pairedMargin(gains: Float64Array, seed: number, samples = 500): Margin {
  const random = randomFrom(seed);
  const counts = new Uint16Array(gains.length);
  const means = new Float64Array(samples);
  for (let s = 0; s < samples; s++) {
    resample(counts, random);
    let sum = 0;
    for (let i = 0; i < gains.length; i++) sum += counts[i]! * gains[i]!;
    means[s] = sum / gains.length;
  }
  means.sort();
  const gain = gains.reduce((sum, x) => sum + x, 0) / gains.length;
  return { gain, interval: [quantile(means, 0.025), quantile(means, 0.975)] };
}
