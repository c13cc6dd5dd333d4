/** Gauss-Legendre points and weights on [0, 1]: exact for polynomials of degree up to `2 * count - 1`. */
export function quadrature(count: number): { points: Float64Array; weights: Float64Array } {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    // Newton's method on the Legendre polynomial, from Tricomi's first guess.
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let now = 1;
      let last = 0;
      for (let n = 1; n <= count; n++) {
        const next = ((2 * n - 1) * x * now - (n - 1) * last) / n;
        last = now;
        now = next;
      }
      slope = (count * (x * now - last)) / (x * x - 1);
      const change = now / slope;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    points[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
