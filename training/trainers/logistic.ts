import type { LinearTerm } from '#models/model-file.ts';
import { fitLogistic } from '../logistic-fit.ts';
import { refuseLabels } from './boosted.ts';
import { designColumns, designTerms } from './design.ts';
import type { Trainer, TrainingData } from './trainer.ts';

/** More rows than this, evenly spaced, teach a linear model nothing new. */
const MAX_ROWS = 60_000;

/**
 * Logistic regression, the floor every other family is measured against. A number whose weight would break its
 * feature's monotone constraint is left out and the rest fitted again.
 */
export function logisticTrainer(l2 = 1): Trainer {
  return {
    name: 'logistic',
    family: 'logistic',
    holdsMonotone: true,
    refuses: refuseLabels,
    async fit(data, { progress }) {
      const rows = evenlySpaced(data.matrix.rows);
      const labels = Float64Array.from(rows, (row) => data.labels[row]!);
      const weights = data.weights && Float64Array.from(rows, (row) => data.weights![row]!);
      let terms = designTerms(data.featureSet, data.matrix);
      let fitted = fitLogistic(designColumns(terms, data.matrix, rows), labels, l2, weights);
      for (let round = 0; round < terms.length + 1; round++) {
        const kept = terms.filter((term, i) => !breaksMonotone(data, term, fitted[i + 1]!));
        if (kept.length === terms.length) break;
        terms = kept;
        fitted = fitLogistic(designColumns(terms, data.matrix, rows), labels, l2, weights);
      }
      progress?.(1, 1);
      return {
        body: {
          kind: 'linear',
          intercept: fitted[0]!,
          terms: terms.map((term, i) => ({ ...term, weight: fitted[i + 1]! })),
        },
        marginUnit: 'logOdds',
        settings: { l2, rows: rows.length, terms: terms.length },
      };
    },
  };
}

function breaksMonotone({ featureSet }: TrainingData, term: LinearTerm, weight: number): boolean {
  const direction = featureSet.features[term.feature]!.monotone ?? 0;
  return term.kind === 'number' && direction * weight < 0;
}

function evenlySpaced(rows: number): Int32Array {
  const count = Math.min(rows, MAX_ROWS);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}
