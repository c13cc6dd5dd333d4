import type { FeatureDefinition, FeatureSet } from '#domain/risk.ts';
import { sigmoid } from '#models/fixed-math.ts';
import { randomFrom } from '#training/random.ts';
import type { TrainingData } from '#training/trainers/trainer.ts';

const number = (name: string, monotone: -1 | 0 | 1 = 0): FeatureDefinition => ({
  name,
  type: 'number',
  unit: 'units',
  description: `${name} of a made-up row`,
  monotone,
});

export const sampleSet: FeatureSet = {
  featureSetId: 'sample@1',
  task: 'stockout',
  features: [
    number('cover', -1),
    number('demand', 1),
    number('noise'),
    {
      name: 'region',
      type: 'category',
      unit: 'category',
      description: 'region of a made-up row',
      categories: ['north', 'south', 'east', 'west', 'far', 'near'],
    },
    number('gap'),
  ],
};

/** True log odds of a sample row. */
export function sampleMargin([cover, demand, , region, gap]: readonly number[]): number {
  const known = Number.isNaN(gap!) ? 1.5 : 0.4 * gap!;
  const regional = Number.isNaN(region!) ? -0.5 : [0, 1.5, 0, -1.5, 1.5, 0][region!]!;
  return -1 - 1.2 * cover! + 0.8 * demand! + 0.5 * Math.sin(3 * demand!) + known + regional;
}

/** Rows of the sample set; `gap` is missing in a fifth of the rows, and that says something. */
export function sampleData(rows: number, seed: number): TrainingData {
  const random = randomFrom(seed);
  const values = new Float64Array(rows * 5);
  const labels = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const cells = [
      random.next() * 4 - 2,
      random.next() * 4 - 2,
      random.next(),
      random.next() < 0.1 ? Number.NaN : random.below(6),
      random.next() < 0.2 ? Number.NaN : random.next() * 4 - 2,
    ];
    values.set(cells, row * 5);
    labels[row] = random.next() < sigmoid(sampleMargin(cells)) ? 1 : 0;
  }
  const times = Float64Array.from({ length: rows }, (_, row) => 1_700_000_000_000 + row * 60_000);
  return { featureSet: sampleSet, matrix: { rows, columns: 5, values }, labels, times };
}

/** Log loss of log odds against the labels of a set. */
export function logLossOf(margins: Float64Array, { labels }: TrainingData): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const p = sigmoid(margins[row]!);
    sum -= Math.log(labels[row] === 1 ? p : 1 - p);
  }
  return sum / labels.length;
}
