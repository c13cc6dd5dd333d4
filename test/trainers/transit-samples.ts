import type { FeatureDefinition, FeatureSet } from '#domain/risk.ts';
import { randomFrom } from '#training/random.ts';
import type { TrainingData } from '#training/trainers/trainer.ts';

const number = (name: string, unit: string, monotone: -1 | 0 | 1 = 0): FeatureDefinition => ({
  name,
  type: 'number',
  unit,
  description: `${name} of a made-up shipment`,
  monotone,
});

export const transitSet: FeatureSet = {
  featureSetId: 'transit-sample@1',
  task: 'delay',
  features: [
    number('promisedDays', 'days', -1),
    number('distance', 'km', 1),
    {
      name: 'carrier',
      type: 'category',
      unit: 'category',
      description: 'carrier of a made-up shipment',
      categories: ['slow', 'fast', 'erratic'],
    },
    number('backlog', 'orders'),
  ],
};

/** Shipments whose log days are normal around what distance, carrier and backlog say; `erratic` spreads twice as wide. */
export function transitData(rows: number, seed: number): TrainingData {
  const random = randomFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const values = new Float64Array(rows * 4);
  const durations = new Float64Array(rows);
  const labels = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const distance = random.next() * 2000;
    const carrier = random.below(3);
    const backlog = random.next() < 0.15 ? Number.NaN : random.next() * 100;
    const center = 1 + distance / 2000 + [0.4, 0, 0.2][carrier]! + (Number.isNaN(backlog) ? 0.3 : backlog / 200);
    durations[row] = Math.exp(center + (carrier === 2 ? 0.4 : 0.2) * normal());
    const promised = Math.round(Math.exp(center + 0.3 + 0.25 * normal()));
    labels[row] = durations[row]! > promised ? 1 : 0;
    values.set([random.next() < 0.02 ? Number.NaN : promised, distance, carrier, backlog], row * 4);
  }
  const times = Float64Array.from({ length: rows }, (_, row) => 1_700_000_000_000 + row * 60_000);
  return { featureSet: transitSet, matrix: { rows, columns: 4, values }, labels, durations, times };
}
