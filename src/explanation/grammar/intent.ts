import { evidenceOf } from './evidence.ts';
import file from './intent-weights.json' with { type: 'json' };
import type { Reading } from './reading.ts';

/** Kinds of question that no plan answers, learnt beside the plans. */
export const REFUSED = ['act', 'forecast', 'outside', 'personal'] as const;
export type Refused = (typeof REFUSED)[number];

/** What was learnt from example questions: per feature label and weight in turn, weights in hundredths. */
export interface IntentModel {
  readonly labels: readonly string[];
  readonly weights: ReadonlyMap<string, readonly number[]>;
}

/** As `npm run questions:train` wrote it. */
export const SHIPPED: IntentModel = {
  labels: file.labels,
  weights: new Map(Object.entries(file.weights as Readonly<Record<string, readonly number[]>>)),
};

/** How likely each label is; they sum to 1. */
export function likelihoods(reading: Reading, { labels, weights }: IntentModel = SHIPPED): ReadonlyMap<string, number> {
  const margins = new Float64Array(labels.length);
  const own = evidenceOf(reading).flatMap((feature) => (weights.has(feature) ? [weights.get(feature)!] : []));
  const scale = 1 / Math.sqrt(Math.max(1, own.length)) / 100;
  for (const pairs of own) for (let i = 0; i < pairs.length; i += 2) margins[pairs[i]!]! += pairs[i + 1]! * scale;
  const most = Math.max(...margins);
  const exps = margins.map((margin) => Math.exp(margin - most));
  const sum = exps.reduce((a, b) => a + b, 0);
  return new Map(labels.map((label, k) => [label, exps[k]! / sum]));
}
