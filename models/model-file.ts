import type { FeatureSet, Task } from '#domain/risk.ts';
import type { Calibration } from '#models/calibration.ts';
import type { Family, MarginUnit } from '#models/risk-model.ts';
import type { TreeEnsemble } from '#models/tree-ensemble.ts';

/** From a margin to a probability: `1 / (1 + exp(-slope * margin))`. */
export interface SigmoidLink {
  readonly kind: 'sigmoid';
  readonly slope: number;
}

/** The margin is a probability under other odds; `factor` puts the odds right: `f p / (f p + 1 - p)`. */
export interface OddsLink {
  readonly kind: 'odds';
  readonly factor: number;
}

export interface TreesBody {
  readonly kind: 'trees';
  readonly link: SigmoidLink | OddsLink;
  readonly trees: TreeEnsemble;
}

/**
 * Log transit days = location + exp(spread) * residual, the residual drawn from what training rows left over.
 * Late means transit days above the row's promise, which neither ensemble reads.
 */
export interface TransitTreesBody {
  readonly kind: 'transitTrees';
  readonly location: TreeEnsemble;
  /** Log of the residual's scale. */
  readonly spread: TreeEnsemble;
  /** Standardised residuals at evenly spaced quantiles, rising. */
  readonly residuals: Float64Array;
  readonly promiseFeature: string;
  /** The median promise of training, which stands in for a missing one. */
  readonly usualPromiseDays: number;
}

/**
 * Two stages: trees on log transit days (which do not read the promise), then trees on log odds of being late over the
 * features and two columns more: the expected log days, and the log of the promise less those.
 */
export interface StackedTreesBody {
  readonly kind: 'stackedTrees';
  readonly location: TreeEnsemble;
  readonly final: TreeEnsemble;
  /** Log days minus expected log days at evenly spaced quantiles, rising. */
  readonly residuals: Float64Array;
  readonly promiseFeature: string;
  readonly usualPromiseDays: number;
}

/** Standardised inputs, missing indicators and one-hot categories times weights: log odds. */
export interface LinearBody {
  readonly kind: 'linear';
  readonly intercept: number;
  readonly terms: readonly LinearTerm[];
}

export interface LinearTerm {
  readonly feature: number;
  /** A number (standardised, missing as the mean), a missing indicator, or one category (`code`). */
  readonly kind: 'number' | 'missing' | 'category';
  readonly code?: number;
  /** Numbers are compressed by `sign(x) log(1 + |x|)` first when true. */
  readonly compressed?: boolean;
  readonly mean: number;
  readonly scale: number;
  readonly weight: number;
}

/** A network that gives the hazard of arrival for each transit-time bin; see models/network.ts. */
export interface NetworkBody {
  readonly kind: 'network';
  /** Upper edges of the transit bins in days, rising; the last bin is open. */
  readonly edges: Float64Array;
  readonly inputs: readonly LinearTerm[];
  readonly layers: readonly NetworkLayer[];
  readonly promiseFeature: string;
  readonly usualPromiseDays: number;
  /** Features of each attribution group, at most ten groups. */
  readonly groups: readonly NetworkGroup[];
  /** Rows of raw features that stand for an ordinary case in attributions, row-major. */
  readonly background: Float64Array;
}

export interface NetworkGroup {
  readonly name: string;
  readonly features: readonly number[];
}

export interface NetworkLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Row-major: `weights[input * outputs + output]`. */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
  readonly activation: 'relu' | 'none';
}

export type ModelBody = TreesBody | TransitTreesBody | StackedTreesBody | LinearBody | NetworkBody;

/** What `model.json` holds. It has no clock in it: the same data and seed give the same bytes. */
export interface ModelFile {
  readonly v: 1;
  readonly task: Task;
  readonly family: Family;
  readonly marginUnit: MarginUnit;
  readonly featureSet: FeatureSet;
  readonly seed: number;
  readonly body: ModelBody;
  readonly calibration: Calibration;
}
