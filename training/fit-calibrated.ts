import type { Calibration } from '#models/calibration.ts';
import { riskModel } from '#models/load-model.ts';
import type { ModelFile } from '#models/model-file.ts';
import { chooseCalibration } from './calibrate.ts';
import { timeSplit } from './split.ts';
import type { FittedModel, Trainer, TrainingData } from './trainers/trainer.ts';

export interface CalibratedFit {
  readonly file: ModelFile;
  readonly settings: FittedModel['settings'];
  /** Rows at the end that stopped the training and fitted the calibration; 0 when there were too few of a class. */
  readonly holdoutRows: number;
  /** Cross-fitted log loss of each calibration tried. */
  readonly calibrationLogLoss: Readonly<Partial<Record<Calibration['method'], number>>>;
  /** Whether the final model learned from the holdout rows too, for the rounds found. */
  readonly refitted: boolean;
}

export interface FitCalibratedOptions {
  readonly seed: number;
  /** Share of the latest rows held out. */
  readonly holdout?: number;
  /** Train again on all rows, keeping rounds and calibration of the first fit. */
  readonly refit?: boolean;
  readonly progress?: (done: number, total: number) => void;
}

/** Makes the model file of a fit. */
export function modelFileOf(
  trainer: Trainer,
  data: TrainingData,
  fitted: FittedModel,
  seed: number,
  calibration: Calibration,
): ModelFile {
  return {
    v: 1,
    task: data.featureSet.task,
    family: trainer.family,
    marginUnit: fitted.marginUnit,
    featureSet: data.featureSet,
    seed,
    body: fitted.body,
    calibration,
  };
}

/**
 * Trains on the earlier rows, stops and calibrates on the latest ones, and, unless told not to, trains once more on
 * all rows with what was found. Rows must be in the order of their decisions.
 */
export async function fitCalibrated(
  trainer: Trainer,
  data: TrainingData,
  { seed, holdout = 0.2, refit = true, progress }: FitCalibratedOptions,
): Promise<CalibratedFit> {
  const split = timeSplit(data, holdout);
  const halves = refit ? 2 : 1;
  const part = (index: number) => (done: number, total: number) => progress?.(index + done / total, halves);
  if (!split) {
    const fitted = await trainer.fit(data, { seed, rounds: FEW_ROWS_ROUNDS, progress: part(0) });
    const file = modelFileOf(trainer, data, fitted, seed, { method: 'none' });
    return { file, settings: fitted.settings, holdoutRows: 0, calibrationLogLoss: {}, refitted: true };
  }
  const { learn, hold } = split;
  const fitted = await trainer.fit(learn, { seed, validation: hold, progress: part(0) });
  const first = modelFileOf(trainer, data, fitted, seed, { method: 'none' });
  const { calibration, logLoss } = chooseCalibration(riskModel(first, '', 0).predict(hold.matrix), hold.labels);
  const final = refit
    ? await trainer.fit(data, {
        seed,
        ...(fitted.rounds !== undefined && { rounds: fitted.rounds }),
        progress: part(1),
      })
    : fitted;
  return {
    file: modelFileOf(trainer, data, final, seed, calibration),
    settings: final.settings,
    holdoutRows: hold.matrix.rows,
    calibrationLogLoss: logLoss,
    refitted: refit,
  };
}

/** Rounds where there are too few rows to find out by stopping. */
const FEW_ROWS_ROUNDS = 30;
