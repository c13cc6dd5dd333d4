import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';

/**
 * How one input was distributed when the model was trained. Numbers: shares between `edges` (rising), so one more share
 * than edges. Categories: shares by code, the last for codes beyond. In both, `missing` is a share of its own.
 */
export interface Distribution {
  readonly name: string;
  readonly kind: 'number' | 'category';
  readonly edges: readonly number[];
  readonly shares: readonly number[];
  readonly missing: number;
  readonly rows: number;
}

/** What the service compares with: inputs and scores of rows the training did not see, and the errors made on them. */
export interface DriftReference {
  readonly v: 1;
  readonly features: readonly Distribution[];
  readonly score: Distribution;
  /** Squared error of each probability on those rows: how many, their mean and standard deviation. */
  readonly error: { readonly rows: number; readonly mean: number; readonly deviation: number };
}

export const SCORE = 'score';
const BINS = 10;

/** Bins of about equal counts; values that repeat share an edge, so there may be fewer. */
export function numberDistribution(name: string, values: Float64Array): Distribution {
  const known = values.filter((x) => !Number.isNaN(x)).sort();
  const edges: number[] = [];
  for (let b = 1; b < BINS; b++) {
    const edge = known[Math.floor((b * known.length) / BINS)];
    if (edge !== undefined && edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY) && edge > known[0]!) edges.push(edge);
  }
  return withShares({ name, kind: 'number', edges, shares: [], missing: 0, rows: values.length }, values);
}

function categoryDistribution(name: string, values: Float64Array, categories: number): Distribution {
  const edges = Array.from({ length: categories }, (_, code) => code + 1);
  return withShares({ name, kind: 'category', edges, shares: [], missing: 0, rows: values.length }, values);
}

function withShares(empty: Distribution, values: Float64Array): Distribution {
  const counts = new Float64Array(empty.edges.length + 2);
  for (const x of values) counts[binOf(empty, x)]!++;
  const shares = [...counts.subarray(0, -1)].map((count) => count / Math.max(1, values.length));
  return { ...empty, shares, missing: counts.at(-1)! / Math.max(1, values.length) };
}

/** Bin of a value: the first whose edge is above it; the bin after the last is for missing. */
export function binOf({ edges }: Distribution, x: number): number {
  if (Number.isNaN(x)) return edges.length + 1;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x < edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function columnOf({ values, columns, rows }: FeatureMatrix, column: number): Float64Array {
  const out = new Float64Array(rows);
  for (let row = 0; row < rows; row++) out[row] = values[row * columns + column]!;
  return out;
}

/** `labels` are those of the same rows; none are needed to watch inputs, but errors cannot be watched then. */
export function referenceOf(
  featureSet: FeatureSet,
  matrix: FeatureMatrix,
  probabilities: Float64Array,
  labels: Float64Array,
): DriftReference {
  const features = featureSet.features.map(({ name, type, categories }, f) =>
    type === 'number'
      ? numberDistribution(name, columnOf(matrix, f))
      : categoryDistribution(name, columnOf(matrix, f), categories?.length ?? 0),
  );
  const errors = probabilities.map((p, row) => (p - labels[row]!) ** 2);
  const mean = errors.reduce((sum, e) => sum + e, 0) / Math.max(1, errors.length);
  const variance = errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / Math.max(1, errors.length - 1);
  return {
    v: 1,
    features,
    score: numberDistribution(SCORE, probabilities),
    error: { rows: errors.length, mean, deviation: Math.sqrt(variance) },
  };
}
