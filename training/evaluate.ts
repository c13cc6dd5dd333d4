import type { FeatureMatrix } from '#domain/risk.ts';
import type { RiskModel } from '#models/risk-model.ts';
import { emptyWindow, observe, type PopulationShift, populationShifts } from '#models/watching/population.ts';
import type { DriftReference } from '#models/watching/reference.ts';
import { type Labelled, matrixRows } from './dataset.ts';
import {
  calibrationError,
  calibrationLine,
  type Interval,
  intervals,
  type Metrics,
  measure,
  nullCalibrationError,
  type ReliabilityBin,
  reliability,
  type Scored,
  scored,
  subset,
} from './metrics.ts';
import { thinned } from './origins.ts';
import { randomFrom, shuffled } from './random.ts';

/** Everything that is measured on one set of rows. */
export interface Measured {
  readonly rows: number;
  readonly positives: number;
  readonly metrics: Metrics;
  readonly intervals: Readonly<Record<keyof Metrics, Interval>>;
  /** Expected calibration error, and what a perfect model stays below in 95 of 100 samples of this size. */
  readonly calibrationError: number;
  readonly calibrationErrorNull95: number;
  readonly calibrationSlope: number;
  readonly calibrationIntercept: number;
  readonly reliability: readonly ReliabilityBin[];
}

export interface SegmentResult {
  readonly segment: string;
  readonly value: string;
  readonly rows: number;
  readonly positives: number;
  readonly metrics: Metrics;
}

export interface Importance {
  readonly feature: string;
  /** Log loss gained by shuffling the feature's column. */
  readonly logLoss: number;
}

export interface Evaluation {
  readonly modelVersion: string;
  readonly all: Measured;
  /** The same on the rows ranking means something for, where those are not all. */
  readonly judged?: Measured & { readonly name: string };
  readonly segments: readonly SegmentResult[];
  readonly drift: readonly PopulationShift[];
  readonly importance: readonly Importance[];
}

/** Groups smaller than this are not reported: their figures would be noise. */
const LEAST_SEGMENT = 200;
/** Chance of any false alarm in the drift table. */
const DRIFT_ALARM_RATE = 0.01;
const IMPORTANCE_ROWS = 2000;

export function evaluate(model: RiskModel, dataset: Labelled, reference: DriftReference, seed = 1): Evaluation {
  const { facts, matrix } = dataset;
  const probabilities = model.predict(matrix);
  const rows = scored(probabilities, facts.labels);
  const { judged } = facts;
  return {
    modelVersion: model.modelVersion,
    all: measured(rows, seed),
    ...(judged
      ? {
          judged: {
            name: judged.name,
            ...measured(
              subset(rows, (row) => judged.rows[row] === 1),
              seed,
            ),
          },
        }
      : {}),
    segments: segmentsOf(dataset, probabilities),
    drift: populationShifts(
      observe(emptyWindow(reference), reference, matrix, probabilities),
      reference,
      DRIFT_ALARM_RATE,
    ),
    importance: importanceOf(model, dataset, seed),
  };
}

export function measured(rows: Scored, seed: number): Measured {
  const line = calibrationLine(rows);
  return {
    rows: rows.labels.length,
    positives: rows.labels.reduce((sum, label) => sum + label, 0),
    metrics: measure(rows),
    intervals: intervals(rows, seed),
    calibrationError: calibrationError(rows),
    calibrationErrorNull95: nullCalibrationError(rows, seed),
    calibrationSlope: line.slope,
    calibrationIntercept: line.intercept,
    reliability: reliability(rows),
  };
}

/** Every value of every segment that has enough rows of the set. */
export function segmentsOf({ facts }: Labelled, probabilities: Float64Array): SegmentResult[] {
  return facts.segments.flatMap(({ name, of }) => {
    const groups = new Map<string, number[]>();
    for (let row = 0; row < probabilities.length; row++) {
      const value = of(row) || 'missing';
      const group = groups.get(value);
      if (group) group.push(row);
      else groups.set(value, [row]);
    }
    return [...groups]
      .filter(([, rows]) => rows.length >= LEAST_SEGMENT)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([value, rows]) => {
        const part = scored(
          Float64Array.from(rows, (row) => probabilities[row]!),
          Float64Array.from(rows, (row) => facts.labels[row]!),
        );
        const positives = part.labels.reduce((sum, label) => sum + label, 0);
        return { segment: name, value, rows: rows.length, positives, metrics: measure(part) };
      });
  });
}

/** By permutation: what the log loss loses when one column is shuffled, greatest first. */
function importanceOf(model: RiskModel, { facts, matrix, featureSet }: Labelled, seed: number): Importance[] {
  const all = Int32Array.from({ length: matrix.rows }, (_, row) => row).filter(
    (row) => !facts.judged || facts.judged.rows[row] === 1,
  );
  const rows = thinned(all, IMPORTANCE_ROWS, seed);
  const sample = matrixRows(matrix, rows);
  const labels = Float64Array.from(rows, (row) => facts.labels[row]!);
  const loss = (data: FeatureMatrix): number => measure(scored(model.predict(data), labels)).logLoss;
  const whole = loss(sample);
  const random = randomFrom(seed);
  return featureSet.features
    .map(({ name }, f) => {
      const order = shuffled(sample.rows, random);
      const values = sample.values.slice();
      for (let row = 0; row < sample.rows; row++)
        values[row * sample.columns + f] = sample.values[order[row]! * sample.columns + f]!;
      return { feature: name, logLoss: loss({ ...sample, values }) - whole };
    })
    .sort((a, b) => b.logLoss - a.logLoss);
}
