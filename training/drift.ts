import type { DriftState } from '#domain/snapshot.ts';
import type { RiskModel } from '#models/risk-model.ts';
import { type EstimatedPerformance, estimatePerformance } from '#models/watching/estimate.ts';
import { emptyWindow, observe, type PopulationShift, populationShifts } from '#models/watching/population.ts';
import type { DriftReference } from '#models/watching/reference.ts';
import { ALARM_RATE, stateOf } from '#models/watching/watch.ts';
import type { Dataset } from './dataset.ts';
import { type Metrics, measure, scored } from './metrics.ts';

export interface Drift {
  readonly modelVersion: string;
  readonly rows: number;
  readonly state: DriftState;
  readonly shifts: readonly PopulationShift[];
  /** What the probabilities promise of themselves. */
  readonly estimated: EstimatedPerformance;
  /** What the labels say, where the file has them. */
  readonly found?: Metrics;
}

/** Inputs and scores of a file against the training's reference, by the rules the service watches with. */
export function driftOf(model: RiskModel, { matrix, facts }: Dataset, reference: DriftReference): Drift {
  const probabilities = model.predict(matrix);
  const shifts = populationShifts(
    observe(emptyWindow(reference), reference, matrix, probabilities),
    reference,
    ALARM_RATE,
  );
  return {
    modelVersion: model.modelVersion,
    rows: matrix.rows,
    state: stateOf(false, shifts),
    shifts,
    estimated: estimatePerformance(probabilities),
    ...(facts.labels ? { found: measure(scored(probabilities, facts.labels)) } : {}),
  };
}
