import { describe, expect, it } from 'vitest';
import { DomainError } from '#domain/problems.ts';
import type { FeatureMatrix } from '#domain/risk.ts';
import { riskModel } from '#models/load-model.ts';
import { decodeModel, encodeModel } from '#models/model-codec.ts';
import type { RiskModel } from '#models/risk-model.ts';
import { isTransitModel } from '#models/risk-model.ts';
import { fitCalibrated } from '#training/fit-calibrated.ts';
import { randomFrom } from '#training/random.ts';
import { boostedTrainer } from '#training/trainers/boosted.ts';
import { forestTrainer } from '#training/trainers/forest.ts';
import { logisticTrainer } from '#training/trainers/logistic.ts';
import { neuralTrainer } from '#training/trainers/neural.ts';
import type { Trainer, TrainingData } from '#training/trainers/trainer.ts';
import { boostedTransitTrainer, twoStageTrainer } from '#training/trainers/transit.ts';
import { sampleData } from '../trainers/samples.ts';
import { transitData } from '../trainers/transit-samples.ts';

type Make = (rows: number, seed: number) => TrainingData;

/** A network holds only what its form holds: the promise's constraint. */
const promiseOnly: Make = (rows, seed) => {
  const data = transitData(rows, seed);
  const features = data.featureSet.features.map((feature) =>
    feature.name === 'promisedDays' ? feature : { ...feature, monotone: 0 as const },
  );
  return { ...data, featureSet: { ...data.featureSet, features } };
};

/** Every trainer there is; what follows holds for each model one of them gives. */
const trainers: [string, Trainer, Make][] = [
  ['boosted', boostedTrainer({ rounds: 40, rowShare: 0.8 }), sampleData],
  ['logistic', logisticTrainer(), sampleData],
  ['forest', forestTrainer({ trees: 8, bagRows: 300 }), sampleData],
  ['boosted-transit', boostedTransitTrainer({ rounds: 40 }), transitData],
  ['boosted-two-stage', twoStageTrainer({ rounds: 40 }), transitData],
  ['neural', neuralTrainer({ epochs: 3, maxRows: 2000 }), promiseOnly],
];

const load = (text: string): RiskModel => riskModel(decodeModel(text), 'a'.repeat(64), 5);

