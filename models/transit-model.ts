import { DomainError } from '#domain/problems.ts';
import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import { calibrated, rounded } from '#models/calibration.ts';
import { fixedExp, fixedLog } from '#models/fixed-math.ts';
import type { ModelFile, TransitTreesBody } from '#models/model-file.ts';
import type { TransitModel } from '#models/risk-model.ts';
import { checkColumns, LazyTrees, type ModelIdentity } from '#models/tree-model.ts';

/** Column of the promise, which a transit model compares with and does not learn from. */
export function promiseColumn({ featureSetId, features }: FeatureSet, name: string): number {
  const column = features.findIndex((feature) => feature.name === name);
  if (column < 0)
    throw new DomainError('invalid-artifact', `feature set \`${featureSetId}\` has no promise feature \`${name}\``, {
      featureSetId,
      feature: name,
    });
  return column;
}

/** Share of residuals above `at`: 1 minus the distribution function through the points, straight lines between. */
function shareAbove(residuals: Float64Array, at: number): number {
  const last = residuals.length - 1;
  if (at <= residuals[0]!) return 1 - 0.5 / residuals.length;
  if (at >= residuals[last]!) return 0.5 / residuals.length;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (residuals[middle]! <= at) low = middle;
    else high = middle;
  }
  const width = residuals[high]! - residuals[low]!;
  const position = low + (width > 0 ? (at - residuals[low]!) / width : 0);
  return 1 - (position + 0.5) / residuals.length;
}

export function quantileOf(residuals: Float64Array, quantile: number): number {
  const position = Math.min(Math.max(quantile * residuals.length - 0.5, 0), residuals.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, residuals.length - 1);
  return residuals[low]! + (residuals[high]! - residuals[low]!) * (position - low);
}

export function checkResiduals(residuals: Float64Array): void {
  const rising = residuals.every((value, i) => Number.isFinite(value) && value >= (residuals[i - 1] ?? value));
  if (residuals.length < 2 || !rising)
    throw new DomainError(
      'invalid-artifact',
      `${residuals.length} residuals; expected 2 or more finite numbers, rising`,
    );
}

export function checkQuantiles(quantiles: readonly number[]): void {
  for (const quantile of quantiles)
    if (!(quantile > 0 && quantile < 1))
      throw new DomainError('invalid-data', `quantile ${quantile}; expected above 0 and below 1`, { quantile });
}

/** Promises and transit times count as at least this: about a minute and a half. */
export const SHORTEST_DAYS = 1e-3;

/** Trees on log transit days and on the scale of what they miss; the margin is the expected log days. */
export function transitTreesModel(file: ModelFile, body: TransitTreesBody, identity: ModelIdentity): TransitModel {
  const { residuals } = body;
  checkResiduals(residuals);
  const promise = promiseColumn(file.featureSet, body.promiseFeature);
  const location = new LazyTrees(body.location, file.featureSet.features.length);
  const spread = new LazyTrees(body.spread, file.featureSet.features.length);
  const margins = (matrix: FeatureMatrix): Float64Array => {
    checkColumns(file.featureSet, matrix);
    return location.score(matrix);
  };
  const lateOf = ({ columns, values }: FeatureMatrix, centers: Float64Array, scales: Float64Array): Float64Array =>
    centers.map((center, row) => {
      const days = values[row * columns + promise]!;
      const promised = Number.isNaN(days) ? body.usualPromiseDays : days;
      const at = (fixedLog(Math.max(promised, SHORTEST_DAYS)) - center) * fixedExp(-scales[row]!);
      return rounded(calibrated(file.calibration, shareAbove(residuals, at)));
    });
  function daysOf(centers: Float64Array, scales: Float64Array, quantiles: readonly number[]): Float64Array {
    checkQuantiles(quantiles);
    const days = new Float64Array(centers.length * quantiles.length);
    for (let row = 0; row < centers.length; row++)
      quantiles.forEach((quantile, i) => {
        const log = centers[row]! + fixedExp(scales[row]!) * quantileOf(residuals, quantile);
        days[row * quantiles.length + i] = Math.round(fixedExp(log) * 1e6) / 1e6;
      });
    return days;
  }
  return {
    ...identity,
    margins,
    predict: (matrix) => lateOf(matrix, margins(matrix), spread.score(matrix)),
    attribute(matrix, row) {
      checkColumns(file.featureSet, matrix);
      return location.explain(matrix, row);
    },
    turns: (_matrix, _row, feature) =>
      feature === promise ? null : [...location.turns(feature), ...spread.turns(feature)],
    transitDays: (matrix, quantiles) => daysOf(margins(matrix), spread.score(matrix), quantiles),
    lateAndTransitDays(matrix, quantiles) {
      const [centers, scales] = [margins(matrix), spread.score(matrix)];
      return { late: lateOf(matrix, centers, scales), days: daysOf(centers, scales, quantiles) };
    },
  };
}
