import { expect, test } from 'vitest';
import type { FeatureMatrix } from '#domain/risk.ts';
import { remembering } from '#models/remembering.ts';
import { isTransitModel, type TransitModel } from '#models/risk-model.ts';
import { shippedModels } from '../shipped-models.ts';

const { delay, split } = shippedModels();

/** Rows that differ in their first column; the last column is missing. */
function rows(columns: number, ...firsts: readonly number[]): FeatureMatrix {
  const values = new Float64Array(firsts.length * columns).fill(2);
  for (const [row, first] of firsts.entries()) {
    values[row * columns] = first;
    values[(row + 1) * columns - 1] = Number.NaN;
  }
  return { rows: firsts.length, columns, values };
}

test('scores the same rows once, and says of any rows what the model says', () => {
  expect(isTransitModel(delay!)).toBe(true);
  const model = delay as TransitModel;
  const asked: string[] = [];
  const counted: TransitModel = {
    ...model,
    predict: (matrix) => {
      asked.push('predict');
      return model.predict(matrix);
    },
    lateAndTransitDays: (matrix, quantiles) => {
      asked.push(`days ${quantiles.join()}`);
      return model.lateAndTransitDays(matrix, quantiles);
    },
  };
  const once = remembering(counted) as TransitModel;
  const columns = model.featureSet.features.length;
  const drawn = [rows(columns, 3), rows(columns, 3, 4), rows(columns, 4, 3), rows(columns, Number.NaN)];
  for (const matrix of [...drawn, ...drawn.map((one) => ({ ...one, values: one.values.slice() }))]) {
    expect(once.predict(matrix)).toEqual(model.predict(matrix));
    for (const quantiles of [[0.5], [0.5, 0.9]])
      expect(once.lateAndTransitDays(matrix, quantiles)).toEqual(model.lateAndTransitDays(matrix, quantiles));
  }
  expect(asked).toHaveLength(drawn.length * 3);
  expect(once.sha256).toBe(model.sha256);
});

test('knows the last few only, and adds no transit time to a model that has none', () => {
  let asked = 0;
  const once = remembering({
    ...split!,
    predict: (matrix) => {
      asked++;
      return split!.predict(matrix);
    },
  });
  expect(isTransitModel(once)).toBe(false);
  const columns = split!.featureSet.features.length;
  for (const first of [1, 2, 3, 4, 5, 1]) once.predict(rows(columns, first));
  expect(asked).toBe(6);
});
