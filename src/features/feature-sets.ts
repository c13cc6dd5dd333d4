import type { FeatureSet, Task } from '#domain/risk.ts';
import { delayFeatures } from './route-delay.ts';
import { splitFeatures } from './split.ts';
import { stockoutFeatures } from './stockout.ts';

/** The service's own feature sets; it loads no model of another. */
export const SERVICE_FEATURE_SETS: Readonly<Record<Task, FeatureSet>> = {
  stockout: stockoutFeatures,
  delay: delayFeatures,
  split: splitFeatures,
};