describe.each(trainers)('a %s model', (name, trainer, make) => {
  const data = make(2500, 1);
  const { matrix } = make(203, 2);
  const fit = async (seed: number) => encodeModel((await fitCalibrated(trainer, data, { seed })).file);
  const text = fit(1);

  it('has the name, family and feature set it was trained with', async () => {
    const model = load(await text);
    expect(trainer.name).toBe(name);
    expect(model.family).toBe(trainer.family);
    expect(model.featureSet).toEqual(data.featureSet);
    expect(model.modelVersion).toBe(`${data.featureSet.task}-${trainer.family}-aaaaaaaaaaaa`);
    expect(model.trainedAt).toBe(5);
  });

  it('gives one probability a row, within [1e-6, 1 - 1e-6], in millionths', async () => {
    const model = load(await text);
    const probabilities = model.predict(matrix);
    expect(probabilities.length).toBe(203);
    for (const p of probabilities) {
      expect(p).toBeGreaterThanOrEqual(1e-6);
      expect(p).toBeLessThanOrEqual(1 - 1e-6);
      expect(p).toBe(Math.round(p * 1e6) / 1e6);
    }
    expect(new Set(probabilities).size).toBeGreaterThan(20);
    expect(model.predict({ ...matrix, rows: 0, values: new Float64Array(0) }).length).toBe(0);
  });

  it('refuses missing, extra and short columns', async () => {
    const model = load(await text);
    const changed: FeatureMatrix[] = [
      { ...matrix, columns: matrix.columns - 1 },
      { ...matrix, columns: matrix.columns + 1 },
      { ...matrix, rows: matrix.rows + 1 },
    ];
    for (const bad of changed) {
      expect(() => model.predict(bad)).toThrow(DomainError);
      expect(() => model.margins(bad)).toThrow(DomainError);
      expect(() => model.attribute(bad, 0)).toThrow(DomainError);
    }
  });

  it("reads features in the set's order: swapped columns give other answers", async () => {
    const model = load(await text);
    const values = matrix.values.map((_, i) => {
      const column = i % matrix.columns;
      return matrix.values[i - column + (column < 2 ? 1 - column : column)]!;
    });
    expect(model.predict({ ...matrix, values })).not.toEqual(model.predict(matrix));
  });

  it('scores a batch as it scores each row alone', async () => {
    const model = load(await text);
    const [probabilities, margins] = [model.predict(matrix), model.margins(matrix)];
    for (let row = 0; row < matrix.rows; row++) {
      const values = matrix.values.slice(row * matrix.columns, (row + 1) * matrix.columns);
      expect(model.predict({ rows: 1, columns: matrix.columns, values })[0]).toBe(probabilities[row]);
      expect(model.margins({ rows: 1, columns: matrix.columns, values })[0]).toBe(margins[row]);
    }
  });

  it('bears missing, infinite and unseen inputs', async () => {
    const model = load(await text);
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, -1, 99];
    for (const value of odd) {
      const values = new Float64Array(matrix.columns).fill(value);
      const p = model.predict({ rows: 1, columns: matrix.columns, values })[0]!;
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThan(1);
    }
  });

  it('is the same after saving and loading, and from the same seed', async () => {
    const [first, again, model] = [await text, await fit(1), load(await text)];
    expect(again).toBe(first);
    expect(encodeModel(decodeModel(first))).toBe(first);
    expect(load(again).predict(matrix)).toEqual(model.predict(matrix));
  });

  it('attributions add up to the margin to 1e-6', async () => {
    const model = load(await text);
    const margins = model.margins(matrix);
    for (let row = 0; row < 20; row++) {
      const { base, contributions } = model.attribute(matrix, row);
      expect(contributions.length).toBe(matrix.columns);
      expect(Math.abs(contributions.reduce((sum, value) => sum + value, base) - margins[row]!)).toBeLessThan(1e-6);
    }
  });

  it('holds its monotone constraints on 100,000 random pairs, where the family says it does', async () => {
    const model = load(await text);
    const constrained = data.featureSet.features.flatMap(({ monotone }, column) =>
      monotone ? [{ monotone, column }] : [],
    );
    expect(constrained.length).toBe(name === 'neural' ? 1 : 2);
    const rows = 100_000 / constrained.length;
    const random = randomFrom(3);
    let broken = 0;
    for (const { monotone, column } of constrained) {
      const before = make(rows, 40 + column).matrix;
      const values = before.values.slice();
      for (let row = 0; row < rows; row++) values[row * before.columns + column]! *= 1 + random.next();
      const [low, high] = [model.predict(before), model.predict({ ...before, values })];
      for (let row = 0; row < rows; row++) {
        const at = row * before.columns + column;
        const rise = Math.sign(values[at]! - before.values[at]!) || 0;
        if (monotone * rise * (high[row]! - low[row]!) < 0) broken++;
      }
    }
    // A forest cannot hold them: it is listed and never chosen for the service.
    if (trainer.holdsMonotone) expect(broken).toBe(0);
    else expect(broken).toBeGreaterThan(0);
  });

  it('a transit model gives rising quantiles', async () => {
    const model = load(await text);
    expect(isTransitModel(model)).toBe(data.durations !== undefined);
    if (!isTransitModel(model)) return;
    const days = model.transitDays(matrix, [0.05, 0.5, 0.95]);
    for (let i = 0; i < days.length; i++) expect(days[i]!).toBeGreaterThan(i % 3 === 0 ? 0 : days[i - 1]!);
    expect(model.lateAndTransitDays(matrix, [0.05, 0.5, 0.95])).toEqual({ late: model.predict(matrix), days });
  });
});
