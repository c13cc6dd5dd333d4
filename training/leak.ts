import { DomainError } from '#domain/problems.ts';
import { columnOf } from '#models/watching/reference.ts';
import { type Labelled, matrixRows } from './dataset.ts';
import { measure, scored } from './metrics.ts';
import { thinned } from './origins.ts';

/** One feature alone that ranks the outcomes better than this has probably seen them. */
export const SUSPICIOUS_AUC = 0.98;
/** Rows that are enough to see it. */
const MOST_ROWS = 60_000;

export interface FeaturePower {
  readonly feature: string;
  /** ROC AUC of the feature alone, in the better direction; a category by its share of positives. */
  readonly rocAuc: number;
}

/** How well each feature alone ranks the labels, on the rows the importer judges by, best first. */
export function featurePowers({ facts, featureSet, matrix }: Labelled, seed = 1): FeaturePower[] {
  const ranked = Int32Array.from(facts.labels.keys()).filter((row) => !facts.judged || facts.judged.rows[row] === 1);
  const rows = thinned(ranked, MOST_ROWS, seed);
  const labels = Float64Array.from(rows, (row) => facts.labels[row]!);
  const judged = matrixRows(matrix, rows);
  return featureSet.features
    .map(({ name, type }, f) => {
      const values = columnOf(judged, f);
      return { feature: name, rocAuc: type === 'category' ? categoryAuc(values, labels) : numberAuc(values, labels) };
    })
    .sort((a, b) => b.rocAuc - a.rocAuc);
}

/** Missing is tried below and above all numbers: that a value is there at all may be the leak. */
function numberAuc(values: Float64Array, labels: Float64Array): number {
  let best = 0.5;
  for (const missing of [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
    const { rocAuc } = measure(
      scored(
        values.map((x) => (Number.isNaN(x) ? missing : x)),
        labels,
      ),
    );
    if (!Number.isNaN(rocAuc)) best = Math.max(best, rocAuc, 1 - rocAuc);
  }
  return best;
}

function categoryAuc(values: Float64Array, labels: Float64Array): number {
  const shares = new Map<number, { rows: number; positives: number }>();
  values.forEach((code, row) => {
    const share = shares.get(code) ?? { rows: 0, positives: 0 };
    shares.set(code, { rows: share.rows + 1, positives: share.positives + labels[row]! });
  });
  return measure(
    scored(
      values.map((code) => shares.get(code)!.positives / shares.get(code)!.rows),
      labels,
    ),
  ).rocAuc;
}

/** Throws `suspected-leak` for a feature that is too good alone and is not excused by name. */
export function refuseLeaks(powers: readonly FeaturePower[], allowed: readonly string[], judgedOn?: string): void {
  const leak = powers.find(({ feature, rocAuc }) => rocAuc > SUSPICIOUS_AUC && !allowed.includes(feature));
  if (!leak) return;
  const rows = judgedOn ? ` on ${judgedOn}` : '';
  throw new DomainError(
    'suspected-leak',
    `feature \`${leak.feature}\` alone has an AUC of ${leak.rocAuc.toFixed(4)}${rows}; expected at most ${SUSPICIOUS_AUC}. ` +
      `If it is known when the decision is taken, excuse it with \`--allow-leak ${leak.feature}\``,
    { feature: leak.feature, rocAuc: leak.rocAuc },
  );
}
