import type { FeatureMatrix, FeatureSet, Task } from '#domain/risk.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import type { ModelSet, RiskModel } from '#models/risk-model.ts';

/** A model with a formula in place of training: tests of the search need risks they can compute by hand. */
export function fakeModel(task: Task, risk: (row: Readonly<Record<string, number>>) => number): RiskModel {
  const featureSet: FeatureSet = SERVICE_FEATURE_SETS[task];
  const predict = ({ rows, columns, values }: FeatureMatrix): Float64Array =>
    Float64Array.from({ length: rows }, (_unused, row) => {
      const named = Object.fromEntries(featureSet.features.map(({ name }, i) => [name, values[row * columns + i]!]));
      return Math.round(Math.min(1 - 1e-6, Math.max(1e-6, risk(named))) * 1e6) / 1e6;
    });
  return {
    task,
    family: 'logistic',
    modelVersion: `${task}-fake`,
    sha256: 'f'.repeat(64),
    featureSet,
    marginUnit: 'probability',
    trainedAt: Date.UTC(2026, 1, 1),
    predict,
    margins: predict,
    attribute: () => ({ base: 0, contributions: new Float64Array(featureSet.features.length) }),
  };
}

export const fakeModels: ModelSet = {
  stockout: fakeModel('stockout', (row) => 1 / (1 + Math.max(0, row['availableUnits']!) / 8)),
  delay: fakeModel('delay', (row) => 0.05 + 0.12 * row['carrierDays']! - 0.04 * row['promisedDays']!),
  split: fakeModel('split', (row) => 0.02 * row['takes']! + 0.1 / Math.max(0.5, row['tightestCover'] ?? 1)),
};

export const NO_MODELS: ModelSet = { stockout: null, delay: null, split: null };
