/** How a challenger that scores in shadow compares with the champion on the same rows. Plain data. */
export interface ShadowComparison {
  readonly rows: number;
  /** Rows on which only one of the two is at or above the threshold. */
  readonly flips: number;
  readonly absoluteDifference: number;
  /** Rows whose outcome is known, and the champion's log loss less the challenger's: its sum and sum of squares. */
  readonly outcomes: number;
  readonly gain: number;
  readonly gainSquared: number;
}

export const NO_COMPARISON: ShadowComparison = {
  rows: 0,
  flips: 0,
  absoluteDifference: 0,
  outcomes: 0,
  gain: 0,
  gainSquared: 0,
};

export function afterShadowScores(
  comparison: ShadowComparison,
  champion: Float64Array,
  challenger: Float64Array,
  threshold: number,
): ShadowComparison {
  let { flips, absoluteDifference } = comparison;
  champion.forEach((p, row) => {
    if (p >= threshold !== challenger[row]! >= threshold) flips++;
    absoluteDifference += Math.abs(p - challenger[row]!);
  });
  return { ...comparison, rows: comparison.rows + champion.length, flips, absoluteDifference };
}

export function afterShadowOutcome(
  comparison: ShadowComparison,
  champion: number,
  challenger: number,
  label: number,
): ShadowComparison {
  const loss = (p: number): number => -Math.log(Math.max(1e-15, label === 1 ? p : 1 - p));
  const gain = loss(champion) - loss(challenger);
  return {
    ...comparison,
    outcomes: comparison.outcomes + 1,
    gain: comparison.gain + gain,
    gainSquared: comparison.gainSquared + gain * gain,
  };
}

/** Mean gain of the challenger for each outcome in log loss, with the 95% interval of the mean. */
export function shadowGain({ outcomes, gain, gainSquared }: ShadowComparison): {
  mean: number;
  interval: readonly [number, number];
} {
  const mean = gain / outcomes;
  const variance = Math.max(0, gainSquared / outcomes - mean * mean);
  const half = 1.96 * Math.sqrt(variance / outcomes);
  return { mean, interval: [mean - half, mean + half] };
}
