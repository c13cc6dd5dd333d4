import { type Calibration, calibrated } from '#models/calibration.ts';
import { fixedLog, logit } from '#models/fixed-math.ts';
import { fitLogistic } from './logistic-fit.ts';

/** Isotonic calibration needs this many rows of the rarer class; with fewer it makes things worse. */
const ISOTONIC_MIN_ROWS = 1000;
/** What each method may gain by chance: a method must beat a simpler one by more, in log loss a row. */
const MIN_GAIN = 1e-5;
const FOLDS = 5;

export interface CalibrationChoice {
  readonly calibration: Calibration;
  /** Cross-fitted log loss of every method that was tried. */
  readonly logLoss: Readonly<Partial<Record<Calibration['method'], number>>>;
}

/**
 * Fits none, Platt, beta and (with enough rows) isotonic, and keeps the one with the best cross-fitted log loss.
 * Folds are consecutive fifths, so that each is judged on another stretch of time.
 */
export function chooseCalibration(probabilities: Float64Array, labels: Float64Array): CalibrationChoice {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const rarer = Math.min(positives, labels.length - positives);
  if (rarer < 2 * FOLDS) return { calibration: { method: 'none' }, logLoss: {} };
  const methods: Calibration['method'][] = ['none', 'platt', 'beta'];
  if (rarer >= ISOTONIC_MIN_ROWS) methods.push('isotonic');
  const logLoss: Partial<Record<Calibration['method'], number>> = {};
  let best: { method: Calibration['method']; loss: number } | undefined;
  for (const method of methods) {
    const loss = crossFitted(method, probabilities, labels);
    logLoss[method] = loss;
    if (best === undefined || loss < best.loss - MIN_GAIN) best = { method, loss };
  }
  return { calibration: fitCalibration(best!.method, probabilities, labels), logLoss };
}

function crossFitted(method: Calibration['method'], probabilities: Float64Array, labels: Float64Array): number {
  let sum = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const from = Math.floor((fold * labels.length) / FOLDS);
    const to = Math.floor(((fold + 1) * labels.length) / FOLDS);
    const outside = (values: Float64Array) => values.filter((_, row) => row < from || row >= to);
    const calibration = fitCalibration(method, outside(probabilities), outside(labels));
    for (let row = from; row < to; row++) {
      const p = Math.min(Math.max(calibrated(calibration, probabilities[row]!), 1e-6), 1 - 1e-6);
      sum -= fixedLog(labels[row] === 1 ? p : 1 - p);
    }
  }
  return sum / labels.length;
}

/** Fits one method on probabilities the model gave for rows it did not learn from. */
export function fitCalibration(
  method: Calibration['method'],
  probabilities: Float64Array,
  labels: Float64Array,
): Calibration {
  const inside = probabilities.map((p) => Math.min(Math.max(p, 1e-9), 1 - 1e-9));
  if (method === 'platt') {
    const [intercept, slope] = fitLogistic([inside.map(logit)], labels, 1e-3) as [number, number];
    // A falling map would turn the order around; then nothing is known but the level.
    return slope > 0 ? { method, slope, intercept } : { method: 'none' };
  }
  if (method === 'beta') {
    const rising = inside.map((p) => fixedLog(p));
    const falling = inside.map((p) => -fixedLog(1 - p));
    const [c, a, b] = fitLogistic([rising, falling], labels, 1e-3) as [number, number, number];
    // Negative weights would make the map fall somewhere: leave that term out, as its authors do.
    if (a >= 0 && b >= 0) return { method, a, b, c };
    const kept = a < 0 ? falling : rising;
    const [c1, weight] = fitLogistic([kept], labels, 1e-3) as [number, number];
    if (weight <= 0) return { method: 'none' };
    return a < 0 ? { method, a: 0, b: weight, c: c1 } : { method, a: weight, b: 0, c: c1 };
  }
  return method === 'isotonic' ? isotonic(inside, labels) : { method: 'none' };
}

/**
 * Pool adjacent violators, then straight lines between the pools' centres, each pool's rate drawn half a row towards
 * the overall rate so that none says 0 or 1.
 */
function isotonic(probabilities: Float64Array, labels: Float64Array): Calibration {
  const order = Array.from(probabilities.keys()).sort((a, b) => probabilities[a]! - probabilities[b]! || a - b);
  const overall = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const pools: { sum: number; count: number; at: number }[] = [];
  for (let i = 0; i < order.length; ) {
    let pool = { sum: 0, count: 0, at: 0 };
    const p = probabilities[order[i]!]!;
    for (; i < order.length && probabilities[order[i]!] === p; i++)
      pool = { sum: pool.sum + labels[order[i]!]!, count: pool.count + 1, at: pool.at + p };
    for (let last = pools.at(-1); last && last.sum / last.count >= pool.sum / pool.count; last = pools.at(-1)) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count, at: pool.at + last.at };
    }
    pools.push(pool);
  }
  const x = pools.map(({ at, count }) => at / count);
  const y = pools.map(({ sum, count }) => (sum + 0.5 * overall) / (count + 0.5));
  // The pull towards the overall rate may bend small pools back: keep it rising.
  for (let i = 1; i < y.length; i++) y[i] = Math.max(y[i]!, y[i - 1]!);
  return { method: 'isotonic', x, y };
}
