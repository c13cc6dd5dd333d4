/** What calibrated probabilities promise about their own quality, before any outcome is known (CBPE). */
export interface EstimatedPerformance {
  readonly rows: number;
  readonly rate: number;
  readonly brier: number;
  readonly logLoss: number;
  /** NaN where no pair of outcomes is expected. */
  readonly rocAuc: number;
}

/** Expectation of each metric when every probability is right. It cannot see drift of the outcomes themselves. */
export function estimatePerformance(probabilities: Float64Array): EstimatedPerformance {
  const rows = probabilities.length;
  let [rate, brier, logLoss] = [0, 0, 0];
  for (const p of probabilities) {
    rate += p;
    brier += p * (1 - p);
    logLoss -= p > 0 && p < 1 ? p * Math.log(p) + (1 - p) * Math.log(1 - p) : 0;
  }
  // Of all pairs of an expected positive and an expected negative, those in the right order; ties count half.
  const sorted = probabilities.slice().sort();
  let [pairs, below] = [0, 0];
  for (let i = 0; i < rows; ) {
    let [positives, negatives] = [0, 0];
    const p = sorted[i]!;
    for (; i < rows && sorted[i] === p; i++) {
      positives += p;
      negatives += 1 - p;
    }
    pairs += positives * (below + negatives / 2);
    below += negatives;
  }
  return {
    rows,
    rate: rate / rows,
    brier: brier / rows,
    logLoss: logLoss / rows,
    rocAuc: pairs / (rate * (rows - rate)),
  };
}
