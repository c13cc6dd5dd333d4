import { describe, expect, it } from 'vitest';
import { calibrated, rounded } from '#models/calibration.ts';
import { logit, sigmoid } from '#models/fixed-math.ts';
import { chooseCalibration, fitCalibration } from '#training/calibrate.ts';
import { fitLogistic } from '#training/logistic-fit.ts';
import { randomFrom } from '#training/random.ts';

/** True probabilities, labels drawn from them, and what a model that bends them says. */
function sample(rows: number, seed: number, bend: (p: number) => number) {
  const random = randomFrom(seed);
  const truth = Float64Array.from({ length: rows }, () => 0.02 + 0.96 * random.next() ** 2);
  const labels = truth.map((p) => (random.next() < p ? 1 : 0));
  return { truth, labels, said: truth.map(bend) };
}

function meanError(calibration: Parameters<typeof calibrated>[0], { truth, said }: ReturnType<typeof sample>): number {
  return said.reduce((sum, p, row) => sum + Math.abs(calibrated(calibration, p) - truth[row]!), 0) / said.length;
}

describe('calibration', () => {
  it('leaves a calibrated model alone', () => {
    const { calibration } = chooseCalibration(...args(sample(4000, 1, (p) => p)));
    expect(calibration.method).toBe('none');
  });

  it('puts an overconfident model right by Platt or beta', () => {
    const rows = sample(4000, 2, (p) => sigmoid(2 * logit(p) + 0.5));
    const { calibration, logLoss } = chooseCalibration(...args(rows));
    expect(['platt', 'beta']).toContain(calibration.method);
    expect(logLoss[calibration.method]!).toBeLessThan(logLoss.none! - 0.01);
    expect(meanError(calibration, rows)).toBeLessThan(0.02);
  });

  it('uses isotonic for a bend no curve has, and only with 1,000 rows of the rarer class', () => {
    const bend = (p: number) => (p < 0.3 ? p / 10 : p < 0.6 ? 0.03 + (p - 0.3) * 3 : 0.93 + (p - 0.6) / 10);
    const many = chooseCalibration(...args(sample(20_000, 3, bend)));
    expect(many.calibration.method).toBe('isotonic');
    expect(meanError(many.calibration, sample(5000, 4, bend))).toBeLessThan(0.02);
    const few = chooseCalibration(...args(sample(1500, 3, bend)));
    expect(few.logLoss.isotonic).toBeUndefined();
    expect(few.calibration.method).not.toBe('isotonic');
  });

  it('keeps none with fewer than ten rows of a class', () => {
    const labels = Float64Array.from({ length: 500 }, (_, row) => (row < 9 ? 1 : 0));
    expect(chooseCalibration(new Float64Array(500).fill(0.3), labels).calibration).toEqual({ method: 'none' });
  });

  it('says the mean over a level that is not known, and keeps the order', () => {
    const spread = { method: 'none', levelSpread: 0.8 } as const;
    const points = Array.from({ length: 999 }, (_, i) => calibrated(spread, (i + 1) / 1000));
    expect(points.every((p, i) => i === 0 || p > points[i - 1]!)).toBe(true);
    const steps = Array.from({ length: 2001 }, (_, i) => -8 + i * 0.008);
    const weight = (z: number): number => Math.exp((-z * z) / 2);
    const slow = (p: number): number =>
      steps.reduce((sum, z) => sum + weight(z) * sigmoid(logit(p) + 0.8 * z), 0) /
      steps.reduce((sum, z) => sum + weight(z), 0);
    for (const p of [0.02, 0.1, 0.5, 0.9]) expect(calibrated(spread, p)).toBeCloseTo(slow(p), 2);
    expect(calibrated({ method: 'none', levelSpread: 0 }, 0.1)).toBe(0.1);
  });

  it('never turns the order of two probabilities around', () => {
    const random = randomFrom(6);
    for (let run = 0; run < 30; run++) {
      const labels = Float64Array.from({ length: 300 }, () => random.below(2));
      const said = labels.map(() => random.next());
      for (const method of ['platt', 'beta', 'isotonic'] as const) {
        const calibration = fitCalibration(method, said, labels);
        const points = Array.from({ length: 999 }, (_, i) => calibrated(calibration, (i + 1) / 1000));
        expect(points.filter((p, i) => p < (points[i - 1] ?? 0) - 1e-12)).toEqual([]);
      }
    }
  });

  it('rounds to a millionth within [1e-6, 1 - 1e-6]', () => {
    expect(rounded(0)).toBe(1e-6);
    expect(rounded(1)).toBe(0.999999);
    expect(rounded(0.123456499)).toBe(0.123456);
    expect(calibrated({ method: 'isotonic', x: [0.2, 0.4], y: [0.1, 0.5] }, 0.3)).toBeCloseTo(0.3, 12);
  });
});

describe('fitLogistic', () => {
  it('finds the maximum: the gradient of the penalised loss is 0 there', () => {
    const random = randomFrom(7);
    const columns = [0, 1, 2].map(() => Float64Array.from({ length: 500 }, () => random.next() * 2 - 1));
    const labels = columns[0]!.map((x, row) => (random.next() < sigmoid(1 + 2 * x - columns[1]![row]!) ? 1 : 0));
    const fitted = fitLogistic(columns, labels, 0.7);
    const errors = labels.map(
      (label, row) =>
        sigmoid(fitted[0]! + columns.reduce((sum, column, i) => sum + fitted[i + 1]! * column[row]!, 0)) - label,
    );
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0))).toBeLessThan(1e-3);
    columns.forEach((column, i) => {
      const gradient = errors.reduce((sum, error, row) => sum + error * column[row]!, 0.7 * fitted[i + 1]!);
      expect(Math.abs(gradient)).toBeLessThan(1e-3);
    });
  });
});

function args({ said, labels }: ReturnType<typeof sample>): [Float64Array, Float64Array] {
  return [said, labels];
}
