import type { FeatureMatrix } from '#domain/risk.ts';
import type { DriftState } from '#domain/snapshot.ts';
import type { LabelledRow } from '#features/labels.ts';
import type { Artifact } from '#models/artifact.ts';
import { QUIET } from '#models/watching/error-stream.ts';
import type { DriftReference } from '#models/watching/reference.ts';
import {
  afterShadowOutcome,
  afterShadowScores,
  NO_COMPARISON,
  type ShadowComparison,
} from '#models/watching/shadow.ts';
import { type DriftReport, startWatch, watchOutcome, watchScores } from '#models/watching/watch.ts';

/** What was known of a champion's drift before the service started. */
export interface EarlierDrift {
  readonly modelVersion: string;
  readonly state: DriftState;
  readonly errorAlarm: boolean;
}

/** Watches one champion on the orders of one tenant, and one challenger beside it. */
export interface TaskWatch {
  readonly modelVersion: string;
  report(): DriftReport;
  outcomes(): number;
  /** The challenger that scores in shadow, and how it compares; null where there is none. */
  shadow(): { readonly modelVersion: string; readonly comparison: ShadowComparison } | null;
  /** Another challenger begins a comparison of its own. */
  compareWith(challenger: Artifact | undefined): void;
  scored(rows: readonly (readonly (number | null)[])[]): void;
  happened(rows: readonly LabelledRow[]): void;
}

/** Where the two models are said to disagree on a row. */
const FLIP_AT = 0.5;

/** The reference of an artifact, or null where it has none that watching can use. */
function referenceIn({ reference, model }: Artifact): DriftReference | null {
  const found = reference as Partial<DriftReference> | null;
  const usable = found?.v === 1 && found.features?.length === model.featureSet.features.length && found.score;
  return usable && found.error ? (found as DriftReference) : null;
}

function matrixOf(rows: readonly (readonly (number | null)[])[], columns: number): FeatureMatrix {
  return { rows: rows.length, columns, values: Float64Array.from(rows.flat(), (value) => value ?? Number.NaN) };
}

/** Null where the champion has no reference to compare with. */
export function createTaskWatch(champion: Artifact, earlier: EarlierDrift | undefined): TaskWatch | null {
  const reference = referenceIn(champion);
  if (!reference) return null;
  const { model } = champion;
  const columns = model.featureSet.features.length;
  let watch = startWatch(reference);
  if (earlier?.modelVersion === model.modelVersion) {
    const { state, errorAlarm } = earlier;
    watch = { ...watch, errors: { ...QUIET, alarm: errorAlarm }, last: { ...watch.last, state, errorAlarm } };
  }
  let challenger: Artifact | undefined;
  let comparison = NO_COMPARISON;

  return {
    modelVersion: model.modelVersion,
    report: () => watch.last,
    outcomes: () => watch.errors.outcomes,
    shadow: () => (challenger ? { modelVersion: challenger.model.modelVersion, comparison } : null),
    compareWith(other) {
      if (other?.model.modelVersion === challenger?.model.modelVersion) return;
      challenger = other;
      comparison = NO_COMPARISON;
    },
    scored(rows) {
      if (rows.length === 0) return;
      const matrix = matrixOf(rows, columns);
      const probabilities = model.predict(matrix);
      watch = watchScores(watch, reference, matrix, probabilities);
      if (challenger)
        comparison = afterShadowScores(comparison, probabilities, challenger.model.predict(matrix), FLIP_AT);
    },
    happened(rows) {
      if (rows.length === 0) return;
      const matrix = matrixOf(
        rows.map(({ vector }) => vector),
        columns,
      );
      const probabilities = model.predict(matrix);
      const others = challenger?.model.predict(matrix);
      rows.forEach(({ label }, row) => {
        watch = watchOutcome(watch, reference, probabilities[row]!, label);
        if (others) comparison = afterShadowOutcome(comparison, probabilities[row]!, others[row]!, label);
      });
    },
  };
}
