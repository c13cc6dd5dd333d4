import { describe, expect, it } from 'vitest';
import type { TreesBody } from '#models/model-file.ts';
import { checkEnsemble } from '#models/tree-ensemble.ts';
import { treeScorer } from '#models/tree-scorer.ts';
import { randomFrom } from '#training/random.ts';
import { boostedTrainer } from '#training/trainers/boosted.ts';
import type { FitOptions, TrainingData } from '#training/trainers/trainer.ts';
import { logLossOf, sampleData, sampleMargin } from './samples.ts';

const trainer = boostedTrainer({ rounds: 120 });

async function treesOf(data: TrainingData, options: FitOptions, own = trainer) {
  const fitted = await own.fit(data, options);
  return { ...fitted, trees: (fitted.body as TreesBody).trees };
}

function scoresOf(trees: TreesBody['trees'], data: TrainingData): Float64Array {
  const margins = new Float64Array(data.matrix.rows);
  treeScorer(trees).score(data.matrix.values, data.matrix.rows, margins);
  return margins;
}

describe('boosted', () => {
  const train = sampleData(8000, 1);
  const test = sampleData(4000, 2);

  it('comes close to the log loss of the true odds, with numbers, categories and missing values', async () => {
    const { trees, rounds } = await treesOf(train, { seed: 1, validation: sampleData(2000, 3) });
    checkEnsemble(trees);
    const truth = Float64Array.from(test.labels, (_, row) =>
      sampleMargin([...test.matrix.values.subarray(row * 5, row * 5 + 5)]),
    );
    const floor = logLossOf(truth, test);
    expect(logLossOf(scoresOf(trees, test), test)).toBeLessThan(floor + 0.025);
    expect(rounds).toBeLessThan(120);
    expect(trees.roots.length).toBe(rounds);
  });

  it('gives the same bytes for the same seed and other trees for another', async () => {
    const own = boostedTrainer({ rounds: 10, rowShare: 0.7, columnShare: 0.6 });
    const first = await treesOf(train, { seed: 5 }, own);
    const second = await treesOf(train, { seed: 5 }, own);
    const other = await treesOf(train, { seed: 6 }, own);
    expect(second).toEqual(first);
    expect(other.trees.value).not.toEqual(first.trees.value);
  });

  it('a weight of two is a row given twice', async () => {
    const weights = Float64Array.from(train.labels, (_, row) => (row % 3 === 0 ? 2 : 1));
    const rows = [...weights].flatMap((weight, row) => Array<number>(weight).fill(row));
    const doubled: TrainingData = {
      featureSet: train.featureSet,
      matrix: {
        rows: rows.length,
        columns: 5,
        values: Float64Array.from(rows.flatMap((row) => [...train.matrix.values.subarray(row * 5, row * 5 + 5)])),
      },
      labels: Float64Array.from(rows, (row) => train.labels[row]!),
    };
    const own = boostedTrainer({ rounds: 30, minRows: 0, minHessian: 20 });
    const weighted = scoresOf((await treesOf({ ...train, weights }, { seed: 1 }, own)).trees, test);
    const repeated = scoresOf((await treesOf(doubled, { seed: 1 }, own)).trees, test);
    // Bins are quantiles of rows, not of weights, so the cuts differ a little.
    const difference = Math.abs(logLossOf(weighted, test) - logLossOf(repeated, test));
    expect(difference).toBeLessThan(0.004);
  });

  it('holds monotone constraints on 100,000 random pairs', async () => {
    const { trees } = await treesOf(train, { seed: 1 });
    const random = randomFrom(9);
    const pairs = 50_000;
    for (const [feature, direction] of [
      [0, -1],
      [1, 1],
    ] as const) {
      const lower = sampleData(pairs, 11 + feature);
      const higher = new Float64Array(lower.matrix.values);
      for (let row = 0; row < pairs; row++) higher[row * 5 + feature]! += random.next() ** 3 * 3;
      const before = scoresOf(trees, lower);
      const after = scoresOf(trees, { ...lower, matrix: { ...lower.matrix, values: higher } });
      let broken = 0;
      let moved = 0;
      for (let row = 0; row < pairs; row++) {
        if (direction * (after[row]! - before[row]!) < 0) broken++;
        if (after[row] !== before[row]) moved++;
      }
      expect(broken).toBe(0);
      expect(moved).toBeGreaterThan(pairs / 4);
    }
  });

  it('is not fooled by constant, all-missing and tiny inputs', async () => {
    const empty = sampleData(300, 4);
    for (let row = 0; row < 300; row++) {
      empty.matrix.values[row * 5] = Number.NaN;
      empty.matrix.values[row * 5 + 1] = 3;
      empty.matrix.values[row * 5 + 3] = Number.NaN;
    }
    const { trees } = await treesOf(empty, { seed: 1 });
    expect([...trees.feature].filter((feature) => feature === 0 || feature === 1 || feature === 3)).toEqual([]);
    const scores = scoresOf(trees, test);
    expect(scores.every(Number.isFinite)).toBe(true);
  });

  it('says why labels cannot be learned from', () => {
    const one = { ...train, labels: new Float64Array(train.labels.length) };
    expect(trainer.refuses(one)).toBe('all 8000 labels are 0');
    expect(trainer.refuses(sampleData(0, 1))).toBe('there are 0 rows');
    expect(trainer.refuses(train)).toBeUndefined();
  });
});
