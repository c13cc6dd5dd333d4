import { DomainError } from '#domain/problems.ts';
import { calibrated } from '#models/calibration.ts';
import type { Family } from '#models/risk-model.ts';
import { chooseCalibration } from './calibrate.ts';
import { levelSpreadOf } from './calibrate-origins.ts';
import { inOrder, knownBefore, type Labelled, matrixRows, trainingData } from './dataset.ts';
import { entrantsFor } from './families.ts';
import { rollingOrigins } from './origins.ts';
import { clock, fitStopped, modelOf, race, winnerOf } from './race.ts';

export interface BacktestOptions {
  readonly family: Family | 'auto';
  readonly seed: number;
  /** The first moment to predict from, epoch ms. */
  readonly from: number;
  readonly everyDays: number;
  readonly progress: (done: number, total: number, label: string) => void;
}

export interface Backtest {
  /** Rows predicted, in the order of the input, and their probabilities. */
  readonly rows: Int32Array;
  readonly probabilities: Float64Array;
  readonly periods: number;
  readonly family: string;
}

const DAY_MS = 86_400_000;
/** Shares of the rows known at the start where families are compared before the first week. */
const CHOOSING_SHARES = [0.7, 0.85];

/**
 * Rolling origin: for each period from `from`, a model learns from the rows whose outcome was observed before the
 * period began and predicts the rows decided in it. The family and its rounds are chosen once, on what was known at
 * the start, and so is the doubt about the level of the next period; the calibration follows the latest predictions
 * whose outcomes had become known.
 */
export async function backtest(dataset: Labelled, options: BacktestOptions): Promise<Backtest> {
  const { facts } = dataset;
  if (!facts.dated) throw new DomainError('usage', `importer \`${dataset.importer.name}\` has no dates to retrain by`);
  const order = inOrder(dataset);
  const later = order.filter((row) => facts.times[row]! >= options.from);
  if (later.length === 0)
    throw new DomainError('invalid-data', `no row is decided on or after ${new Date(options.from).toISOString()}`);
  const { trainer, rounds, level } = await choose(dataset, options);
  const predicted = new Float64Array(facts.times.length).fill(Number.NaN);
  const raw = new Float64Array(facts.times.length).fill(Number.NaN);
  const width = options.everyDays * DAY_MS;
  const total = Math.ceil((facts.times[later.at(-1)!]! - options.from + 1) / width);
  let periods = 0;
  for (let period = 0; period < total; period++) {
    const start = options.from + period * width;
    const rows = later.filter((row) => facts.times[row]! >= start && facts.times[row]! < start + width);
    options.progress(period, total, trainer.name);
    if (rows.length === 0) continue;
    const learn = knownBefore(
      dataset,
      order.filter((row) => facts.times[row]! < start),
      start,
    );
    const data = trainingData(dataset, learn, clock(dataset, start));
    const refused = trainer.refuses(data);
    if (refused) throw new DomainError('invalid-data', `before ${new Date(start).toISOString()}: ${refused}`);
    const fitted =
      rounds === undefined
        ? await fitStopped(trainer, data, options.seed)
        : await trainer.fit(data, { seed: options.seed, rounds });
    const scores = modelOf(trainer, data, fitted, options.seed).predict(matrixRows(dataset.matrix, rows));
    rows.forEach((row, i) => {
      raw[row] = scores[i]!;
    });
    const known = knownBefore(
      dataset,
      later.filter((row) => facts.times[row]! < start),
      start,
    );
    const calibration = { ...latestCalibration(dataset, raw, known), ...level };
    rows.forEach((row) => {
      predicted[row] = calibrated(calibration, raw[row]!);
    });
    periods++;
  }
  options.progress(total, total, '');
  const kept = Int32Array.from(predicted.keys()).filter((row) => !Number.isNaN(predicted[row]!));
  return {
    rows: kept,
    probabilities: Float64Array.from(kept, (row) => predicted[row]!),
    periods,
    family: trainer.name,
  };
}

/** The family that was best before the first period, and its usual number of rounds. */
async function choose(dataset: Labelled, { family, seed, from, progress }: BacktestOptions) {
  const before = knownBefore(
    dataset,
    inOrder(dataset).filter((row) => dataset.facts.times[row]! < from),
    from,
  );
  const past = rowsOf(dataset, before);
  const entrants = entrantsFor(family, before.length).filter(({ slow }) => !slow || family !== 'auto');
  const origins = rollingOrigins(past, CHOOSING_SHARES);
  const entries =
    origins.length > 0 ? await race(past, entrants, origins, { seed, mostRows: before.length, progress }) : [];
  const winner = winnerOf(past, entries, origins.length, seed);
  if (!winner)
    throw new DomainError(
      'invalid-data',
      `${before.length} rows are known before ${new Date(from).toISOString()}: too few to learn from`,
    );
  const rounds = winner.judged.flatMap((judged) => judged.rounds ?? []).sort((a, b) => a - b);
  return {
    trainer: winner.trainer,
    rounds: rounds[Math.floor(rounds.length / 2)],
    level: levelSpreadOf(past, winner.judged),
  };
}

/** The dataset with only some of its rows. */
function rowsOf(dataset: Labelled, rows: Int32Array): Labelled {
  const { facts, matrix } = dataset;
  const pick = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]!);
  return {
    ...dataset,
    matrix: matrixRows(matrix, rows),
    facts: {
      ...facts,
      ids: Array.from(rows, (row) => facts.ids[row]!),
      times: pick(facts.times),
      labels: pick(facts.labels),
      ...(facts.observedAt ? { observedAt: pick(facts.observedAt) } : {}),
      ...(facts.settledAt ? { settledAt: pick(facts.settledAt) } : {}),
      ...(facts.durations ? { durations: pick(facts.durations) } : {}),
      ...(facts.weights ? { weights: pick(facts.weights) } : {}),
      ...(facts.elapsed ? { elapsed: (row: number, moment: number) => facts.elapsed!(rows[row]!, moment) } : {}),
      ...(facts.calendarDays
        ? { calendarDays: (row: number, days: number) => facts.calendarDays!(rows[row]!, days) }
        : {}),
      segments: facts.segments.map(({ name, of }) => ({ name, of: (row: number) => of(rows[row]!) })),
      ...(facts.judged
        ? { judged: { name: facts.judged.name, rows: Uint8Array.from(rows, (row) => facts.judged!.rows[row]!) } }
        : {}),
    },
  };
}

/** Fewer known predictions than this say too little about their calibration. */
const LEAST_KNOWN = 500;

function latestCalibration({ facts }: Labelled, raw: Float64Array, known: Int32Array) {
  const rows = known.filter((row) => !facts.judged || facts.judged.rows[row] === 1);
  if (rows.length < LEAST_KNOWN) return { method: 'none' } as const;
  return chooseCalibration(
    Float64Array.from(rows, (row) => raw[row]!),
    Float64Array.from(rows, (row) => facts.labels[row]!),
  ).calibration;
}
