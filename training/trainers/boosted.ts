import { BOOST_DEFAULTS, type BoostOptions, boost } from './boost.ts';
import { logLoss } from './losses.ts';
import type { Trainer, TrainingData } from './trainer.ts';

/** Why labels cannot be learned from, or undefined where they can. */
export function refuseLabels({ labels }: TrainingData): string | undefined {
  if (labels.length === 0) return 'there are 0 rows';
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === labels.length) return `all ${labels.length} labels are ${labels[0]}`;
  return undefined;
}

/** Gradient-boosted trees on log loss. */
export function boostedTrainer(changes: Partial<BoostOptions> = {}, name = 'boosted'): Trainer {
  const options = { ...BOOST_DEFAULTS, ...changes };
  return {
    name,
    family: 'boosted',
    holdsMonotone: true,
    refuses: refuseLabels,
    async fit(data, { seed, validation, rounds, progress }) {
      const rowsOf = (set: TrainingData) => ({ matrix: set.matrix, targets: set.labels, weights: set.weights });
      const { trees, rounds: kept } = boost(
        data.featureSet,
        rowsOf(data),
        validation && rowsOf(validation),
        logLoss,
        { ...options, rounds: rounds ?? options.rounds },
        seed,
        progress,
      );
      return {
        body: { kind: 'trees', link: { kind: 'sigmoid', slope: 1 }, trees },
        marginUnit: 'logOdds',
        rounds: kept,
        settings: { ...options, rounds: kept },
      };
    },
  };
}
