import type { FeatureMatrix } from '#domain/risk.ts';
import { calibrated, rounded } from '#models/calibration.ts';
import { fixedExp, fixedLog, sigmoid } from '#models/fixed-math.ts';
import type { ModelFile, StackedTreesBody } from '#models/model-file.ts';
import type { TransitModel } from '#models/risk-model.ts';
import { checkQuantiles, checkResiduals, promiseColumn, quantileOf, SHORTEST_DAYS } from '#models/transit-model.ts';
import { checkColumns, LazyTrees, type ModelIdentity } from '#models/tree-model.ts';

/** Columns the second stage has more than the feature set: expected log days, and the promise's log less those. */
export const STACKED_COLUMNS = 2;

/** The second stage's rows: the features, then what the first stage expects. */
export function stackedMatrix(
  { rows, columns, values }: FeatureMatrix,
  expected: Float64Array,
  promise: number,
  usualPromiseDays: number,
): FeatureMatrix {
  const width = columns + STACKED_COLUMNS;
  const stacked = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    stacked.set(values.subarray(row * columns, (row + 1) * columns), row * width);
    const days = values[row * columns + promise]!;
    const promised = Math.max(Number.isNaN(days) ? usualPromiseDays : days, SHORTEST_DAYS);
    stacked[row * width + columns] = expected[row]!;
    stacked[row * width + columns + 1] = fixedLog(promised) - expected[row]!;
  }
  return { rows, columns: width, values: stacked };
}

/** Trees on the transit time, and trees on being late that know what the first expect; the margin is log odds. */
export function stackedModel(file: ModelFile, body: StackedTreesBody, identity: ModelIdentity): TransitModel {
  checkResiduals(body.residuals);
  const columns = file.featureSet.features.length;
  const promise = promiseColumn(file.featureSet, body.promiseFeature);
  const location = new LazyTrees(body.location, columns);
  const final = new LazyTrees(body.final, columns + STACKED_COLUMNS);
  const expectedOf = (matrix: FeatureMatrix): Float64Array => {
    checkColumns(file.featureSet, matrix);
    return location.score(matrix);
  };
  const stack = (matrix: FeatureMatrix, expected = expectedOf(matrix)): FeatureMatrix =>
    stackedMatrix(matrix, expected, promise, body.usualPromiseDays);
  const lateOf = (stacked: FeatureMatrix): Float64Array =>
    final.score(stacked).map((margin) => rounded(calibrated(file.calibration, sigmoid(margin))));
  function daysOf(expected: Float64Array, quantiles: readonly number[]): Float64Array {
    checkQuantiles(quantiles);
    const residuals = quantiles.map((quantile) => quantileOf(body.residuals, quantile));
    const days = new Float64Array(expected.length * quantiles.length);
    for (let row = 0; row < expected.length; row++)
      for (let i = 0; i < residuals.length; i++) {
        const log = expected[row]! + residuals[i]!;
        days[row * residuals.length + i] = Math.round(fixedExp(log) * 1e6) / 1e6;
      }
    return days;
  }
  return {
    ...identity,
    margins: (matrix) => final.score(stack(matrix)),
    predict: (matrix) => lateOf(stack(matrix)),
    /** What the two columns of the first stage add is shared out as that stage's own attributions are. */
    attribute(matrix, row) {
      const stacked = stack(matrix);
      const { base, contributions } = final.explain(stacked, row);
      const own = contributions.slice(0, columns);
      const derived = contributions[columns]! + contributions[columns + 1]!;
      const expected = location.explain(matrix, row);
      const first = expected.contributions;
      // The promise moves only the second column: by its log less the log days of a row nothing is known about.
      const logPromise =
        stacked.values[row * stacked.columns + columns]! + stacked.values[row * stacked.columns + columns + 1]!;
      first[promise] = logPromise - expected.base;
      const total = first.reduce((sum, value) => sum + Math.abs(value), 0);
      for (let column = 0; column < columns; column++)
        own[column]! += total > 0 ? (derived * Math.abs(first[column]!)) / total : derived / columns;
      return { base, contributions: own };
    },
    turns(matrix, row, feature) {
      const own = [...location.turns(feature), ...final.turns(feature)];
      if (feature !== promise) return own;
      // The first stage does not read the promise, so the log of it less what is expected turns at one promise each.
      const expected = expectedOf(matrix)[row]!;
      return [...own, ...final.turns(columns + 1).map((difference) => fixedExp(difference + expected))];
    },
    transitDays: (matrix, quantiles) => daysOf(expectedOf(matrix), quantiles),
    lateAndTransitDays(matrix, quantiles) {
      const expected = expectedOf(matrix);
      return { late: lateOf(stack(matrix, expected)), days: daysOf(expected, quantiles) };
    },
  };
}
