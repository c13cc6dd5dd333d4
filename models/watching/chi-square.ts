/** Logarithm of the gamma function for x > 0 (Lanczos, g = 7). */
function logGamma(x: number): number {
  const series = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  const z = x - 1;
  const sum = series.reduce((total, c, i) => total + c / (z + i + 1), 0.9999999999998099);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Share of the chi-square distribution below x: the regularised lower incomplete gamma function as a series. */
export function chiSquareBelow(x: number, degrees: number): number {
  if (x <= 0) return 0;
  const a = degrees / 2;
  const half = x / 2;
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 10_000 && term > sum * 1e-16; n++) {
    term *= half / (a + n);
    sum += term;
  }
  return Math.min(1, sum * Math.exp(-half + a * Math.log(half) - logGamma(a)));
}

/** The value that a chi-square variable stays below with probability `share`. */
export function chiSquareQuantile(share: number, degrees: number): number {
  let low = 0;
  let high = degrees + 10 * Math.sqrt(2 * degrees) + 100;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (chiSquareBelow(middle, degrees) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
