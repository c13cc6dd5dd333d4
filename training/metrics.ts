import { type Random, randomFrom } from './random.ts';

/** Probabilities and what came true, with rows sorted once by falling probability. */
export interface Scored {
  readonly probabilities: Float64Array;
  readonly labels: Float64Array;
  /** Row indices by falling probability. */
  readonly order: Int32Array;
}

export function scored(probabilities: Float64Array, labels: Float64Array): Scored {
  const order = Int32Array.from({ length: labels.length }, (_, i) => i);
  order.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  return { probabilities, labels, order };
}

/** The rows for which `keep` is true. */
export function subset(rows: Scored, keep: (row: number) => boolean): Scored {
  const kept = Array.from(rows.labels.keys()).filter(keep);
  return scored(
    Float64Array.from(kept, (row) => rows.probabilities[row]!),
    Float64Array.from(kept, (row) => rows.labels[row]!),
  );
}

export interface Metrics {
  /** Chance that a row that came true ranks above one that did not; ties count half. NaN with one class only. */
  readonly rocAuc: number;
  /** Average precision: precision at each recall, summed over steps of recall. */
  readonly prAuc: number;
  readonly brier: number;
  readonly logLoss: number;
}
export const METRIC_NAMES = ['rocAuc', 'prAuc', 'brier', 'logLoss'] as const satisfies readonly (keyof Metrics)[];

/** Log loss never takes the logarithm of less than this. */
const LEAST = 1e-15;

export function lossOf(probability: number, label: number): number {
  return -Math.log(Math.max(LEAST, label === 1 ? probability : 1 - probability));
}

/** All four in one pass over the sorted rows; `counts` says how often each row counts (a bootstrap sample). */
export function measure({ probabilities, labels, order }: Scored, counts?: Uint16Array): Metrics {
  let positives = 0;
  let negatives = 0;
  for (let i = 0; i < labels.length; i++) {
    const count = counts ? counts[i]! : 1;
    if (labels[i] === 1) positives += count;
    else negatives += count;
  }
  let [seenPositives, seenNegatives, pairs, precision, brier, loss] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < order.length; ) {
    const p = probabilities[order[i]!]!;
    let [tiePositives, tieNegatives] = [0, 0];
    for (; i < order.length && probabilities[order[i]!] === p; i++) {
      const count = counts ? counts[order[i]!]! : 1;
      if (labels[order[i]!] === 1) tiePositives += count;
      else tieNegatives += count;
    }
    pairs += tiePositives * (negatives - seenNegatives - tieNegatives / 2);
    seenPositives += tiePositives;
    seenNegatives += tieNegatives;
    if (tiePositives > 0) precision += (tiePositives * seenPositives) / (seenPositives + seenNegatives);
    brier += tiePositives * (1 - p) ** 2 + tieNegatives * p ** 2;
    if (tiePositives > 0) loss += tiePositives * lossOf(p, 1);
    if (tieNegatives > 0) loss += tieNegatives * lossOf(p, 0);
  }
  const all = positives + negatives;
  return {
    rocAuc: pairs / (positives * negatives),
    prAuc: precision / positives,
    brier: brier / all,
    logLoss: loss / all,
  };
}

/** One bin of a reliability table: rows of similar probability, what was said of them and what came true. */
export interface ReliabilityBin {
  readonly rows: number;
  readonly predicted: number;
  readonly observed: number;
}

/** Bins of equal row counts over rising probability. */
export function reliability({ probabilities, labels, order }: Scored, bins = 10): ReliabilityBin[] {
  const out: ReliabilityBin[] = [];
  const rows = order.length;
  for (let b = 0; b < Math.min(bins, rows); b++) {
    const from = Math.floor((b * rows) / Math.min(bins, rows));
    const to = Math.floor(((b + 1) * rows) / Math.min(bins, rows));
    let [predicted, observed] = [0, 0];
    for (let i = from; i < to; i++) {
      const row = order[rows - 1 - i]!;
      predicted += probabilities[row]!;
      observed += labels[row]!;
    }
    out.push({ rows: to - from, predicted: predicted / (to - from), observed: observed / (to - from) });
  }
  return out;
}

