import { describe, expect, test } from 'vitest';
import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import { chiSquareBelow, chiSquareQuantile } from '#models/watching/chi-square.ts';
import { afterOutcome, alarmHeight, type ErrorStream, QUIET } from '#models/watching/error-stream.ts';
import { estimatePerformance } from '#models/watching/estimate.ts';
import { emptyWindow, observe, populationShifts } from '#models/watching/population.ts';
import { binOf, type DriftReference, numberDistribution, referenceOf } from '#models/watching/reference.ts';
import { afterShadowOutcome, afterShadowScores, NO_COMPARISON, shadowGain } from '#models/watching/shadow.ts';
import { ALARM_RATE, startWatch, type Watch, WINDOW_ROWS, watchOutcome, watchScores } from '#models/watching/watch.ts';
import { measure, scored } from '#training/metrics.ts';
import { randomFrom } from '#training/random.ts';

const featureSet: FeatureSet = {
  featureSetId: 'watched@1',
  task: 'delay',
  features: [
    { name: 'load', type: 'number', unit: 'units', description: 'skewed, sometimes missing' },
    { name: 'days', type: 'number', unit: 'days', description: 'even' },
    { name: 'mode', type: 'category', unit: 'category', description: 'three kinds', categories: ['A', 'B', 'C'] },
  ],
};

/** Rows of a small world; `shift` moves the days, `late` the chance of the outcome beyond what is predicted. */
function world(seed: number) {
  const random = randomFrom(seed);
  return (rows: number, { shift = 0, late = 0 } = {}) => {
    const values = new Float64Array(rows * 3);
    const probabilities = new Float64Array(rows);
    const labels = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const days = random.next() * (1 - shift) + shift;
      values[row * 3] = random.next() < 0.1 ? Number.NaN : -Math.log(1 - random.next());
      values[row * 3 + 1] = days;
      values[row * 3 + 2] = random.below(3);
      probabilities[row] = 1 / (1 + Math.exp(4 - 3 * days));
      labels[row] = random.next() < Math.min(1, probabilities[row]! + late) ? 1 : 0;
    }
    const matrix: FeatureMatrix = { rows, columns: 3, values };
    return { matrix, probabilities, labels };
  };
}

function referenceFrom(draw: ReturnType<typeof world>): DriftReference {
  const { matrix, probabilities, labels } = draw(5000);
  return referenceOf(featureSet, matrix, probabilities, labels);
}

function watched(watch: Watch, reference: DriftReference, rows: ReturnType<ReturnType<typeof world>>): Watch {
  let next = watchScores(watch, reference, rows.matrix, rows.probabilities);
  rows.labels.forEach((label, row) => {
    next = watchOutcome(next, reference, rows.probabilities[row]!, label);
  });
  return next;
}

test('200 streams without drift: no more alarms than the stated rate', () => {
  let alarms = 0;
  for (let stream = 0; stream < 200; stream++) {
    const draw = world(1000 + stream);
    const reference = referenceFrom(draw);
    let watch = startWatch(reference);
    let alarmed = false;
    for (let window = 0; window < 5; window++) {
      watch = watched(watch, reference, draw(WINDOW_ROWS));
      alarmed ||= watch.last.state !== 'none';
    }
    if (alarmed) alarms++;
  }
  // Five windows and one error stream, each at the stated rate.
  expect(alarms / 200).toBeLessThanOrEqual(6 * ALARM_RATE);
});

test('small windows without drift keep the rate too, where an index above 0.1 alone would not', () => {
  let [alarms, naive] = [0, 0];
  for (let stream = 0; stream < 200; stream++) {
    const draw = world(stream);
    const reference = referenceFrom(draw);
    const { matrix, probabilities } = draw(100);
    const shifts = populationShifts(observe(emptyWindow(reference), reference, matrix, probabilities), reference, 0.05);
    if (shifts.some(({ shifted }) => shifted)) alarms++;
    if (shifts.some(({ psi }) => psi > 0.1)) naive++;
  }
  expect(alarms / 200).toBeLessThanOrEqual(0.05);
  expect(naive / 200).toBeGreaterThan(0.2);
});

