import { fixedExp, fixedLog, logit, sigmoid } from '#models/fixed-math.ts';

/**
 * A map from a model's probability to a calibrated one. `platt`: log odds = slope * logit(p) + intercept.
 * `beta`: log odds = a log p - b log(1 - p) + c (Kull et al. 2017). `isotonic`: straight lines between rising points.
 */
type Shape =
  | { readonly method: 'none' }
  | { readonly method: 'platt'; readonly slope: number; readonly intercept: number }
  | { readonly method: 'beta'; readonly a: number; readonly b: number; readonly c: number }
  | { readonly method: 'isotonic'; readonly x: readonly number[]; readonly y: readonly number[] };

/**
 * `levelSpread`: standard deviation, in log odds, of the level of a window that is not known yet. The probability said
 * is the mean over it, which keeps the order of all rows.
 */
export type Calibration = Shape & { readonly levelSpread?: number };

/** Gauss and Hermite's three points and weights for a standard normal. */
const NORMAL = [
  [-Math.sqrt(3), 1 / 6],
  [0, 2 / 3],
  [Math.sqrt(3), 1 / 6],
] as const;

/** Every probability the models give lies in [1e-6, 1 - 1e-6] and is a multiple of 1e-6. */
const STEPS = 1_000_000;

/** The calibrated probability, not rounded yet. `p` is clamped to the open interval first. */
export function calibrated(calibration: Calibration, p: number): number {
  const known = shaped(calibration, p);
  const { levelSpread = 0 } = calibration;
  if (levelSpread === 0) return known;
  const odds = logit(Math.min(Math.max(known, 1e-12), 1 - 1e-12));
  return NORMAL.reduce((sum, [at, weight]) => sum + weight * sigmoid(odds + levelSpread * at), 0);
}

function shaped(calibration: Shape, p: number): number {
  const inside = Math.min(Math.max(p, 1e-12), 1 - 1e-12);
  switch (calibration.method) {
    case 'none':
      return inside;
    case 'platt':
      return sigmoid(calibration.slope * logit(inside) + calibration.intercept);
    case 'beta':
      return sigmoid(calibration.a * fixedLog(inside) - calibration.b * fixedLog(1 - inside) + calibration.c);
    case 'isotonic':
      return interpolated(calibration.x, calibration.y, inside);
  }
}

/** Rounds to 1e-6 within [1e-6, 1 - 1e-6]. */
export function rounded(p: number): number {
  return Math.min(Math.max(Math.round(p * STEPS), 1), STEPS - 1) / STEPS;
}

/** Straight lines between the points (x rising, y never falling); flat outside them. */
function interpolated(x: readonly number[], y: readonly number[], at: number): number {
  const last = x.length - 1;
  if (at <= x[0]!) return y[0]!;
  if (at >= x[last]!) return y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (x[middle]! <= at) low = middle;
    else high = middle;
  }
  return y[low]! + ((y[high]! - y[low]!) * (at - x[low]!)) / (x[high]! - x[low]!);
}

/** `f p / (f p + 1 - p)`: the same evidence under other odds. */
export function withOdds(p: number, factor: number): number {
  return (factor * p) / (factor * p + 1 - p);
}

/** Probability of a margin under a link; see model-file.ts. */
export function linked(link: { kind: 'sigmoid'; slope: number } | { kind: 'odds'; factor: number }, margin: number) {
  if (link.kind === 'sigmoid') return 1 / (1 + fixedExp(-link.slope * margin));
  return withOdds(Math.min(Math.max(margin, 0), 1), link.factor);
}
