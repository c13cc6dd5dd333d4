/**
 * A map from a model's probability to a calibrated one. `platt`: log odds = slope * logit(p) + intercept.
 * `beta`: a log p - b log(1 - p) + c. `isotonic`: straight lines between rising points.
 */
export type Calibration =
  | { readonly method: 'none' }
  | { readonly method: 'platt'; readonly slope: number; readonly intercept: number }
  | { readonly method: 'beta'; readonly a: number; readonly b: number; readonly c: number }
  | { readonly method: 'isotonic'; readonly x: readonly number[]; readonly y: readonly number[] };
