import type { FeatureMatrix, FeatureSet, Task } from '#domain/risk.ts';

/** What a model's raw output is measured in, before calibration; attributions are additive on it. */
export type MarginUnit = 'logOdds' | 'probability' | 'logDays';

export const FAMILIES = ['boosted', 'forest', 'neural', 'logistic'] as const;
export type Family = (typeof FAMILIES)[number];

/** Why a row scored as it did: `base + sum(contributions)` is the margin, to 1e-6. */
export interface Attribution {
  readonly base: number;
  /** One per feature of the set, in its order. */
  readonly contributions: Float64Array;
}

/** A trained model as the service, the evaluation and the explanations see it. Immutable once loaded. */
export interface RiskModel {
  readonly task: Task;
  readonly family: Family;
  readonly modelVersion: string;
  /** SHA-256 (hex) of the model file's bytes. */
  readonly sha256: string;
  readonly featureSet: FeatureSet;
  readonly marginUnit: MarginUnit;
  /** When the training ended, epoch milliseconds; the policy bounds a model's age by it. */
  readonly trainedAt: number;
  /**
   * Calibrated probabilities, one per row, within [1e-6, 1 - 1e-6] and rounded to 1e-6, so that a replay on another
   * engine gives the same bytes. Throws a `DomainError` when the column count is not the feature set's.
   */
  predict(matrix: FeatureMatrix): Float64Array;
  /** Raw margins in `marginUnit`, one per row, before calibration. */
  margins(matrix: FeatureMatrix): Float64Array;
  /** TreeSHAP for trees, exact Shapley values over feature groups for networks. */
  attribute(matrix: FeatureMatrix, row: number): Attribution;
  /**
   * Values of one number where the probability of this row may jump; between two of them it is the same. Null, or no such
   * method: it moves smoothly.
   */
  turns?(matrix: FeatureMatrix, row: number, feature: number): readonly number[] | null;
}

/** A delay model that knows the whole transit time, so that it answers for any promise date. */
export interface TransitModel extends RiskModel {
  /** Transit days from the decision at each quantile (0..1): `rows * quantiles.length` values, row-major, 1e-6. */
  transitDays(matrix: FeatureMatrix, quantiles: readonly number[]): Float64Array;
  /** `predict` and `transitDays` of the same rows, what both stand on worked out once. */
  lateAndTransitDays(matrix: FeatureMatrix, quantiles: readonly number[]): LateAndTransitDays;
}

export interface LateAndTransitDays {
  readonly late: Float64Array;
  readonly days: Float64Array;
}

export function isTransitModel(model: RiskModel): model is TransitModel {
  return 'transitDays' in model;
}

/** The models that score an order; null where none could be loaded. */
export type ModelSet = Readonly<Record<Task, RiskModel | null>>;
