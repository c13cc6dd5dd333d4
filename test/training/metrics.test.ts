import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  calibrationError,
  calibrationLine,
  intervals,
  measure,
  nullCalibrationError,
  quantile,
  reliability,
  scored,
  subset,
} from '#training/metrics.ts';
import { randomFrom } from '#training/random.ts';

const rows = (probabilities: number[], labels: number[]) =>
  scored(Float64Array.from(probabilities), Float64Array.from(labels));

test('four rows by hand', () => {
  const metrics = measure(rows([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]));
  expect(metrics.rocAuc).toBe(0.75);
  expect(metrics.prAuc).toBeCloseTo(0.5 * 1 + 0.5 * (2 / 3), 12);
  expect(metrics.brier).toBeCloseTo((0.01 + 0.16 + 0.4225 + 0.04) / 4, 12);
  expect(metrics.logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.6) + Math.log(0.35) + Math.log(0.8)) / 4, 12);
});

test('ties count half, and a constant has the base rate as its average precision', () => {
  const metrics = measure(rows([0.3, 0.3, 0.3, 0.3], [1, 0, 0, 0]));
  expect(metrics.rocAuc).toBe(0.5);
  expect(metrics.prAuc).toBe(0.25);
});

test('one class only has no ranking', () => {
  expect(measure(rows([0.2, 0.4], [0, 0])).rocAuc).toBeNaN();
});

test('equal to what scikit-learn gives on 400 rows', () => {
  const recorded = JSON.parse(readFileSync(new URL('recorded-metrics.json', import.meta.url), 'utf8'));
  const sample = rows(recorded.probabilities, recorded.labels);
  const metrics = measure(sample);
  for (const name of ['rocAuc', 'prAuc', 'brier', 'logLoss'] as const)
    expect(metrics[name]).toBeCloseTo(recorded[name], 10);
  const line = calibrationLine(sample);
  expect(line.slope).toBeCloseTo(recorded.slope, 5);
  expect(line.intercept).toBeCloseTo(recorded.intercept, 5);
});

test('ROC AUC is the share of pairs in the right order, whatever the ties', () => {
  const pair = fc.record({ p: fc.integer({ min: 0, max: 5 }).map((n) => n / 5), y: fc.integer({ min: 0, max: 1 }) });
  fc.assert(
    fc.property(fc.array(pair, { minLength: 2, maxLength: 30 }), (sample) => {
      const ones = sample.filter(({ y }) => y === 1);
      const zeros = sample.filter(({ y }) => y === 0);
      fc.pre(ones.length > 0 && zeros.length > 0);
      let right = 0;
      for (const a of ones) for (const b of zeros) right += a.p > b.p ? 1 : a.p === b.p ? 0.5 : 0;
      const metrics = measure(
        rows(
          sample.map(({ p }) => p),
          sample.map(({ y }) => y),
        ),
      );
      expect(metrics.rocAuc).toBeCloseTo(right / (ones.length * zeros.length), 12);
    }),
  );
});

test('a bootstrap count of 2 is the same as the row twice', () => {
  const sample = rows([0.1, 0.7, 0.6, 0.2], [0, 1, 0, 1]);
  const doubled = rows([0.1, 0.7, 0.7, 0.2, 0.2], [0, 1, 1, 1, 1]);
  expect(measure(sample, Uint16Array.of(1, 2, 0, 2))).toEqual(measure(doubled));
});

describe('calibration', () => {
  test('bins of equal rows, by hand', () => {
    const sample = rows([0.1, 0.2, 0.7, 0.9], [0, 1, 1, 1]);
    expect(reliability(sample, 2)).toEqual([
      { rows: 2, predicted: expect.closeTo(0.15, 12), observed: 0.5 },
      { rows: 2, predicted: expect.closeTo(0.8, 12), observed: 1 },
    ]);
    expect(calibrationError(sample, 2)).toBeCloseTo(0.5 * 0.35 + 0.5 * 0.2, 12);
  });

  test('the null p95 for 1,000 rows is what was measured for a perfect model, near .048', () => {
    const random = randomFrom(5);
    const probabilities = Float64Array.from({ length: 1000 }, () => random.next());
    const sample = scored(
      probabilities,
      probabilities.map((p) => (random.next() < p ? 1 : 0)),
    );
    const limit = nullCalibrationError(sample, 1);
    expect(limit).toBeGreaterThan(0.03);
    expect(limit).toBeLessThan(0.055);
    expect(nullCalibrationError(sample, 1)).toBe(limit);
  });

  test('log odds stretched by two have slope one half', () => {
    const random = randomFrom(7);
    const truth = Float64Array.from({ length: 20_000 }, () => 4 * random.next() - 2);
    const labels = truth.map((x) => (random.next() < 1 / (1 + Math.exp(-x)) ? 1 : 0));
    const line = calibrationLine(
      scored(
        truth.map((x) => 1 / (1 + Math.exp(-2 * x))),
        labels,
      ),
    );
    expect(line.slope).toBeCloseTo(0.5, 1);
  });
});

test('intervals hold the estimate and shrink with more rows', () => {
  const random = randomFrom(2);
  const make = (count: number) => {
    const p = Float64Array.from({ length: count }, () => random.next());
    return scored(
      p,
      p.map((x) => (random.next() < x ? 1 : 0)),
    );
  };
  const [small, large] = [make(200), make(4000)];
  const width = (sample: typeof small) => {
    const [low, high] = intervals(sample, 1, 100).rocAuc;
    const { rocAuc } = measure(sample);
    expect(low).toBeLessThan(rocAuc);
    expect(high).toBeGreaterThan(rocAuc);
    return high - low;
  };
  expect(width(large)).toBeLessThan(width(small));
});

test('a segment keeps its rows', () => {
  const part = subset(rows([0.1, 0.9, 0.5], [0, 1, 1]), (row) => row !== 1);
  expect([...part.probabilities]).toEqual([0.1, 0.5]);
  expect([...part.order]).toEqual([1, 0]);
});

test('quantiles lie on the line between neighbours', () => {
  expect(quantile(Float64Array.of(0, 10), 0.25)).toBe(2.5);
});