describe('planted changes are found', () => {
  test('inputs that moved, named, within one window', () => {
    const draw = world(3);
    const reference = referenceFrom(draw);
    const { matrix, probabilities } = draw(WINDOW_ROWS, { shift: 0.4 });
    const { last } = watchScores(startWatch(reference), reference, matrix, probabilities);
    expect(last.shifts.filter(({ shifted }) => shifted).map(({ name }) => name)).toEqual(['days', 'score']);
    expect(last.state).toBe('drifted');
  });

  test('outcomes that got worse while inputs stayed, in at least 19 of 20 streams', () => {
    let found = 0;
    for (let stream = 0; stream < 20; stream++) {
      const draw = world(50 + stream);
      const reference = referenceFrom(draw);
      let watch = startWatch(reference);
      for (let window = 0; window < 3; window++) watch = watched(watch, reference, draw(WINDOW_ROWS, { late: 0.1 }));
      if (watch.last.errorAlarm && watch.last.state === 'drifted') found++;
    }
    expect(found).toBeGreaterThanOrEqual(19);
  });

  test('a value that was always missing and now comes', () => {
    const missing = numberDistribution('x', new Float64Array(2000).fill(Number.NaN));
    const reference: DriftReference = { ...referenceFrom(world(1)), features: [missing] };
    const matrix = { rows: 500, columns: 1, values: new Float64Array(500).fill(7) };
    const window = observe(emptyWindow(reference), reference, matrix, world(9)(500).probabilities);
    expect(populationShifts(window, reference, 0.01)[0]).toMatchObject({ name: 'x', shifted: true });
  });
});

test('an alarm of the error stream stays, and the height grows with the certainty asked for', () => {
  let stream: ErrorStream = QUIET;
  const reference = { rows: 10_000, mean: 0.05, deviation: 0.1 };
  for (let i = 0; i < 1000; i++) stream = afterOutcome(stream, reference, 0.1, 1, 0.01);
  expect(stream.alarm).toBe(true);
  for (let i = 0; i < 1000; i++) stream = afterOutcome(stream, reference, 0, 0, 0.01);
  expect(stream).toMatchObject({ alarm: true, outcomes: 2000 });
  expect(alarmHeight(0.001)).toBeGreaterThan(alarmHeight(0.01));
});

test('chi-square quantiles as printed in tables', () => {
  expect(chiSquareQuantile(0.95, 9)).toBeCloseTo(16.919, 3);
  expect(chiSquareQuantile(0.999, 1)).toBeCloseTo(10.828, 3);
  expect(chiSquareBelow(2, 2)).toBeCloseTo(1 - Math.exp(-1), 10);
});

test('the estimate without labels is near what the labels say when the probabilities are right', () => {
  const { probabilities, labels } = world(11)(20_000);
  const estimated = estimatePerformance(probabilities);
  const found = measure(scored(probabilities, labels));
  expect(estimated.rocAuc).toBeCloseTo(found.rocAuc, 1);
  expect(Math.abs(estimated.brier - found.brier)).toBeLessThan(0.005);
  expect(Math.abs(estimated.logLoss - found.logLoss)).toBeLessThan(0.01);
});

test('the estimate by hand: two rows of .2 and .8', () => {
  const { rate, brier, rocAuc } = estimatePerformance(Float64Array.of(0.2, 0.8));
  expect(rate).toBeCloseTo(0.5, 12);
  expect(brier).toBeCloseTo(0.16, 12);
  // Pairs: .8 x .8 in order, .2 x .2 reversed, .2 x .8 twice against itself.
  expect(rocAuc).toBeCloseTo((0.8 * 0.8 + 0.5 * (0.2 * 0.8 + 0.8 * 0.2)) / 1, 12);
});

test('a challenger in shadow: flips, distance and gain by hand', () => {
  let comparison = afterShadowScores(NO_COMPARISON, Float64Array.of(0.4, 0.6), Float64Array.of(0.6, 0.7), 0.5);
  expect(comparison).toMatchObject({ rows: 2, flips: 1 });
  expect(comparison.absoluteDifference).toBeCloseTo(0.3, 12);
  for (let i = 0; i < 50; i++) comparison = afterShadowOutcome(comparison, 0.4, 0.6, 1);
  const { mean, interval } = shadowGain(comparison);
  expect(mean).toBeCloseTo(Math.log(0.6) - Math.log(0.4), 9);
  expect(interval[0]).toBeGreaterThan(0);
});

test('a value on an edge is in the upper bin, and missing has a bin of its own', () => {
  const distribution = numberDistribution('x', Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  expect(binOf(distribution, distribution.edges[0]!)).toBe(1);
  expect(binOf(distribution, -100)).toBe(0);
  expect(binOf(distribution, Number.NaN)).toBe(distribution.edges.length + 1);
  expect(distribution.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
});
