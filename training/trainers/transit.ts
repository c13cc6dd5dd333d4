import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import { fixedExp, fixedLog } from '#models/fixed-math.ts';
import { STACKED_COLUMNS, stackedMatrix } from '#models/stacked-model.ts';
import { SHORTEST_DAYS } from '#models/transit-model.ts';
import type { TreeEnsemble } from '#models/tree-ensemble.ts';
import { treeScorer } from '#models/tree-scorer.ts';
import { pickRows, timeSplit } from '../split.ts';
import { BOOST_DEFAULTS, type BoostOptions, boost } from './boost.ts';
import { refuseLabels } from './boosted.ts';
import { logLoss, squaredError } from './losses.ts';
import type { Trainer, TrainingData } from './trainer.ts';

/** The feature every transit family compares with and does not read, where the data names no other. */
const PROMISE_FEATURE = 'promisedDays';

export function promiseNameOf({ promiseFeature = PROMISE_FEATURE }: TrainingData): string {
  return promiseFeature;
}

const FOLDS = 3;
const STOPPING_SHARE = 0.15;
const FEW_ROWS_ROUNDS = 30;
const RESIDUAL_POINTS = 1001;
const SPREAD: Partial<BoostOptions> = { rounds: 60, learningRate: 0.05, maxLeaves: 8, minRows: 200, l2: 20 };
/** Residuals of less than about half an hour in ten days say nothing of the spread. */
const SMALLEST_RESIDUAL = 0.002;

/** Why transit times cannot be learned from this data. */
export function refuseTransit(data: TrainingData): string | undefined {
  if (!data.durations) return 'the set has no transit times';
  const promise = promiseNameOf(data);
  if (!data.featureSet.features.some(({ name }) => name === promise)) return `the feature set has no \`${promise}\``;
  return refuseLabels(data);
}

/** The same rows with some columns missing everywhere, so that no tree can read them. */
function without({ rows, columns, values }: FeatureMatrix, hidden: (column: number) => boolean): FeatureMatrix {
  const copy = Float64Array.from(values.subarray(0, rows * columns));
  for (let column = 0; column < columns; column++)
    if (hidden(column)) for (let row = 0; row < rows; row++) copy[row * columns + column] = Number.NaN;
  return { rows, columns, values: copy };
}

function logDays(durations: Float64Array): Float64Array {
  return durations.map((days) => fixedLog(Math.max(days, SHORTEST_DAYS)));
}

function scored(trees: TreeEnsemble, matrix: FeatureMatrix): Float64Array {
  const scores = new Float64Array(matrix.rows);
  treeScorer(trees).score(matrix.values, matrix.rows, scores);
  return scores;
}

interface Location {
  readonly trees: TreeEnsemble;
  readonly rounds: number;
  /** Expected log days of each training row by trees that did not see it. */
  readonly outOfFold: Float64Array;
  readonly promise: number;
  readonly usualPromiseDays: number;
}

/** Trees on log days; how many, the latest rows decide, and then all rows teach them. */
function fitLocation(
  data: TrainingData,
  options: BoostOptions,
  seed: number,
  progress: ((done: number, total: number) => void) | undefined,
): Location {
  const { featureSet } = data;
  const promise = featureSet.features.findIndex(({ name }) => name === promiseNameOf(data));
  const rowsOf = (set: TrainingData) => ({
    matrix: without(set.matrix, (column) => column === promise),
    targets: logDays(set.durations!),
    weights: set.weights,
  });
  const all = rowsOf(data);
  const split = timeSplit(data, STOPPING_SHARE);
  const rounds = split
    ? boost(featureSet, rowsOf(split.learn), rowsOf(split.hold), squaredError, options, seed).rounds
    : Math.min(options.rounds, FEW_ROWS_ROUNDS);
  progress?.(1, FOLDS + 2);
  const { trees } = boost(featureSet, all, undefined, squaredError, { ...options, rounds }, seed);
  progress?.(2, FOLDS + 2);
  const outOfFold = new Float64Array(data.matrix.rows);
  for (let fold = 0; fold < FOLDS; fold++) {
    const inside = Int32Array.from(data.labels.keys()).filter((row) => row % FOLDS !== fold);
    const outside = Int32Array.from(data.labels.keys()).filter((row) => row % FOLDS === fold);
    const part = boost(
      featureSet,
      rowsOf(pickRows(data, inside)),
      undefined,
      squaredError,
      { ...options, rounds },
      seed,
    );
    const rest = pickRows({ ...data, matrix: all.matrix }, outside);
    scored(part.trees, rest.matrix).forEach((score, i) => {
      outOfFold[outside[i]!] = score;
    });
    progress?.(fold + 3, FOLDS + 2);
  }
  const promises = Float64Array.from(
    { length: data.matrix.rows },
    (_, row) => data.matrix.values[row * data.matrix.columns + promise]!,
  )
    .filter((days) => days > 0)
    .sort();
  return { trees, rounds, outOfFold, promise, usualPromiseDays: promises[promises.length >> 1] ?? 1 };
}

