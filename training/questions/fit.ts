import { type Random, shuffled } from '../random.ts';

/** One example: which features it has, which labels are right (one of them is), how much it counts. */
export interface Example {
  readonly features: readonly string[];
  readonly labels: readonly string[];
  readonly weight: number;
}

/** Per feature one weight for each label. */
export interface LinearModel {
  readonly labels: readonly string[];
  readonly weights: ReadonlyMap<string, Float64Array>;
}

const ROUNDS = 30;
const STEP = 0.3;
const SHRINK = 2e-4;
/** A slope this small moves nothing. */
const SETTLED = 1e-4;

/** Multinomial logistic regression by AdaGrad, L2, in a fixed order from the seed. A feature seen in one line alone is left out. */
export function fit(examples: readonly Example[], random: Random, seen: ReadonlyMap<string, number>): LinearModel {
  const labels = [...new Set(examples.flatMap((example) => example.labels))].sort();
  const index = new Map(labels.map((label, i) => [label, i]));
  const weights = new Map<string, Float64Array>();
  const squares = new Map<string, Float64Array>();
  const rows = examples.map((example) => ({
    features: example.features.filter((feature) => (seen.get(feature) ?? 0) > 1),
    right: example.labels.map((label) => index.get(label)!),
    weight: example.weight,
  }));
  for (const { features } of rows)
    for (const feature of features)
      if (!weights.has(feature)) {
        weights.set(feature, new Float64Array(labels.length));
        squares.set(feature, new Float64Array(labels.length).fill(1e-2));
      }
  const linked = rows.map((row) => ({
    ...row,
    own: row.features.map((feature) => [weights.get(feature)!, squares.get(feature)!] as const),
  }));
  const margin = new Float64Array(labels.length);
  for (let round = 0; round < ROUNDS; round++)
    for (const at of shuffled(linked.length, random)) {
      const { own, right, weight } = linked[at]!;
      margin.fill(0);
      const scale = 1 / Math.sqrt(own.length);
      for (const [w] of own) for (let k = 0; k < labels.length; k++) margin[k]! += w[k]! * scale;
      let most = Number.NEGATIVE_INFINITY;
      for (const value of margin) most = Math.max(most, value);
      let sum = 0;
      for (let k = 0; k < labels.length; k++) sum += margin[k] = Math.exp(margin[k]! - most);
      let rightly = 0;
      for (const k of right) rightly += margin[k]!;
      for (let k = 0; k < labels.length; k++) {
        const slope = margin[k]! * (1 / sum - (right.includes(k) ? 1 / rightly : 0)) * weight * scale;
        if (Math.abs(slope) < SETTLED) continue;
        for (const [w, s] of own) {
          const g = slope + SHRINK * w[k]!;
          s[k]! += g * g;
          w[k]! -= (STEP * g) / Math.sqrt(s[k]!);
        }
      }
    }
  return { labels, weights };
}
