import { Random } from '../random.ts';

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Of what is resampled as one: the sum of its paired differences and how much they are spread over. */
export interface Cluster {
  readonly sum: number;
  readonly count: number;
}

const SAMPLES = 1000;

/**
 * Mean of paired differences with a 95% percentile bootstrap interval. Clusters are resampled whole: the same order
 * under several seeds is one cluster, so that seeds do not pass for independent orders.
 */
export function pairedBootstrap(clusters: readonly Cluster[], seed: number): Interval {
  const random = new Random(`bootstrap/${seed}`);
  const ratio = (pick: () => number): number => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < clusters.length; i++) {
      const index = pick();
      sum += clusters[index]!.sum;
      count += clusters[index]!.count;
    }
    return count === 0 ? 0 : sum / count;
  };
  let next = 0;
  const mean = ratio(() => next++);
  const means = Array.from({ length: SAMPLES }, () => ratio(() => random.int(clusters.length))).sort((a, b) => a - b);
  return { mean, low: means[Math.floor(SAMPLES * 0.025)]!, high: means[Math.ceil(SAMPLES * 0.975) - 1]! };
}
