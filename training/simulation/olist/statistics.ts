import { Random } from '../random.ts';

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const SAMPLES = 1000;

/**
 * Mean of paired differences with a 95% percentile bootstrap interval. `clusters` are resampled whole: the same order
 * under several seeds is one cluster, so that seeds do not pass for independent orders.
 */
export function pairedBootstrap(clusters: readonly (readonly number[])[], seed: number): Interval {
  const random = new Random(`bootstrap/${seed}`);
  const sums = clusters.map((values) => values.reduce((total, value) => total + value, 0));
  const counts = clusters.map((values) => values.length);
  const ratio = (pick: () => number): number => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < clusters.length; i++) {
      const index = pick();
      sum += sums[index]!;
      count += counts[index]!;
    }
    return count === 0 ? 0 : sum / count;
  };
  let next = 0;
  const mean = ratio(() => next++);
  const means = Array.from({ length: SAMPLES }, () => ratio(() => random.int(clusters.length))).sort((a, b) => a - b);
  return { mean, low: means[Math.floor(SAMPLES * 0.025)]!, high: means[Math.ceil(SAMPLES * 0.975) - 1]! };
}
