import type { FeatureDefinition, FeatureMatrix } from '#domain/risk.ts';

/** The bin of missing values; values have bins 0 to at most 254. */
export const MISSING_BIN = 255;
export const BINS = 256;
/** Edges are quantiles of at most this many rows, evenly spaced over the training rows. */
const EDGE_ROWS = 100_000;

/** A feature cut into bins: a number is in bin `b` when it is above edge `b - 1` and at most edge `b`. */
export interface Binning {
  readonly feature: number;
  readonly category: boolean;
  /** Bins of values in use; 0 when every training row is missing. */
  readonly bins: number;
  /** Number features: `bins - 1` thresholds, rising. */
  readonly edges: Float64Array;
  /** Category features: the code of each bin, the most frequent first. */
  readonly codes: Int32Array;
}

/** Finds the bins of one feature from the rows learned from. */
export function findBins(
  definition: FeatureDefinition,
  feature: number,
  matrix: FeatureMatrix,
  maxBins: number,
): Binning {
  const { rows, columns, values } = matrix;
  if (definition.type === 'category') return findCategories(feature, matrix, maxBins);
  const step = Math.max(1, rows / EDGE_ROWS);
  const sorted = new Float64Array(Math.min(rows, EDGE_ROWS));
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    const value = values[Math.floor(i * step) * columns + feature]!;
    if (!Number.isNaN(value)) sorted[count++] = value;
  }
  const known = sorted.subarray(0, count).sort();
  const edges = numberEdges(known, maxBins);
  return { feature, category: false, bins: count === 0 ? 0 : edges.length + 1, edges, codes: new Int32Array(0) };
}

/** Midpoints between distinct values, or between the quantiles when there are more values than bins. */
function numberEdges(sorted: Float64Array, maxBins: number): Float64Array {
  const distinct: number[] = [];
  for (let i = 0; i < sorted.length && distinct.length <= maxBins; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct.push(sorted[i]!);
  const edges: number[] = [];
  const cut = (below: number, above: number) => {
    const middle = below + (above - below) / 2;
    const edge = middle < above ? middle : below;
    if (Number.isFinite(edge) && (edges.length === 0 || edge > edges[edges.length - 1]!)) edges.push(edge);
  };
  if (distinct.length <= maxBins) {
    for (let i = 1; i < distinct.length; i++) cut(distinct[i - 1]!, distinct[i]!);
    return Float64Array.from(edges);
  }
  for (let b = 1; b < maxBins; b++) {
    const at = Math.floor((b * sorted.length) / maxBins);
    const below = sorted[at - 1]!;
    if (below < sorted[at]!) cut(below, sorted[at]!);
    else {
      // Many equal values around the quantile: cut above them.
      const above = firstAbove(sorted, below);
      if (above < sorted.length) cut(below, sorted[above]!);
    }
  }
  return Float64Array.from(edges);
}

/** First index whose value is above `limit`. */
function firstAbove(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

function findCategories(feature: number, { rows, columns, values }: FeatureMatrix, maxBins: number): Binning {
  const counts = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const code = Math.trunc(values[row * columns + feature]!);
    if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  // Codes past the bins are as good as unseen: they go right at every split.
  const codes = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, maxBins);
  return {
    feature,
    category: true,
    bins: codes.length,
    edges: new Float64Array(0),
    codes: Int32Array.from(codes, ([code]) => code),
  };
}

/** Writes the bin of every row of `matrix` to `into`; categories without a bin count as missing. */
export function binColumn(binning: Binning, { rows, columns, values }: FeatureMatrix, into: Uint8Array): void {
  const { feature, edges, codes } = binning;
  if (binning.category) {
    const binOf = new Map(Array.from(codes, (code, bin) => [code, bin]));
    for (let row = 0; row < rows; row++)
      into[row] = binOf.get(Math.trunc(values[row * columns + feature]!)) ?? MISSING_BIN;
    return;
  }
  for (let row = 0; row < rows; row++) {
    const x = values[row * columns + feature]!;
    if (Number.isNaN(x)) {
      into[row] = MISSING_BIN;
      continue;
    }
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (x <= edges[middle]!) high = middle;
      else low = middle + 1;
    }
    into[row] = low;
  }
}
