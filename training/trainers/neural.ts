import type { LinearTerm, NetworkGroup, NetworkLayer } from '#models/model-file.ts';
import { randomFrom } from '#training/random.ts';
import { designTerms } from './design.ts';
import { fitNetwork, type NetworkOptions, prepared } from './fit-network.ts';
import type { Trainer, TrainingData } from './trainer.ts';
import { promiseNameOf, refuseTransit } from './transit.ts';

export interface NeuralOptions extends NetworkOptions {
  readonly bins: number;
  /** Only the latest rows are learned from. */
  readonly maxRows: number;
}

const DEFAULTS: NeuralOptions = {
  epochs: 15,
  patience: 3,
  batchRows: 512,
  hidden: [48, 24],
  bins: 24,
  learningRate: 0.004,
  maxRows: 60_000,
};

const MAX_GROUPS = 10;
const BACKGROUND_ROWS = 12;

/**
 * A network that gives the hazard of arrival in each bin of transit time: one model for any promise and for the ETA's
 * quantiles. Trained with TensorFlow.js on log likelihood; initial weights and the order of rows come from the seed.
 */
export function neuralTrainer(changes: Partial<NeuralOptions> = {}): Trainer {
  const options = { ...DEFAULTS, ...changes };
  return {
    name: 'neural',
    family: 'neural',
    holdsMonotone: true,
    refuses(data) {
      const promise = promiseNameOf(data);
      const bound = data.featureSet.features.find(({ name, monotone }) => monotone && name !== promise);
      return bound ? `a network cannot hold the monotone constraint on \`${bound.name}\`` : refuseTransit(data);
    },
    async fit(data, { seed, validation, rounds, progress }) {
      const promiseName = promiseNameOf(data);
      const learn = latest(data, options.maxRows);
      const random = randomFrom(seed);
      const edges = binEdges(data.durations!.subarray(learn.from), options.bins);
      const terms = designTerms(data.featureSet, learn.matrix, new Set([promiseName]));
      const rows = prepared(learn, terms, edges);
      const held = validation && prepared(latest(validation, options.maxRows), terms, edges);
      const epochs = rounds ?? options.epochs;
      const fitted = await fitNetwork(rows, held, edges.length, { ...options, epochs }, random, progress);
      const { features } = data.featureSet;
      const promise = features.findIndex(({ name }) => name === promiseName);
      return {
        body: {
          kind: 'network',
          edges,
          inputs: terms,
          layers: fitted.layers,
          promiseFeature: promiseName,
          usualPromiseDays: medianPromise(data, promise),
          groups: groupsOf(
            features.map(({ name }) => name),
            promise,
            terms,
            fitted.layers[0]!,
          ),
          background: backgroundOf(learn),
        },
        marginUnit: 'logOdds',
        rounds: fitted.epochs,
        settings: {
          epochs: fitted.epochs,
          hidden: options.hidden.join('-'),
          bins: edges.length,
          rows: learn.matrix.rows,
          backend: fitted.backend,
        },
      };
    },
  };
}

interface LatestRows extends TrainingData {
  readonly from: number;
}

function latest(data: TrainingData, most: number): LatestRows {
  const { rows, columns, values } = data.matrix;
  const from = Math.max(0, rows - most);
  return {
    ...data,
    from,
    matrix: { rows: rows - from, columns, values: values.subarray(from * columns) },
    labels: data.labels.subarray(from),
    durations: data.durations!.subarray(from),
    ...(data.weights && { weights: data.weights.subarray(from) }),
  };
}

/** Upper edges of the transit bins in days: quantiles of the training rows, each above the one before. */
function binEdges(durations: Float64Array, bins: number): Float64Array {
  const sorted = durations.slice().sort();
  const edges: number[] = [];
  for (let bin = 1; bin <= bins; bin++) {
    const at = Math.min(sorted.length - 1, Math.floor((bin * sorted.length) / bins));
    const edge = Math.max(sorted[at]!, 1e-3);
    if (edges.length === 0 || edge > edges[edges.length - 1]! * 1.0001) edges.push(edge);
  }
  return Float64Array.from(edges);
}

function medianPromise({ matrix: { rows, columns, values } }: TrainingData, promise: number): number {
  const known = Float64Array.from({ length: rows }, (_, row) => values[row * columns + promise]!)
    .filter((days) => days > 0)
    .sort();
  return known[known.length >> 1] ?? 1;
}

/** The promise and the features the first layer listens to most, each alone; all others together. */
function groupsOf(
  names: readonly string[],
  promise: number,
  terms: readonly LinearTerm[],
  { weights, outputs }: NetworkLayer,
): NetworkGroup[] {
  if (names.length <= MAX_GROUPS) return names.map((name, feature) => ({ name, features: [feature] }));
  const strength = new Float64Array(names.length);
  terms.forEach((term, i) => {
    for (let o = 0; o < outputs; o++) strength[term.feature]! += weights[i * outputs + o]! ** 2;
  });
  strength[promise] = Number.POSITIVE_INFINITY;
  const order = names.map((_, feature) => feature).sort((a, b) => strength[b]! - strength[a]! || a - b);
  const alone = order.slice(0, MAX_GROUPS - 1);
  return [
    ...alone.map((feature) => ({ name: names[feature]!, features: [feature] })),
    { name: 'other', features: order.slice(MAX_GROUPS - 1).sort((a, b) => a - b) },
  ];
}

function backgroundOf({ matrix: { rows, columns, values } }: TrainingData): Float64Array {
  const count = Math.min(BACKGROUND_ROWS, rows);
  const background = new Float64Array(count * columns);
  for (let i = 0; i < count; i++) {
    const row = Math.floor(((i + 0.5) * rows) / count);
    background.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  }
  return background;
}
