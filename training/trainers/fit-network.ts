import { fixedLog } from '#models/fixed-math.ts';
import { termInput } from '#models/linear-model.ts';
import type { LinearTerm, NetworkLayer } from '#models/model-file.ts';
import { type Random, shuffled } from '#training/random.ts';
import { loadTensorFlow } from './tensorflow.ts';
import type { TrainingData } from './trainer.ts';

export interface NetworkOptions {
  readonly epochs: number;
  /** Epochs without gain on the validation rows after which to stop. */
  readonly patience: number;
  readonly batchRows: number;
  readonly hidden: readonly number[];
  readonly learningRate: number;
}

/** Rows as the network sees them, row-major. */
export interface PreparedRows {
  readonly rows: number;
  readonly width: number;
  readonly inputs: Float32Array;
  /** 1 for the bins a row was still under way at the start of, by row. */
  readonly atRisk: Float32Array;
  /** 1 for the bin it arrived in. */
  readonly arrived: Float32Array;
}

/** Standardised inputs, and in which bin of transit time (edges in days) each row arrived. */
export function prepared(data: TrainingData, terms: readonly LinearTerm[], edges: Float64Array): PreparedRows {
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

/** Trains layers of relu on the log likelihood of bins survived and arrived in; keeps the weights of the best epoch. */
export async function fitNetwork(
  data: PreparedRows,
  held: PreparedRows | undefined,
  bins: number,
  options: NetworkOptions,
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
