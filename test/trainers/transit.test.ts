import { beforeAll, describe, expect, it } from 'vitest';
import { riskModel } from '#models/load-model.ts';
import { isTransitModel, type TransitModel } from '#models/risk-model.ts';
import { fitCalibrated } from '#training/fit-calibrated.ts';
import { boostedTransitTrainer, twoStageTrainer } from '#training/trainers/transit.ts';
import { sampleData } from './samples.ts';
import { transitData } from './transit-samples.ts';

const test = transitData(4000, 2);

function logLoss(probabilities: Float64Array): number {
  let sum = 0;
  probabilities.forEach((p, row) => {
    sum -= Math.log(test.labels[row] === 1 ? p : 1 - p);
  });
  return sum / probabilities.length;
}

describe.each([
  ['boosted-transit', boostedTransitTrainer({ rounds: 120 })],
  ['boosted-two-stage', twoStageTrainer({ rounds: 120 })],
])('%s', (_, trainer) => {
  let model: TransitModel;
  beforeAll(async () => {
    const { file } = await fitCalibrated(trainer, transitData(6000, 1), { seed: 1 });
    const loaded = riskModel(file, '0'.repeat(64), 0);
    if (!isTransitModel(loaded)) throw new Error('not a transit model');
    model = loaded;
  }, 60_000);

  it('beats the base rate by far', () => {
    const share = test.labels.reduce((sum, label) => sum + label, 0) / test.labels.length;
    const base = -(share * Math.log(share) + (1 - share) * Math.log(1 - share));
    expect(logLoss(model.predict(test.matrix))).toBeLessThan(0.8 * base);
  });

  it('gives quantiles that rise and cover what they say', () => {
    const quantiles = [0.1, 0.5, 0.9];
    const days = model.transitDays(test.matrix, quantiles);
    const below = [0, 0, 0];
    for (let row = 0; row < test.matrix.rows; row++) {
      expect(days[row * 3]!).toBeLessThan(days[row * 3 + 1]!);
      expect(days[row * 3 + 1]!).toBeLessThan(days[row * 3 + 2]!);
      for (let i = 0; i < 3; i++) if (test.durations![row]! <= days[row * 3 + i]!) below[i]! += 1 / test.matrix.rows;
    }
    quantiles.forEach((quantile, i) => {
      expect(Math.abs(below[i]! - quantile)).toBeLessThan(0.035);
    });
    expect(() => model.transitDays(test.matrix, [1])).toThrow();
  });

  it('is never surer of lateness when the promise is looser or the way shorter', () => {
    for (const [column, change] of [
      [0, 1.5],
      [1, -300],
    ] as const) {
      const values = test.matrix.values.map((value, i) => (i % 4 === column ? value + change : value));
      const before = model.predict(test.matrix);
      const after = model.predict({ ...test.matrix, values });
      const worse = after.filter((p, row) => p > before[row]! && !Number.isNaN(test.matrix.values[row * 4]!));
      expect(worse.length).toBe(0);
    }
  });

  it('adds up to its margin', () => {
    const margins = model.margins(test.matrix);
    for (let row = 0; row < 50; row++) {
      const { base, contributions } = model.attribute(test.matrix, row);
      expect(Math.abs(contributions.reduce((sum, value) => sum + value, base) - margins[row]!)).toBeLessThan(1e-6);
    }
  });
});

describe('transit families', () => {
  it('say why they cannot learn from a set without transit times or promise', () => {
    const trainer = boostedTransitTrainer();
    expect(trainer.refuses(sampleData(100, 1))).toBe('the set has no transit times');
    expect(trainer.refuses({ ...sampleData(100, 1), durations: new Float64Array(100).fill(1) })).toContain(
      'promisedDays',
    );
    expect(trainer.refuses(test)).toBeUndefined();
  });
});
