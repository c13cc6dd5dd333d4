import type { FeatureMatrix } from '#domain/risk.ts';
import type { DriftState } from '#domain/snapshot.ts';
import { afterOutcome, type ErrorStream, QUIET } from './error-stream.ts';
import { type EstimatedPerformance, estimatePerformance } from './estimate.ts';
import { emptyWindow, observe, type PopulationShift, type PopulationWindow, populationShifts } from './population.ts';
import { type DriftReference, SCORE } from './reference.ts';

/** All that watching one model remembers; plain data. */
export interface Watch {
  readonly window: PopulationWindow;
  readonly errors: ErrorStream;
  /** Scores of the window, for the estimate without labels. */
  readonly scores: readonly number[];
  /** The verdict on the last full window. */
  readonly last: DriftReport;
}

export interface DriftReport {
  readonly state: DriftState;
  /** Rows of the window that was judged; 0 before the first was full. */
  readonly rows: number;
  readonly shifts: readonly PopulationShift[];
  readonly errorAlarm: boolean;
  readonly estimated?: EstimatedPerformance;
}

/** Chance of any alarm of inputs and scores in one window without drift; the error stream has the same, over 100,000 outcomes. */
export const ALARM_RATE = 0.01;
/** Rows of one window: enough for an index above 0.1 to mean something. */
export const WINDOW_ROWS = 1000;

export function startWatch(reference: DriftReference): Watch {
  return {
    window: emptyWindow(reference),
    errors: QUIET,
    scores: [],
    last: { state: 'none', rows: 0, shifts: [], errorAlarm: false },
  };
}

/** After rows were scored. When a window is full it is judged and the next one begins. */
export function watchScores(
  watch: Watch,
  reference: DriftReference,
  matrix: FeatureMatrix,
  probabilities: Float64Array,
): Watch {
  const window = observe(watch.window, reference, matrix, probabilities);
  const scores = [...watch.scores, ...probabilities];
  if (window.rows < WINDOW_ROWS) return { ...watch, window, scores };
  const shifts = populationShifts(window, reference, ALARM_RATE);
  const estimated = estimatePerformance(Float64Array.from(scores));
  return {
    ...watch,
    window: emptyWindow(reference),
    scores: [],
    last: verdict(watch.errors.alarm, shifts, window.rows, estimated),
  };
}

/** After an outcome became known for a row that was scored with `probability`. */
export function watchOutcome(watch: Watch, reference: DriftReference, probability: number, label: number): Watch {
  const errors = afterOutcome(watch.errors, reference.error, probability, label, ALARM_RATE);
  if (errors.alarm === watch.errors.alarm) return { ...watch, errors };
  return { ...watch, errors, last: verdict(true, watch.last.shifts, watch.last.rows, watch.last.estimated) };
}

/** Errors that rise are drift; inputs or scores that move are a warning, and drift when the score moves with them. */
export function stateOf(errorAlarm: boolean, shifts: readonly PopulationShift[]): DriftState {
  const moved = shifts.filter(({ shifted }) => shifted);
  const score = moved.some(({ name }) => name === SCORE);
  if (errorAlarm || (score && moved.length > 1)) return 'drifted';
  return moved.length > 0 ? 'warning' : 'none';
}

function verdict(
  errorAlarm: boolean,
  shifts: readonly PopulationShift[],
  rows: number,
  estimated: EstimatedPerformance | undefined,
): DriftReport {
  return { state: stateOf(errorAlarm, shifts), rows, shifts, errorAlarm, ...(estimated ? { estimated } : {}) };
}
