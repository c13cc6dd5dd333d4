import type { FeatureMatrix } from '#domain/risk.ts';
import { calibrated, rounded } from '#models/calibration.ts';
import { fixedLog, sigmoid } from '#models/fixed-math.ts';
import type { LinearBody, LinearTerm, ModelFile } from '#models/model-file.ts';
import type { RiskModel } from '#models/risk-model.ts';
import { checkColumns, type ModelIdentity } from '#models/tree-model.ts';

/** `sign(x) log(1 + |x|)`: long tails made short, zero kept. */
export function compressed(x: number): number {
  return x < 0 ? -fixedLog(1 - x) : fixedLog(1 + x);
}

/** The standardised input of one term; a missing number is the mean, so 0. */
export function termInput(term: LinearTerm, x: number): number {
  if (term.kind === 'missing') return ((Number.isNaN(x) ? 1 : 0) - term.mean) / term.scale;
  if (term.kind === 'category') return ((Math.trunc(x) === term.code ? 1 : 0) - term.mean) / term.scale;
  if (Number.isNaN(x)) return 0;
  // Infinite inputs count as very large ones, so that no sum becomes NaN.
  const finite = Math.min(Math.max(x, -1e300), 1e300);
  return ((term.compressed ? compressed(finite) : finite) - term.mean) / term.scale;
}

/**
 * Logistic regression: the margin is the intercept plus weighted standardised inputs. Since every input has mean 0 in
 * training, a feature's share of the margin is its terms' sum, and the base is the intercept.
 */
export function linearModel(file: ModelFile, body: LinearBody, identity: ModelIdentity): RiskModel {
  const margins = (matrix: FeatureMatrix): Float64Array => {
    checkColumns(file.featureSet, matrix);
    const scores = new Float64Array(matrix.rows).fill(body.intercept);
    for (let row = 0; row < matrix.rows; row++) {
      const at = row * matrix.columns;
      let sum = body.intercept;
      for (const term of body.terms) sum += term.weight * termInput(term, matrix.values[at + term.feature]!);
      scores[row] = sum;
    }
    return scores;
  };
  return {
    ...identity,
    margins,
    predict(matrix) {
      return margins(matrix).map((margin) => rounded(calibrated(file.calibration, sigmoid(margin))));
    },
    attribute(matrix, row) {
      checkColumns(file.featureSet, matrix);
      const contributions = new Float64Array(matrix.columns);
      for (const term of body.terms)
        contributions[term.feature]! +=
          term.weight * termInput(term, matrix.values[row * matrix.columns + term.feature]!);
      return { base: body.intercept, contributions };
    },
  };
}
