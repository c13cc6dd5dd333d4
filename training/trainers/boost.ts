import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import type { TreeEnsemble } from '#models/tree-ensemble.ts';
import { randomFrom, sample } from '#training/random.ts';
import { binColumn, findBins } from './binning.ts';
import { EnsembleBuilder } from './ensemble-builder.ts';
import { type GrowOptions, TreeGrower } from './grow-tree.ts';
import { histogramSpace } from './histogram.ts';
import type { Loss } from './losses.ts';

export interface BoostOptions extends GrowOptions {
  readonly rounds: number;
  /** Rounds without gain on the validation rows after which to stop. */
  readonly patience: number;
  readonly maxBins: number;
  /** Shares of rows and of features each tree sees. */
  readonly rowShare: number;
  readonly columnShare: number;
}

export const BOOST_DEFAULTS: BoostOptions = {
  rounds: 400,
  patience: 30,
  maxBins: 255,
  rowShare: 1,
  columnShare: 1,
  maxLeaves: 31,
  maxDepth: 64,
  learningRate: 0.1,
  minRows: 20,
  minHessian: 1e-3,
  l2: 1,
  maxCategories: 32,
  categorySmoothing: 10,
  categoryL2: 10,
};

export interface BoostRows {
  readonly matrix: FeatureMatrix;
  readonly targets: Float64Array;
  readonly weights?: Float64Array | undefined;
}

export interface Boosted {
  readonly trees: TreeEnsemble;
  readonly rounds: number;
}

/**
 * Gradient boosting with histograms: bins of at most 255 values, leaf-wise trees, second-order gains, a learned
 * direction for missing values, category sets, bounds passed down below monotone splits.
 */
export function boost(
  { features }: FeatureSet,
  train: BoostRows,
  validation: BoostRows | undefined,
  loss: Loss,
  options: BoostOptions,
  seed: number,
  progress?: (done: number, total: number) => void,
): Boosted {
  const learning = train.matrix.rows;
  const total = learning + (validation?.matrix.rows ?? 0);
  const columns = features.length;
  const binnings = features.map((feature, index) => findBins(feature, index, train.matrix, options.maxBins));
  const space = histogramSpace(total, columns, options.maxLeaves + 1);
  binnings.forEach((binning, index) => {
    const column = space.columns[index]!;
    binColumn(binning, train.matrix, column);
    if (validation) binColumn(binning, validation.matrix, column.subarray(learning));
  });
  const monotone = Int8Array.from(features, (feature) => feature.monotone ?? 0);
  const targets = joined(train.targets, validation?.targets);
  const weights = train.weights
    ? joined(train.weights, validation && (validation.weights ?? ones(total - learning)))
    : undefined;
  const base = loss.start(targets, weights, learning);
  const margins = new Float64Array(total).fill(base);
  const pairs = new Float64Array(2 * learning);
  const builder = new EnsembleBuilder();
  const grower = new TreeGrower(space, binnings, monotone, options, total);
  const random = randomFrom(seed);
  const following = new Int32Array(total);
  let best = { loss: Number.POSITIVE_INFINITY, rounds: 0 };
  for (let round = 1; round <= options.rounds; round++) {
    loss.gradients(margins, targets, weights, learning, pairs);
    const learningRows = bag(space.rows, following, learning, total, options.rowShare, random);
    const wanted = Math.max(1, Math.round(columns * options.columnShare));
    const used = wanted < columns ? sample(columns, wanted, random) : Int32Array.from(features, (_, index) => index);
    const ranges = { learning: space.rows, following, learningRows, followingRows: total - learningRows };
    const grown = grower.grow(ranges, pairs, used, builder, margins);
    if (!validation) {
      best = { loss: 0, rounds: round };
      // With all rows and features, a round that finds nothing is followed by none that does.
      if (!grown && options.rowShare === 1 && wanted === columns) break;
    } else {
      const now = loss.mean(margins, targets, weights, learning, total);
      if (now < best.loss) best = { loss: now, rounds: round };
      else if (round - best.rounds >= options.patience) break;
    }
    progress?.(round, options.rounds);
  }
  progress?.(options.rounds, options.rounds);
  return { trees: builder.build(columns, base, best.rounds), rounds: best.rounds };
}

function joined(first: Float64Array, second: Float64Array | undefined): Float64Array {
  if (!second) return first;
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function ones(count: number): Float64Array {
  return new Float64Array(count).fill(1);
}

/** Fills `rows` with the rows of this tree's bag and `following` with all others; returns the bag's size. */
function bag(
  rows: Int32Array,
  following: Int32Array,
  learning: number,
  total: number,
  share: number,
  random: { next(): number },
): number {
  let inside = 0;
  let outside = 0;
  for (let row = 0; row < learning; row++) {
    if (share >= 1 || random.next() < share) rows[inside++] = row;
    else following[outside++] = row;
  }
  for (let row = learning; row < total; row++) following[outside++] = row;
  return inside;
}
