import { beforeAll, describe, expect, it } from 'vitest';
import { riskModel } from '#models/load-model.ts';
import type { ModelFile, NetworkBody } from '#models/model-file.ts';
import { logSurvival, networkRunner, survivalQuantile } from '#models/network.ts';
import { isTransitModel, type TransitModel } from '#models/risk-model.ts';
import { fitCalibrated } from '#training/fit-calibrated.ts';
import { neuralTrainer } from '#training/trainers/neural.ts';
import { loadTensorFlow } from '#training/trainers/tensorflow.ts';
import type { TrainingData } from '#training/trainers/trainer.ts';
import { transitData } from './transit-samples.ts';

const free = (data: TrainingData): TrainingData => ({
  ...data,
  featureSet: {
    ...data.featureSet,
    features: data.featureSet.features.map((f) => (f.name === 'promisedDays' ? f : { ...f, monotone: 0 as const })),
  },
});

describe('neural', () => {
  const trainer = neuralTrainer({ epochs: 8, maxRows: 4000 });
  const test = free(transitData(2000, 2));
  let file: ModelFile;
  let model: TransitModel;
  beforeAll(async () => {
    file = (await fitCalibrated(trainer, free(transitData(5000, 1)), { seed: 1 })).file;
    const loaded = riskModel(file, '0'.repeat(64), 0);
    if (!isTransitModel(loaded)) throw new Error('not a transit model');
    model = loaded;
  }, 60_000);

  it('beats the base rate by far, and its quantiles cover what they say', () => {
    const share = test.labels.reduce((sum, label) => sum + label, 0) / test.labels.length;
    const base = -(share * Math.log(share) + (1 - share) * Math.log(1 - share));
    const said = model.predict(test.matrix);
    const loss = said.reduce((sum, p, row) => sum - Math.log(test.labels[row] === 1 ? p : 1 - p), 0) / said.length;
    expect(loss).toBeLessThan(0.85 * base);
    const days = model.transitDays(test.matrix, [0.5, 0.9]);
    const covered = [0, 1].map(
      (i) => test.durations!.filter((duration, row) => duration <= days[row * 2 + i]!).length / test.matrix.rows,
    );
    expect(Math.abs(covered[0]! - 0.5)).toBeLessThan(0.06);
    expect(Math.abs(covered[1]! - 0.9)).toBeLessThan(0.05);
  });

  it('runs in plain arithmetic to what TensorFlow computes from the same weights', async () => {
    const { tf } = await loadTensorFlow();
    const body = file.body as NetworkBody;
    const runner = networkRunner(body);
    const hazards = new Float64Array(runner.bins);
    runner.run(test.matrix.values, 0, hazards);
    const { termInput } = await import('#models/linear-model.ts');
    const inputs = body.inputs.map((term) => termInput(term, test.matrix.values[term.feature]!));
    const theirs = tf.tidy(() => {
      let values = tf.tensor2d([inputs]);
      for (const { weights, biases, inputs: from, outputs, activation } of body.layers) {
        values = values.matMul(tf.tensor2d(weights, [from, outputs])).add(tf.tensor1d(biases));
        if (activation === 'relu') values = values.relu();
      }
      return values.dataSync();
    });
    hazards.forEach((hazard, bin) => {
      expect(hazard).toBeCloseTo(theirs[bin]!, 4);
    });
  });

  it('does not read the promise: only what is compared with it changes', () => {
    const later = test.matrix.values.map((value, i) => (i % 4 === 0 ? value + 2 : value));
    const matrix = { ...test.matrix, values: later };
    expect(model.transitDays(matrix, [0.3])).toEqual(model.transitDays(test.matrix, [0.3]));
    const [before, after] = [model.predict(test.matrix), model.predict(matrix)];
    before.forEach((p, row) => {
      if (!Number.isNaN(test.matrix.values[row * 4]!)) expect(after[row]!).toBeLessThanOrEqual(p);
    });
  });

  it('refuses sets whose constraints a network cannot hold', () => {
    expect(trainer.refuses(transitData(100, 1))).toContain('`distance`');
    expect(trainer.refuses(test)).toBeUndefined();
  });
});

describe('survival', () => {
  const edges = Float64Array.of(1, 2, 4);
  const hazards = Float64Array.of(0, 0, 0); // half of what is left arrives in each bin

  it.each([
    [0, 0],
    [1, 1],
    [1.5, 1.5],
    [2, 2],
    [3, 2.5],
    [4, 3],
    [6, 4],
  ])('after %f days %f halvings', (days, halvings) => {
    expect(logSurvival(edges, hazards, days)).toBeCloseTo(-halvings * Math.LN2, 12);
  });

  it('quantiles are the days at which that share has arrived', () => {
    for (const quantile of [0.01, 0.3, 0.5, 0.75, 0.8, 0.95]) {
      const days = survivalQuantile(edges, hazards, quantile);
      expect(Math.exp(logSurvival(edges, hazards, days))).toBeCloseTo(1 - quantile, 10);
    }
  });
});
