import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import type { ModelBody } from '#models/model-file.ts';
import type { Family, MarginUnit } from '#models/risk-model.ts';

/** Rows to learn from, in the order of their decisions. */
export interface TrainingData {
  readonly featureSet: FeatureSet;
  readonly matrix: FeatureMatrix;
  /** 1 where the risk came true, 0 where it did not; one per row. */
  readonly labels: Float64Array;
  /** Transit days of each row, above 0, where the set has them; families that learn transit time need them. */
  readonly durations?: Float64Array;
  /** The feature that holds each row's promise, in the unit of `durations`; families of transit time do not read it as an input. */
  readonly promiseFeature?: string;
  /** One per row, above 0; 1 where absent. */
  readonly weights?: Float64Array;
  /** Decision moments, epoch milliseconds, never falling. */
  readonly times?: Float64Array;
}

export interface FitOptions {
  readonly seed: number;
  /** Later rows that stop the training when it no longer gains on them; never learned from. */
  readonly validation?: TrainingData;
  /** Rounds (trees, epochs) to run when there is no validation: what an earlier fit stopped at. */
  readonly rounds?: number;
  readonly progress?: (done: number, total: number) => void;
}

export interface FittedModel {
  readonly body: ModelBody;
  readonly marginUnit: MarginUnit;
  /** Rounds kept, for a second fit on more rows. */
  readonly rounds?: number;
  /** What the card says of how it was trained. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** One way to learn. The same data, options and backend give the same bytes. */
export interface Trainer {
  /** Unique in the table of families: `boosted`, `boosted-transit`, `forest`, `neural`, `logistic`. */
  readonly name: string;
  readonly family: Family;
  /** Whether every model it gives holds the set's monotone constraints. */
  readonly holdsMonotone: boolean;
  /** Why it cannot learn from this data, or undefined where it can. */
  refuses(data: TrainingData): string | undefined;
  fit(data: TrainingData, options: FitOptions): Promise<FittedModel>;
}
