import { RandomForestRegression } from 'ml-random-forest';
import { describe, expect, it } from 'vitest';
import { withOdds } from '#models/calibration.ts';
import { riskModel } from '#models/load-model.ts';
import { modelFileOf } from '#training/fit-calibrated.ts';
import { randomFrom } from '#training/random.ts';
import { pickRows } from '#training/split.ts';
import { forestTrainer } from '#training/trainers/forest.ts';
import { sampleData } from './samples.ts';

describe('forest', () => {
  it('scores as the library does, missing values filled with the medians and the class balance put right', async () => {
    // One bag of every row, twice as often the positives' share: so the library sees what the trainer saw.
    const data = sampleData(1500, 1);
    const options = { trees: 1, bagRows: 200, featureShare: 1, maxDepth: 6, leafRows: 5 };
    const trainer = forestTrainer(options);
    const fitted = await trainer.fit(data, { seed: 3 });
    const model = riskModel(modelFileOf(trainer, data, fitted, 3, { method: 'none' }), '0'.repeat(64), 0);

    const random = randomFrom(3);
    const classes = [0, 1].map((label) => [...data.labels.keys()].filter((row) => data.labels[row] === label));
    const bag = Array.from({ length: 200 }, (_, i) => classes[i % 2]![random.below(classes[i % 2]!.length)]!);
    const medians = Array.from({ length: 5 }, (_, column) => {
      const known = [...data.labels.keys()]
        .map((row) => data.matrix.values[row * 5 + column]!)
        .filter((value) => !Number.isNaN(value))
        .sort((a, b) => a - b);
      return known[known.length >> 1]!;
    });
    const filled = (row: number) =>
      Array.from({ length: 5 }, (_, column) => {
        const value = data.matrix.values[row * 5 + column]!;
        return Number.isNaN(value) ? medians[column]! : value;
      });
    const library = new RandomForestRegression({
      seed: 1 + random.below(2 ** 31 - 2),
      nEstimators: 1,
      maxFeatures: 1,
      replacement: false,
      useSampleBagging: false,
      noOOB: true,
      treeOptions: { maxDepth: 6, minNumSamples: 5 },
    });
    library.train(
      bag.map(filled),
      bag.map((row) => data.labels[row]!),
    );
    const wanted = library.predict([...data.labels.keys()].map(filled));
    const margins = model.margins(data.matrix);
    wanted.forEach((score, row) => {
      expect(margins[row]).toBeCloseTo(score, 12);
    });
    const share = data.labels.reduce((sum, label) => sum + label, 0) / data.labels.length;
    const p = withOdds(wanted[0]!, share / (1 - share));
    expect(model.predict(data.matrix)[0]).toBeCloseTo(Math.min(Math.max(p, 1e-6), 1 - 1e-6), 6);
  });

  it('says the right share of positives on average although its bags are balanced', async () => {
    const all = sampleData(6000, 2);
    // Every fifth positive only: a rare class.
    const kept = [...all.labels.keys()].filter((row) => all.labels[row] === 0 || row % 5 === 0);
    const data = pickRows(all, kept);
    const trainer = forestTrainer({ trees: 20, bagRows: 400 });
    const fitted = await trainer.fit(data, { seed: 1 });
    const model = riskModel(modelFileOf(trainer, data, fitted, 1, { method: 'none' }), '0'.repeat(64), 0);
    const share = data.labels.reduce((sum, label) => sum + label, 0) / data.labels.length;
    const said = model.predict(data.matrix).reduce((sum, p) => sum + p, 0) / data.labels.length;
    expect(Math.abs(said - share)).toBeLessThan(0.05);
  });
});
