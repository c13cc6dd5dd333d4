import { type Calibration, calibrated } from '#models/calibration.ts';
import { chooseCalibration, fitCalibration } from './calibrate.ts';
import type { Labelled } from './dataset.ts';
import { atLevel, type Entry, type Judged, judgedOf, levelError, measureRows } from './race.ts';

/**
 * The calibration that the pooled predictions of all origins ask for, and the figures of each origin when it is
 * calibrated by the origins before it (the first by none).
 */
export function calibrationOf(dataset: Labelled, { judged }: Entry) {
  const rows = (part: readonly Judged[]) => pooled(dataset, part);
  const all = rows(judged);
  const spread = levelSpreadOf(dataset, judged);
  const calibration = { ...chooseCalibration(all.probabilities, all.labels).calibration, ...spread };
  const rolling = judged.map(({ rows: own, probabilities }, i) => {
    const before = rows(judged.slice(0, i));
    const known =
      i === 0
        ? { method: 'none' as const }
        : {
            ...fitCalibration(calibration.method, before.probabilities, before.labels),
            ...levelSpreadOf(dataset, judged.slice(0, i)),
          };
    return measureRows(
      dataset,
      own,
      probabilities.map((p) => calibrated(known, p)),
    );
  });
  return { calibration, rolling };
}

/** Belief that levels move before any was seen, in log odds, and how many origins it counts as: three say little. */
const USUAL_SPREAD = 0.5;
const USUAL_ORIGINS = 4;

/**
 * How far the level of the next window may be off, from how far those of the origins were. Which way is not known: the
 * error of one window says next to nothing of that of the next. Origins of a set without dates are not windows in time.
 */
export function levelSpreadOf(dataset: Labelled, judged: readonly Judged[]): { levelSpread?: number } {
  if (!dataset.facts.dated) return {};
  const squares = judged.map(({ rows, probabilities }) => {
    const part = judgedOf(dataset, rows, probabilities);
    return levelError(part.probabilities, part.labels) ** 2;
  });
  const sum = squares.reduce((total, square) => total + square, USUAL_ORIGINS * USUAL_SPREAD ** 2);
  return { levelSpread: Math.sqrt(sum / (squares.length + USUAL_ORIGINS)) };
}

/** The floor meets the winner with the same doubt about the level: that alone makes no model better. */
export function levelOf({ levelSpread }: Calibration): { levelSpread?: number } {
  return levelSpread === undefined ? {} : { levelSpread };
}

/** Predictions of several origins after one another, on the rows the importer judges by. */
function pooled(dataset: Labelled, judged: readonly Judged[]): { probabilities: Float64Array; labels: Float64Array } {
  const parts = judged.map(({ rows, probabilities }) => {
    const part = judgedOf(dataset, rows, probabilities);
    return { ...part, probabilities: atLevel(part.probabilities, part.labels) };
  });
  const join = (lists: readonly Float64Array[]): Float64Array =>
    Float64Array.from(lists.flatMap((list) => Array.from(list)));
  return {
    probabilities: join(parts.map(({ probabilities }) => probabilities)),
    labels: join(parts.map(({ labels }) => labels)),
  };
}
