import { logit, sigmoid, softplus } from '#models/fixed-math.ts';

/** What boosting lowers: second-order in the margin, row by row. */
export interface Loss {
  /** The constant margin that fits best. */
  start(targets: Float64Array, weights: Float64Array | undefined, rows: number): number;
  /** Writes gradient and hessian of the first `rows` rows, in pairs. */
  gradients(
    margins: Float64Array,
    targets: Float64Array,
    weights: Float64Array | undefined,
    rows: number,
    into: Float64Array,
  ): void;
  /** Mean weighted loss of rows `from` to `to - 1`. */
  mean(
    margins: Float64Array,
    targets: Float64Array,
    weights: Float64Array | undefined,
    from: number,
    to: number,
  ): number;
}

function weightedMean(values: Float64Array, weights: Float64Array | undefined, rows: number): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights[row]!;
    sum += weight * values[row]!;
    total += weight;
  }
  return sum / total;
}

/** Log loss of labels 0 and 1; the margin is log odds. */
export const logLoss: Loss = {
  start(targets, weights, rows) {
    const mean = weightedMean(targets, weights, rows);
    return logit(Math.min(Math.max(mean, 1e-9), 1 - 1e-9));
  },
  gradients(margins, targets, weights, rows, into) {
    for (let row = 0; row < rows; row++) {
      const p = sigmoid(margins[row]!);
      const weight = weights === undefined ? 1 : weights[row]!;
      const hessian = p * (1 - p);
      into[2 * row] = weight * (p - targets[row]!);
      into[2 * row + 1] = weight * Math.max(hessian, 1e-16);
    }
  },
  mean(margins, targets, weights, from, to) {
    let sum = 0;
    let total = 0;
    for (let row = from; row < to; row++) {
      const weight = weights === undefined ? 1 : weights[row]!;
      sum += weight * (softplus(margins[row]!) - targets[row]! * margins[row]!);
      total += weight;
    }
    return sum / total;
  },
};

/** Half the squared error; the margin is the prediction itself. */
export const squaredError: Loss = {
  start: weightedMean,
  gradients(margins, targets, weights, rows, into) {
    for (let row = 0; row < rows; row++) {
      const weight = weights === undefined ? 1 : weights[row]!;
      into[2 * row] = weight * (margins[row]! - targets[row]!);
      into[2 * row + 1] = weight;
    }
  },
  mean(margins, targets, weights, from, to) {
    let sum = 0;
    let total = 0;
    for (let row = from; row < to; row++) {
      const weight = weights === undefined ? 1 : weights[row]!;
      sum += (weight * (margins[row]! - targets[row]!) ** 2) / 2;
      total += weight;
    }
    return sum / total;
  },
};