/**
 * Evenly spaced quantiles. All rows count: by rolling origin on real orders those of the latest half alone had the
 * worse log loss, because what was unusual lately was mostly over when it was used.
 */
function evenQuantiles(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  const points = Math.min(RESIDUAL_POINTS, Math.max(sorted.length, 2));
  return Float64Array.from({ length: points }, (_, i) => {
    const position = Math.min(Math.max(((i + 0.5) / points) * sorted.length - 0.5, 0), sorted.length - 1);
    const low = Math.floor(position);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low]! + (sorted[high]! - sorted[low]!) * (position - low);
  });
}

/** Trees on log transit days plus residuals of a scale the features tell: late for any promise, and quantiles. */
export function boostedTransitTrainer(changes: Partial<BoostOptions> = {}): Trainer {
  const options = { ...BOOST_DEFAULTS, ...changes };
  return {
    name: 'boosted-transit',
    family: 'boosted',
    holdsMonotone: true,
    refuses: refuseTransit,
    async fit(data, { seed, progress }) {
      const location = fitLocation(data, options, seed, progress);
      const { features } = data.featureSet;
      // The scale may not read what the risk must be monotone in: a wider spread would bend it.
      const hidden = (column: number) => column === location.promise || (features[column]!.monotone ?? 0) !== 0;
      const residuals = logDays(data.durations!).map((log, row) => log - location.outOfFold[row]!);
      const matrix = without(data.matrix, hidden);
      const targets = residuals.map((residual) => fixedLog(Math.abs(residual) + SMALLEST_RESIDUAL));
      const free: FeatureSet = {
        ...data.featureSet,
        features: features.map((feature) => ({ ...feature, monotone: 0 })),
      };
      const spread = boost(
        free,
        { matrix, targets, weights: data.weights },
        undefined,
        squaredError,
        { ...BOOST_DEFAULTS, ...SPREAD },
        seed,
      ).trees;
      const scales = scored(spread, matrix);
      return {
        body: {
          kind: 'transitTrees',
          location: location.trees,
          spread,
          residuals: evenQuantiles(residuals.map((residual, row) => residual * fixedExp(-scales[row]!))),
          promiseFeature: promiseNameOf(data),
          usualPromiseDays: location.usualPromiseDays,
        },
        marginUnit: 'logDays',
        settings: { ...options, rounds: location.rounds },
      };
    },
  };
}

/** Trees on log transit days, then trees on being late that know what those expect and how the promise compares. */
export function twoStageTrainer(changes: Partial<BoostOptions> = {}): Trainer {
  const options = { ...BOOST_DEFAULTS, ...changes };
  return {
    name: 'boosted-two-stage',
    family: 'boosted',
    holdsMonotone: true,
    refuses: refuseTransit,
    async fit(data, { seed, validation, rounds, progress }) {
      const own = { ...options, rounds: rounds ?? options.rounds };
      const location = fitLocation(data, options, seed, progress);
      const { promise, usualPromiseDays, outOfFold, trees } = location;
      const derived = { type: 'number', unit: 'log days', description: 'of the first stage' } as const;
      const stackedSet: FeatureSet = {
        ...data.featureSet,
        features: [
          ...data.featureSet.features.map((feature, column) =>
            column === promise ? { ...feature, monotone: -1 as const } : feature,
          ),
          { name: 'expectedLogDays', ...derived, monotone: 1 },
          { name: 'promiseSlack', ...derived, monotone: -1 },
        ],
      };
      const stack = (set: TrainingData, expected: Float64Array) => ({
        matrix: stackedMatrix(set.matrix, expected, promise, usualPromiseDays),
        targets: set.labels,
        weights: set.weights,
      });
      const expectedOf = (set: TrainingData) =>
        scored(
          trees,
          without(set.matrix, (column) => column === promise),
        );
      const final = boost(
        stackedSet,
        stack(data, outOfFold),
        validation && stack(validation, expectedOf(validation)),
        logLoss,
        own,
        seed,
      );
      const residuals = logDays(data.durations!).map((log, row) => log - outOfFold[row]!);
      return {
        body: {
          kind: 'stackedTrees',
          location: trees,
          final: final.trees,
          residuals: evenQuantiles(residuals),
          promiseFeature: promiseNameOf(data),
          usualPromiseDays,
        },
        marginUnit: 'logOdds',
        rounds: final.rounds,
        settings: {
          ...own,
          rounds: final.rounds,
          locationRounds: location.rounds,
          columns: data.matrix.columns + STACKED_COLUMNS,
        },
      };
    },
  };
}
