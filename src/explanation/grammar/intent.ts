import { evidenceOf } from './evidence.ts';
import file from './intent-weights.json' with { type: 'json' };
import type { Reading } from './reading.ts';

/** Kinds of question that no plan answers, learnt beside the plans. */
export const REFUSED = ['act', 'forecast', 'outside', 'personal'] as const;
export type Refused = (typeof REFUSED)[number];

const { labels } = file;
/** Hundredths, as label and weight in turn. */
const weights: Readonly<Record<string, readonly number[]>> = file.weights;
const known = new Map(Object.entries(weights));
const read = new WeakMap<Reading, ReadonlyMap<string, number>>();

/** How likely each label is, by what was learnt from example questions (`npm run questions:train`); they sum to 1. */
export function likelihoods(reading: Reading): ReadonlyMap<string, number> {
  const before = read.get(reading);
  if (before) return before;
  const margins = new Float64Array(labels.length);
  const own = evidenceOf(reading).flatMap((feature) => (known.has(feature) ? [known.get(feature)!] : []));
  const scale = 1 / Math.sqrt(Math.max(1, own.length)) / 100;
  for (const pairs of own) for (let i = 0; i < pairs.length; i += 2) margins[pairs[i]!]! += pairs[i + 1]! * scale;
  const most = Math.max(...margins);
  const exps = margins.map((margin) => Math.exp(margin - most));
  const sum = exps.reduce((a, b) => a + b, 0);
  const found = new Map(labels.map((label, k) => [label, exps[k]! / sum]));
  read.set(reading, found);
  return found;
}