/** Expected calibration error: mean gap between said and seen over ten bins of equal row counts. */
export function calibrationError(rows: Scored, bins = 10): number {
  const table = reliability(rows, bins);
  const all = rows.labels.length;
  return table.reduce((sum, bin) => sum + (bin.rows / all) * Math.abs(bin.predicted - bin.observed), 0);
}

/** The error a perfectly calibrated model with these probabilities stays below in 95 of 100 samples of this size. */
export function nullCalibrationError(rows: Scored, seed: number, draws = 200): number {
  const random = randomFrom(seed);
  const { probabilities, order } = rows;
  const errors = new Float64Array(draws);
  const labels = new Float64Array(probabilities.length);
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < labels.length; i++) labels[i] = random.next() < probabilities[i]! ? 1 : 0;
    errors[draw] = calibrationError({ probabilities, labels, order });
  }
  return quantile(errors.sort(), 0.95);
}

/** Linear between the two nearest of `sorted`. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** Slope and intercept of the labels' log odds on the predicted log odds (Cox): 1 and 0 when well calibrated. */
export function calibrationLine({ probabilities, labels }: Scored): { slope: number; intercept: number } {
  let [slope, intercept] = [1, 0];
  for (let step = 0; step < 50; step++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 1e-9, 0, 1e-9];
    for (let i = 0; i < labels.length; i++) {
      const p = Math.min(1 - 1e-12, Math.max(1e-12, probabilities[i]!));
      const x = Math.log(p / (1 - p));
      const q = 1 / (1 + Math.exp(-(slope * x + intercept)));
      const [error, weight] = [labels[i]! - q, Math.max(1e-12, q * (1 - q))];
      ga += error * x;
      gb += error;
      haa += weight * x * x;
      hab += weight * x;
      hbb += weight;
    }
    const determinant = haa * hbb - hab * hab;
    if (!(Math.abs(determinant) > 1e-12)) break;
    // A step of at most 1 keeps Newton from leaving where the classes are nearly separable.
    const da = clamp((hbb * ga - hab * gb) / determinant, 1);
    const db = clamp((haa * gb - hab * ga) / determinant, 1);
    slope += da;
    intercept += db;
    if (Math.abs(da) + Math.abs(db) < 1e-10) break;
  }
  return { slope, intercept };
}

function clamp(x: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, x));
}

/** How often each of `rows` rows was drawn in a sample with repetition, into `counts`. */
export function resample(counts: Uint16Array, random: Random): void {
  counts.fill(0);
  for (let i = 0; i < counts.length; i++) counts[random.below(counts.length)]!++;
}

export type Interval = readonly [low: number, high: number];

/** 95% percentile intervals of each metric. */
export function intervals(rows: Scored, seed: number, samples = 200): Record<keyof Metrics, Interval> {
  const random = randomFrom(seed);
  const counts = new Uint16Array(rows.labels.length);
  const drawn = METRIC_NAMES.map(() => new Float64Array(samples));
  for (let s = 0; s < samples; s++) {
    resample(counts, random);
    const metrics = measure(rows, counts);
    METRIC_NAMES.forEach((name, m) => {
      drawn[m]![s] = metrics[name];
    });
  }
  const interval = (values: Float64Array): Interval => {
    const known = values.filter((x) => !Number.isNaN(x)).sort();
    return known.length === 0 ? [Number.NaN, Number.NaN] : [quantile(known, 0.025), quantile(known, 0.975)];
  };
  return Object.fromEntries(METRIC_NAMES.map((name, m) => [name, interval(drawn[m]!)])) as Record<
    keyof Metrics,
    Interval
  >;
}
