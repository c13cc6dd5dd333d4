/** The three risks that trained models score. */
export const TASKS = ['stockout', 'delay', 'split'] as const;
export type Task = (typeof TASKS)[number];

/** One input of a model, defined once for training and serving. */
export interface FeatureDefinition {
  /** camelCase, unit in the name or in `unit`. */
  readonly name: string;
  readonly type: 'number' | 'category';
  /** For people and cards: `days`, `units`, `share`, `minor units`, `category`. */
  readonly unit: string;
  /** How it is computed as of a moment, in one sentence. */
  readonly description: string;
  /** Names of the codes 0..n-1 of a category; a text that is not listed is missing (NaN). */
  readonly categories?: readonly string[];
  /** +1: the risk never falls when the feature rises; -1: never rises; 0 or absent: free. */
  readonly monotone?: -1 | 0 | 1;
  /** Who in the company can change it (`inventory`, `transport`, `sales`); absent where nobody can. */
  readonly owner?: string;
}

/** The ordered inputs a model was trained on: `stockout@1`, `delay@1`, `split@1` are the service's own. */
export interface FeatureSet {
  readonly featureSetId: string;
  readonly task: Task;
  readonly features: readonly FeatureDefinition[];
}

/** Rows of features, row-major: `values[row * columns + column]`. NaN is missing; a category is its code. */
export interface FeatureMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A feature matrix as it was scored, so that training can be compared with serving. NaN is written as null. */
export interface RecordedFeatures {
  readonly featureSetId: string;
  /** What each row is about: `nodeId/itemId`, `nodeId/carrierService`, a candidate. */
  readonly subjects: readonly string[];
  readonly rows: readonly (readonly (number | null)[])[];
}

/** A model that was in force when an order was decided, whether or not the policy admitted its scores. */
export interface OfferedModel {
  readonly task: Task;
  readonly modelVersion: string;
  /** Of the model file. */
  readonly sha256: string;
  /** Epoch milliseconds; the policy bounds a model's age by it. */
  readonly trainedAt: number;
}
