import type { FeatureMatrix } from '#domain/risk.ts';
import type { TrainingData } from './trainers/trainer.ts';

/** Rows `from` to `to - 1`, sharing the memory of the whole. */
export function rowsBetween(data: TrainingData, from: number, to: number): TrainingData {
  const { matrix, labels, durations, weights, times, featureSet, promiseFeature } = data;
  return {
    featureSet,
    matrix: {
      rows: to - from,
      columns: matrix.columns,
      values: matrix.values.subarray(from * matrix.columns, to * matrix.columns),
    },
    labels: labels.subarray(from, to),
    ...(promiseFeature !== undefined && { promiseFeature }),
    ...(durations && { durations: durations.subarray(from, to) }),
    ...(weights && { weights: weights.subarray(from, to) }),
    ...(times && { times: times.subarray(from, to) }),
  };
}

/** The rows picked, in the order given, copied. */
export function pickRows(data: TrainingData, picked: ArrayLike<number>): TrainingData {
  const { matrix, labels, durations, weights, times, featureSet, promiseFeature } = data;
  const pick = (values: Float64Array) => Float64Array.from(picked, (row) => values[row]!);
  return {
    featureSet,
    matrix: pickMatrix(matrix, picked),
    labels: pick(labels),
    ...(promiseFeature !== undefined && { promiseFeature }),
    ...(durations && { durations: pick(durations) }),
    ...(weights && { weights: pick(weights) }),
    ...(times && { times: pick(times) }),
  };
}

function pickMatrix({ columns, values }: FeatureMatrix, picked: ArrayLike<number>): FeatureMatrix {
  const copy = new Float64Array(picked.length * columns);
  for (let i = 0; i < picked.length; i++)
    copy.set(values.subarray(picked[i]! * columns, (picked[i]! + 1) * columns), i * columns);
  return { rows: picked.length, columns, values: copy };
}

export interface TimeSplit {
  readonly learn: TrainingData;
  /** Later rows, never learned from: they stop the training and fit the calibration. */
  readonly hold: TrainingData;
}

/**
 * The last `share` of rows as the holdout; rows of the boundary's moment stay together with the earlier ones.
 * Rows must be in the order of their decisions. Undefined when either side would hold fewer than `minEach` of a class.
 */
export function timeSplit(data: TrainingData, share: number, minEach = 5): TimeSplit | undefined {
  const { rows } = data.matrix;
  let cut = Math.round(rows * (1 - share));
  const { times } = data;
  if (times) {
    const atCut = cut;
    while (cut < rows && times[cut] === times[cut - 1]) cut++;
    // One moment that lasts to the end: cut before it instead.
    if (cut >= rows) for (cut = atCut; cut > 0 && times[cut] === times[cut - 1]; ) cut--;
    // All rows of one moment: their order is all there is.
    if (cut === 0) cut = atCut;
  }
  const enough = (labels: Float64Array) => {
    const positives = labels.reduce((sum, label) => sum + label, 0);
    return positives >= minEach && labels.length - positives >= minEach;
  };
  const learn = rowsBetween(data, 0, cut);
  const hold = rowsBetween(data, cut, rows);
  return enough(learn.labels) && enough(hold.labels) ? { learn, hold } : undefined;
}
