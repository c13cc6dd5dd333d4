import { fixedLog } from '#models/fixed-math.ts';
import { termInput } from '#models/linear-model.ts';
import type { LinearTerm, NetworkGroup, NetworkLayer } from '#models/model-file.ts';
import { type Random, randomFrom, shuffled } from '#training/random.ts';
import { designTerms } from './design.ts';
import { loadTensorFlow } from './tensorflow.ts';
import type { Trainer, TrainingData } from './trainer.ts';
import { promiseNameOf, refuseTransit } from './transit.ts';

export interface NeuralOptions {
  readonly epochs: number;
  /** Epochs without gain on the validation rows after which to stop. */
  readonly patience: number;
  readonly batchRows: number;
  readonly hidden: readonly number[];
  readonly bins: number;
  readonly learningRate: number;
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
      const fitted = await train(rows, held, edges.length, { ...options, epochs }, random, progress);
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

interface PreparedRows {
  readonly rows: number;
  readonly width: number;
  readonly inputs: Float32Array;
  /** 1 for the bins a row was still under way at the start of, by row. */
  readonly atRisk: Float32Array;
  /** 1 for the bin it arrived in. */
  readonly arrived: Float32Array;
}

function prepared(data: TrainingData, terms: readonly LinearTerm[], edges: Float64Array): PreparedRows {
  const { rows, columns, values } = data.matrix;
  const inputs = new Float32Array(rows * terms.length);
  const atRisk = new Float32Array(rows * edges.length);
  const arrived = new Float32Array(rows * edges.length);
  for (let row = 0; row < rows; row++) {
    terms.forEach((term, i) => {
      inputs[row * terms.length + i] = termInput(term, values[row * columns + term.feature]!);
    });
    const weight = data.weights ? data.weights[row]! : 1;
    for (let bin = 0; bin < edges.length; bin++) {
      atRisk[row * edges.length + bin] = weight;
      if (data.durations![row]! > edges[bin]!) continue;
      arrived[row * edges.length + bin] = weight;
      break;
    }
  }
  return { rows, width: terms.length, inputs, atRisk, arrived };
}

interface Fitted {
  readonly layers: NetworkLayer[];
  readonly epochs: number;
  readonly backend: string;
}

async function train(
  data: PreparedRows,
  held: PreparedRows | undefined,
  bins: number,
  options: NeuralOptions,
  random: Random,
  progress: ((done: number, total: number) => void) | undefined,
): Promise<Fitted> {
  const { tf, backend } = await loadTensorFlow();
  const widths = [data.width, ...options.hidden, bins];
  const variables = widths.slice(1).flatMap((outputs, layer) => {
    const inputs = widths[layer]!;
    const last = layer === widths.length - 2;
    const scale = Math.sqrt((last ? 0.1 : 2) / inputs);
    const weights = Float32Array.from({ length: inputs * outputs }, () => scale * normal(random));
    const biases = last ? startingHazards(data, bins) : new Float32Array(outputs);
    return [tf.variable(tf.tensor2d(weights, [inputs, outputs])), tf.variable(tf.tensor1d(biases))];
  });
  type Tensor = ReturnType<typeof tf.tensor2d>;
  const hazardsOf = (inputs: Tensor): Tensor => {
    let values = inputs;
    for (let i = 0; i < variables.length; i += 2) {
      values = values.matMul(variables[i]!).add(variables[i + 1]!);
      if (i + 2 < variables.length) values = values.relu();
    }
    return values;
  };
  // Minus log likelihood of bins survived and arrived in; softplus written so that no backend overflows.
  const lossOf = (inputs: Tensor, atRisk: Tensor, arrived: Tensor, rows: number) => {
    const hazards = hazardsOf(inputs);
    const softplus = hazards.relu().add(hazards.abs().neg().exp().add(1).log());
    return atRisk.mul(softplus).sub(arrived.mul(hazards)).sum().div(rows).asScalar();
  };
  const batch = (from: PreparedRows, picked: Int32Array): [Tensor, Tensor, Tensor] => [
    tf.tensor2d(gathered(from.inputs, picked, from.width), [picked.length, from.width]),
    tf.tensor2d(gathered(from.atRisk, picked, bins), [picked.length, bins]),
    tf.tensor2d(gathered(from.arrived, picked, bins), [picked.length, bins]),
  ];
  const lossOver = (rows: PreparedRows): number => {
    let sum = 0;
    for (let from = 0; from < rows.rows; from += 4096) {
      const picked = Int32Array.from({ length: Math.min(4096, rows.rows - from) }, (_, i) => from + i);
      sum += tf.tidy(() => lossOf(...batch(rows, picked), 1).dataSync()[0]!);
    }
    return sum / rows.rows;
  };
  const snapshot = () => variables.map((variable) => Float32Array.from(variable.dataSync()));
  const optimizer = tf.train.adam(options.learningRate);
  let best = { loss: Number.POSITIVE_INFINITY, epoch: 0, weights: snapshot() };
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const order = shuffled(data.rows, random);
    for (let from = 0; from < data.rows; from += options.batchRows) {
      const picked = order.subarray(from, from + options.batchRows);
      tf.tidy(() => {
        const tensors = batch(data, picked);
        optimizer.minimize(() => lossOf(...tensors, picked.length));
      });
    }
    const loss = held ? lossOver(held) : -epoch;
    if (loss < best.loss) best = { loss, epoch, weights: snapshot() };
    else if (epoch - best.epoch >= options.patience) break;
    progress?.(epoch, options.epochs);
    // Give others a turn: the calls above hold the thread.
    await tf.nextFrame();
  }
  progress?.(options.epochs, options.epochs);
  optimizer.dispose();
  for (const variable of variables) variable.dispose();
  const layers = widths.slice(1).map(
    (outputs, layer): NetworkLayer => ({
      inputs: widths[layer]!,
      outputs,
      weights: best.weights[2 * layer]!,
      biases: best.weights[2 * layer + 1]!,
      activation: layer === widths.length - 2 ? 'none' : 'relu',
    }),
  );
  return { layers, epochs: best.epoch, backend };
}

function gathered(values: Float32Array, rows: Int32Array, width: number): Float32Array {
  const copy = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) copy.set(values.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  return copy;
}

/** A normally distributed number (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * fixedLog(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Logits of the hazards all rows share, to start from. */
function startingHazards({ rows, atRisk, arrived }: PreparedRows, bins: number): Float32Array {
  return Float32Array.from({ length: bins }, (_, bin) => {
    let risk = 1;
    let arrivals = 0.5;
    for (let row = 0; row < rows; row++) {
      risk += atRisk[row * bins + bin]!;
      arrivals += arrived[row * bins + bin]!;
    }
    return fixedLog(arrivals / Math.max(risk - arrivals, 0.5));
  });
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
