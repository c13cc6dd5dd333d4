import type { FeatureMatrix } from '#domain/risk.ts';
import { chiSquareQuantile } from './chi-square.ts';
import { binOf, type Distribution, type DriftReference } from './reference.ts';

/** Counts of inputs and scores since the window began; plain data, so that a service can keep it over a restart. */
export interface PopulationWindow {
  readonly rows: number;
  /** One list of bin counts for each feature, then one for the score; missing last. */
  readonly counts: readonly (readonly number[])[];
}

export function emptyWindow(reference: DriftReference): PopulationWindow {
  return { rows: 0, counts: all(reference).map(({ edges }) => new Array<number>(edges.length + 2).fill(0)) };
}

/** The window with more rows in it. */
export function observe(
  window: PopulationWindow,
  reference: DriftReference,
  matrix: FeatureMatrix,
  probabilities: Float64Array,
): PopulationWindow {
  const counts = window.counts.map((list) => [...list]);
  const score = counts.length - 1;
  for (let row = 0; row < matrix.rows; row++) {
    for (let f = 0; f < score; f++)
      counts[f]![binOf(reference.features[f]!, matrix.values[row * matrix.columns + f]!)]!++;
    counts[score]![binOf(reference.score, probabilities[row]!)]!++;
  }
  return { rows: window.rows + matrix.rows, counts };
}

/** One input or the score, compared with the reference. */
export interface PopulationShift {
  readonly name: string;
  readonly psi: number;
  /** The index stays below this with the agreed certainty when nothing has changed. */
  readonly threshold: number;
  readonly shifted: boolean;
}

/** Below this a shift is not worth an alarm, however certain it is. */
const LEAST_PSI = 0.1;
/** A bin of the reference that is emptier than this is merged with its neighbour: its index would be all noise. */
const LEAST_SHARE = 0.005;
/** The same for a bin in which fewer rows of the window are expected. */
const LEAST_EXPECTED = 5;

/**
 * Population stability index of each feature and the score. An alarm needs an index above 0.1 and above
 * (1/n + 1/m) times the chi-square quantile of `alarmRate` shared among all comparisons (Yurdakul 2018), and Pearson's
 * statistic above the same quantile, which holds in small windows too.
 */
export function populationShifts(
  window: PopulationWindow,
  reference: DriftReference,
  alarmRate: number,
): PopulationShift[] {
  const distributions = all(reference);
  return distributions.map((distribution, i) => {
    const { expected, found } = merged(distribution, window.counts[i]!);
    const psi = stabilityIndex(expected, found, distribution.rows, window.rows);
    const degrees = expected.length - 1;
    const limit =
      degrees < 1 ? Number.POSITIVE_INFINITY : chiSquareQuantile(1 - alarmRate / distributions.length, degrees);
    const threshold = (1 / window.rows + 1 / distribution.rows) * limit;
    const certain = psi > threshold && pearson(expected, found, distribution.rows, window.rows) > limit;
    return { name: distribution.name, psi, threshold, shifted: psi > LEAST_PSI && certain };
  });
}

function all(reference: DriftReference): Distribution[] {
  return [...reference.features, reference.score];
}

/** Neighbouring bins together, until each is full enough for the statistics to hold. */
function merged(distribution: Distribution, counts: readonly number[]): { expected: number[]; found: number[] } {
  const shares = [...distribution.shares, distribution.missing];
  const rows = counts.reduce((sum, n) => sum + n, 0);
  const leastShare = Math.max(LEAST_SHARE, LEAST_EXPECTED / Math.max(1, rows));
  const expected: number[] = [];
  const found: number[] = [];
  let [share, count] = [0, 0];
  shares.forEach((next, bin) => {
    share += next;
    count += counts[bin]!;
    // Many rows where nearly none were expected are a bin of their own: that is what is looked for.
    if (share < leastShare && count <= Math.max(LEAST_EXPECTED, 0.05 * rows)) return;
    expected.push(Math.max(share, 1 / distribution.rows));
    found.push(count);
    [share, count] = [0, 0];
  });
  if (expected.length > 0) {
    expected[expected.length - 1]! += share;
    found[found.length - 1]! += count;
  }
  return { expected, found };
}

/** Pearson's statistic of two samples: chi-square without drift also where rows are few and the index is not. */
function pearson(expected: number[], found: number[], referenceRows: number, rows: number): number {
  const sum = expected.reduce((total, share, bin) => {
    const here = found[bin]! / rows;
    const pooled = (referenceRows * share + found[bin]!) / (referenceRows + rows);
    return total + (here - share) ** 2 / pooled;
  }, 0);
  return sum / (1 / rows + 1 / referenceRows);
}

/** Half a row is added to each empty side, so that the index stays finite. */
function stabilityIndex(expected: number[], found: number[], referenceRows: number, rows: number): number {
  if (rows === 0) return 0;
  return expected.reduce((sum, share, bin) => {
    const a = Math.max(share, 0.5 / referenceRows);
    const b = Math.max(found[bin]!, 0.5) / rows;
    return sum + (b - a) * Math.log(b / a);
  }, 0);
}
