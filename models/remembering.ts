import type { FeatureMatrix } from '#domain/risk.ts';
import { isTransitModel, type RiskModel, type TransitModel } from './risk-model.ts';

/** Matrices that are remembered: an order decided again with something changed most often scores the rows of the last time. */
const MOST_KNOWN = 4;

/** Equal to the bit; what is missing equals what is missing. */
function sameRows({ values: a, columns }: FeatureMatrix, { values: b, columns: others }: FeatureMatrix): boolean {
  if (columns !== others || a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (!Object.is(a[at], b[at])) return false;
  return true;
}

function byRows<T>(score: (matrix: FeatureMatrix) => T): (matrix: FeatureMatrix) => T {
  const known: { readonly matrix: FeatureMatrix; readonly scores: T }[] = [];
  return (matrix) => {
    const found = known.find((one) => sameRows(one.matrix, matrix));
    if (found) return found.scores;
    const scores = score(matrix);
    if (known.length === MOST_KNOWN) known.shift();
    known.push({ matrix, scores });
    return scores;
  };
}

/** The model, which scores the same rows once. Neither rows nor scores may be changed by whoever asked. */
export function remembering(model: RiskModel): RiskModel {
  const predict = byRows((matrix) => model.predict(matrix));
  if (!isTransitModel(model)) return { ...model, predict };
  const byQuantiles = new Map<string, (matrix: FeatureMatrix) => ReturnType<TransitModel['lateAndTransitDays']>>();
  const lateAndTransitDays: TransitModel['lateAndTransitDays'] = (matrix, quantiles) => {
    const key = quantiles.join();
    let scored = byQuantiles.get(key);
    if (!scored) {
      scored = byRows((rows) => model.lateAndTransitDays(rows, quantiles));
      byQuantiles.set(key, scored);
    }
    return scored(matrix);
  };
  const transit: TransitModel = { ...model, predict, lateAndTransitDays };
  return transit;
}
