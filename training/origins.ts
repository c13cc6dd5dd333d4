import { inOrder, knownBefore, type Labelled } from './dataset.ts';
import { randomFrom, sample } from './random.ts';

/** A moment to stand at: learn from what was known by then, be judged on what came after. */
export interface Origin {
  readonly moment: number;
  readonly learn: Int32Array;
  readonly judge: Int32Array;
}

/** Starts of the judged stretches as shares of the rows; each ends where the next begins. */
export const ORIGIN_SHARES = [0.55, 0.7, 0.85] as const;

/**
 * Rolling origins over the rows in time. Rows of one moment are never on both sides. An origin whose two sides do not
 * both hold both classes is left out.
 */
export function rollingOrigins(dataset: Labelled, shares: readonly number[] = ORIGIN_SHARES): Origin[] {
  const order = inOrder(dataset);
  const { times, labels } = dataset.facts;
  const cuts = shares.map((share) => {
    let cut = Math.round(order.length * share);
    while (cut > 0 && cut < order.length && times[order[cut]!] === times[order[cut - 1]!]) cut++;
    return cut;
  });
  const origins = cuts.flatMap((cut, i): Origin[] => {
    if (cut >= order.length) return [];
    const moment = times[order[cut]!]!;
    const learn = knownBefore(dataset, order.subarray(0, cut), moment);
    return [{ moment, learn, judge: order.slice(cut, cuts[i + 1] ?? order.length) }];
  });
  const both = (rows: Int32Array): boolean => {
    const positives = rows.reduce((sum, row) => sum + labels[row]!, 0);
    return positives >= LEAST_OF_A_CLASS && rows.length - positives >= LEAST_OF_A_CLASS;
  };
  return origins.filter(({ learn, judge }) => both(learn) && both(judge));
}

const LEAST_OF_A_CLASS = 5;

/** At most `most` of the rows, in their order, drawn with the seed. */
export function thinned(rows: Int32Array, most: number, seed: number): Int32Array {
  if (rows.length <= most) return rows;
  return sample(rows.length, most, randomFrom(seed)).map((i) => rows[i]!);
}
