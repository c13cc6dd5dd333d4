import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';

/** A number that cannot be known is NaN; every model takes it as missing. */
export const MISSING = Number.NaN;

export function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : MISSING;
}

/** One row per subject, written by `write(subject, values, offset)` in the order of the set's features. */
export function buildMatrix<S>(
  set: FeatureSet,
  subjects: readonly S[],
  write: (subject: S, values: Float64Array, offset: number) => void,
): FeatureMatrix {
  const columns = set.features.length;
  const values = new Float64Array(subjects.length * columns);
  for (let row = 0; row < subjects.length; row++) write(subjects[row]!, values, row * columns);
  return { rows: subjects.length, columns, values };
}
