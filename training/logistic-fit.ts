import { logit, sigmoid, softplus } from '#models/fixed-math.ts';

const MAX_STEPS = 60;
const TOLERANCE = 1e-9;

/**
 * Logistic regression by Newton's method with step halving: `[intercept, ...weights]`. `columns` are the inputs, one
 * array each; `l2` is the penalty on each weight (half its square), not on the intercept.
 */
export function fitLogistic(
  columns: readonly Float64Array[],
  labels: Float64Array,
  l2: number,
  rowWeights?: Float64Array,
): number[] {
  const size = columns.length + 1;
  let current = new Float64Array(size);
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  current[0] = logit(Math.min(Math.max(mean, 1e-9), 1 - 1e-9));
  let loss = lossOf(columns, labels, l2, rowWeights, current);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, hessian } = derivatives(columns, labels, l2, rowWeights, current);
    const direction = solve(hessian, gradient);
    let share = 1;
    let improved = false;
    for (let half = 0; half < 20; half++, share /= 2) {
      const next = current.map((value, i) => value - share * direction[i]!);
      const nextLoss = lossOf(columns, labels, l2, rowWeights, next);
      if (!(nextLoss <= loss)) continue;
      improved = loss - nextLoss > TOLERANCE * (Math.abs(loss) + 1e-12);
      current = next;
      loss = nextLoss;
      break;
    }
    if (!improved) break;
  }
  return [...current];
}

function marginOf(columns: readonly Float64Array[], weights: Float64Array, row: number): number {
  let margin = weights[0]!;
  for (let column = 0; column < columns.length; column++) margin += weights[column + 1]! * columns[column]![row]!;
  return margin;
}

function lossOf(
  columns: readonly Float64Array[],
  labels: Float64Array,
  l2: number,
  rowWeights: Float64Array | undefined,
  weights: Float64Array,
): number {
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const margin = marginOf(columns, weights, row);
    const wrong = labels[row] === 1 ? -margin : margin;
    loss += (rowWeights ? rowWeights[row]! : 1) * softplus(wrong);
  }
  for (let i = 1; i < weights.length; i++) loss += (l2 * weights[i]! ** 2) / 2;
  return loss;
}

function derivatives(
  columns: readonly Float64Array[],
  labels: Float64Array,
  l2: number,
  rowWeights: Float64Array | undefined,
  weights: Float64Array,
): { gradient: Float64Array; hessian: Float64Array[] } {
  const size = weights.length;
  const gradient = new Float64Array(size);
  const hessian = Array.from({ length: size }, () => new Float64Array(size));
  const input = new Float64Array(size);
  input[0] = 1;
  for (let row = 0; row < labels.length; row++) {
    for (let column = 0; column < columns.length; column++) input[column + 1] = columns[column]![row]!;
    const p = sigmoid(marginOf(columns, weights, row));
    const rowWeight = rowWeights ? rowWeights[row]! : 1;
    const error = rowWeight * (p - labels[row]!);
    const curve = rowWeight * p * (1 - p);
    for (let i = 0; i < size; i++) {
      const x = input[i]!;
      if (x === 0) continue;
      gradient[i]! += error * x;
      const line = hessian[i]!;
      const scaled = curve * x;
      for (let j = 0; j <= i; j++) line[j]! += scaled * input[j]!;
    }
  }
  for (let i = 1; i < size; i++) {
    gradient[i]! += l2 * weights[i]!;
    hessian[i]![i]! += l2;
  }
  // A little on the diagonal keeps separable data solvable.
  for (let i = 0; i < size; i++) hessian[i]![i]! += 1e-10 * (1 + hessian[i]![i]!);
  return { gradient, hessian };
}

/** Solves a symmetric positive definite system (lower triangle given) by Cholesky's decomposition. */
export function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const lower = matrix.map((line) => Float64Array.from(line));
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = lower[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / lower[j]![j]!;
    }
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i]![k]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= lower[k]![i]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}
