import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import { compressed, termInput } from '#models/linear-model.ts';
import type { LinearTerm } from '#models/model-file.ts';

/** A category needs this many rows for a weight of its own; rarer ones count as the average one. */
const MIN_CATEGORY_ROWS = 20;
const MAX_CATEGORIES = 40;
/** A number whose largest value is this many standard deviations out is compressed. */
const LONG_TAIL = 8;

/**
 * The standardised inputs of linear models and networks, weights still 0: each number (missing as the mean), an
 * indicator where some but not all rows miss it, and one input for each frequent category.
 */
export function designTerms(
  { features }: FeatureSet,
  matrix: FeatureMatrix,
  skipped: ReadonlySet<string> = new Set(),
): LinearTerm[] {
  return features.flatMap((feature, index) => {
    if (skipped.has(feature.name)) return [];
    return feature.type === 'category' ? categoryTerms(matrix, index) : numberTerms(matrix, index);
  });
}

function numberTerms(matrix: FeatureMatrix, feature: number): LinearTerm[] {
  const terms: LinearTerm[] = [];
  const plain = moments(matrix, feature, (x) => x);
  const missing = matrix.rows - plain.count;
  if (plain.count > 0 && plain.deviation > 0) {
    const long = Math.max(plain.highest - plain.mean, plain.mean - plain.lowest) > LONG_TAIL * plain.deviation;
    const { mean, deviation } = long ? moments(matrix, feature, compressed) : plain;
    terms.push({ feature, kind: 'number', ...(long && { compressed: true }), mean, scale: deviation, weight: 0 });
  }
  const share = missing / matrix.rows;
  if (missing >= MIN_CATEGORY_ROWS && plain.count >= MIN_CATEGORY_ROWS)
    terms.push({ feature, kind: 'missing', mean: share, scale: Math.sqrt(share * (1 - share)), weight: 0 });
  return terms;
}

function moments({ rows, columns, values }: FeatureMatrix, feature: number, change: (x: number) => number) {
  let count = 0;
  let sum = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  const each = (visit: (x: number) => void) => {
    for (let row = 0; row < rows; row++) {
      const x = values[row * columns + feature]!;
      if (Number.isFinite(x)) visit(change(x));
    }
  };
  each((x) => {
    count++;
    sum += x;
    lowest = Math.min(lowest, x);
    highest = Math.max(highest, x);
  });
  const mean = sum / count;
  let squares = 0;
  each((x) => {
    squares += (x - mean) ** 2;
  });
  return { count, mean, deviation: Math.sqrt(squares / count), lowest, highest };
}

function categoryTerms({ rows, columns, values }: FeatureMatrix, feature: number): LinearTerm[] {
  const counts = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const code = Math.trunc(values[row * columns + feature]!);
    if (!Number.isNaN(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= MIN_CATEGORY_ROWS && count < rows)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, MAX_CATEGORIES)
    .map(([code, count]) => {
      const share = count / rows;
      return { feature, kind: 'category', code, mean: share, scale: Math.sqrt(share * (1 - share)), weight: 0 };
    });
}

/** The inputs of some rows, one array for each term. */
export function designColumns(
  terms: readonly LinearTerm[],
  { columns, values }: FeatureMatrix,
  rows: Int32Array,
): Float64Array[] {
  return terms.map((term) => Float64Array.from(rows, (row) => termInput(term, values[row * columns + term.feature]!)));
}
