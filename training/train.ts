import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { DomainError } from '#domain/problems.ts';
import type { Task } from '#domain/risk.ts';
import { writeArtifact } from '#models/artifact.ts';
import { calibrated } from '#models/calibration.ts';
import { encodeModel } from '#models/model-codec.ts';
import type { Family } from '#models/risk-model.ts';
import { referenceOf } from '#models/watching/reference.ts';
import { calibrationOf, levelOf } from './calibrate-origins.ts';
import { inOrder, type Labelled, matrixRows, readToLearn, trainingData } from './dataset.ts';
import { entrantsFor, floorTrainer } from './families.ts';
import type { Importer } from './importers/importer.ts';
import { featurePowers, refuseLeaks } from './leak.ts';
import type { Metrics } from './metrics.ts';
import { type Origin, rollingOrigins } from './origins.ts';
import {
  type Entry,
  fileOf,
  fitStopped,
  type Margin,
  marginOver,
  meanLevelled,
  meanMetrics,
  race,
  winnerOf,
} from './race.ts';

export interface TrainOptions {
  readonly task: Task;
  readonly importer: Importer;
  readonly files: readonly string[];
  readonly family: Family | 'auto';
  readonly seed: number;
  readonly out: string;
  readonly allowLeaks: readonly string[];
  readonly trainedBy: string;
  readonly now: Date;
  readonly progress: (done: number, total: number, label: string) => void;
}

/** One line of the table of families. */
export interface FamilyResult {
  readonly name: string;
  readonly family: Family;
  readonly origins: number;
  readonly metrics: Metrics | null;
  /** Log loss with the level of each window set right, by which families are ranked. */
  readonly levelled: number | null;
  readonly note: string;
}

export interface TrainResult {
  readonly modelVersion: string;
  readonly out: string;
  readonly rows: number;
  readonly positives: number;
  readonly families: readonly FamilyResult[];
  readonly winner: string;
  /** Over the next best family. */
  readonly margin: (Margin & { readonly over: string }) | null;
  readonly calibration: string;
  /** The winner at each origin, calibrated only by what earlier origins had shown. */
  readonly rolling: readonly Metrics[];
}

/** With more rows than this, families race on a sample and only the winner learns from all. */
const LARGE = 75_000;
const SAMPLE = 30_000;

/** Trains, chooses and calibrates, and writes an artifact folder; throws before anything is written. */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { task, importer, files, out } = options;
  if (importer.task !== task)
    throw new DomainError('usage', `importer \`${importer.name}\` is for task \`${importer.task}\`, not \`${task}\``);
  if (existsSync(out))
    throw new DomainError('conflict', `\`${out}\` exists; a version is never changed`, { folder: out });
  const dataset = await readToLearn(importer, files);
  return trainOn(dataset, options, files);
}

/** The same for rows that are read already. */
export async function trainOn(
  dataset: Labelled,
  options: TrainOptions,
  files: readonly string[],
): Promise<TrainResult> {
  const { seed, progress } = options;
  const powers = featurePowers(dataset);
  refuseLeaks(powers, options.allowLeaks, dataset.facts.judged?.name);
  const { rows } = dataset.matrix;
  const large = rows > LARGE;
  const origins = rollingOrigins(dataset, large ? [0.7, 0.85] : undefined);
  if (origins.length === 0)
    throw new DomainError('invalid-data', `${rows} rows are too few to hold both classes before and after a moment`);
  const mostRows = large ? SAMPLE : rows;
  const entrants = entrantsFor(options.family, dataset.facts.judged?.rows.reduce((sum, one) => sum + one, 0) ?? rows);
  const raced = await race(dataset, entrants, origins, { seed, mostRows, progress });
  const entries = large ? raced : await leadersEverywhere(dataset, raced, origins, options);
  const ranked = winnerOf(dataset, entries, origins.length, seed);
  if (!ranked)
    throw new DomainError(
      'invalid-data',
      `no family can learn from this set: ${entries.map(({ name, refused }) => `${name}: ${refused}`).join('; ')}`,
    );
  const winner = await judgedFully(dataset, ranked, origins, large, options);
  const { calibration, rolling } = calibrationOf(dataset, winner);
  const all = trainingData(dataset, inOrder(dataset));
  const rounds = middle(winner.judged.flatMap((judged) => judged.rounds ?? []));
  const fitted =
    rounds === undefined
      ? await fitStopped(winner.trainer, all, seed)
      : await winner.trainer.fit(all, {
          seed,
          rounds,
          progress: (done, total) => progress(done, total, `${winner.name}, all rows`),
        });
  const floor = await floorTrainer.fit(all, { seed });
  const model = fileOf(winner.trainer, all, fitted, seed, calibration);
  const families = entries.map(familyResult);
  const margin = marginOf(dataset, entries, ranked, seed);
  const metrics = {
    families,
    winner: winner.name,
    margin,
    calibration: calibration.method,
    rolling,
    rollingRaw: winner.judged.map((judged) => judged.metrics),
  };
  const card = cardOf(dataset, options, files, {
    settings: fitted.settings,
    powers: powers.slice(0, 5),
    rolling,
    winner: winner.name,
  });
  const reference = {
    ...driftReference(dataset, winner, calibration),
    recorded: dataset.recorded,
    floor: JSON.parse(encodeModel(fileOf(floorTrainer, all, floor, seed, { method: 'none', ...levelOf(calibration) }))),
  };
  const modelVersion = writeArtifact(options.out, { model, card, metrics, reference });
  const positives = dataset.facts.labels.reduce((sum, label) => sum + label, 0);
  return {
    modelVersion,
    out: options.out,
    rows,
    positives,
    families,
    winner: winner.name,
    margin,
    calibration: calibration.method,
    rolling,
  };
}

/**
 * A family that leads on the last origin alone is judged at the others too, until the leader was judged at all: rows of
 * one window share its luck, which no bootstrap over them can show.
 */
async function leadersEverywhere(
  dataset: Labelled,
  entries: readonly Entry[],
  origins: readonly Origin[],
  options: Pick<TrainOptions, 'seed' | 'progress'>,
): Promise<readonly Entry[]> {
  const { seed, progress } = options;
  const leader = winnerOf(dataset, entries, origins.length, seed);
  if (!leader || leader.judged.length === origins.length) return entries;
  const mostRows = dataset.matrix.rows;
  const [again] = await race(dataset, [{ trainer: leader.trainer, slow: false }], origins, {
    seed,
    mostRows,
    progress,
  });
  const known = entries.map((entry) => (entry === leader ? { ...again!, slow: true } : entry));
  return leadersEverywhere(dataset, known, origins, options);
}

/** The winner again, where the race showed only a sample of it: all rows, from the last origin. */
async function judgedFully(
  dataset: Labelled,
  winner: Entry,
  origins: readonly Origin[],
  needed: boolean,
  { seed, progress }: TrainOptions,
): Promise<Entry> {
  if (!needed) return winner;
  const mostRows = dataset.matrix.rows;
  const [again] = await race(dataset, [{ trainer: winner.trainer, slow: true }], origins, { seed, mostRows, progress });
  return again!;
}

/** Inputs and calibrated scores after the last origin, which that origin's model had not seen. */
function driftReference(dataset: Labelled, { judged }: Entry, calibration: Parameters<typeof calibrated>[0]) {
  const { rows, probabilities } = judged.at(-1)!;
  const labels = Float64Array.from(rows, (row) => dataset.facts.labels[row]!);
  const scores = probabilities.map((p) => calibrated(calibration, p));
  return referenceOf(dataset.featureSet, matrixRows(dataset.matrix, rows), scores, labels);
}

function middle(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function familyResult({ name, trainer, judged, refused }: Entry): FamilyResult {
  const metrics = judged.length > 0 ? meanMetrics(judged) : null;
  const levelled = judged.length > 0 ? meanLevelled(judged) : null;
  return {
    name,
    family: trainer.family,
    origins: judged.length,
    metrics,
    levelled,
    note: refused ?? (trainer.holdsMonotone ? '' : 'cannot hold monotone constraints'),
  };
}

function marginOf(dataset: Labelled, entries: readonly Entry[], winner: Entry, seed: number): TrainResult['margin'] {
  const others = entries.filter((entry) => entry !== winner && entry.judged.length > 0);
  const most = Math.max(0, ...others.map(({ judged }) => judged.length));
  const next = winnerOf(dataset, others, most, seed);
  return next ? { ...marginOver(dataset, winner, next, seed), over: next.name } : null;
}

function cardOf(
  { facts, table, importer, featureSet }: Labelled,
  options: TrainOptions,
  files: readonly string[],
  more: Record<string, unknown>,
) {
  const { times, labels, dated } = facts;
  const [first, last] = times.reduce(
    ([low, high], t) => [Math.min(low!, t), Math.max(high!, t)],
    [Infinity, -Infinity],
  );
  const moment = (t: number): string | number => (dated ? new Date(t).toISOString() : t);
  return {
    trainedAt: options.now.toISOString(),
    trainedBy: options.trainedBy,
    task: importer.task,
    importer: importer.name,
    data: files.map((file) => basename(file)),
    rows: table.rows,
    positives: labels.reduce((sum, label) => sum + label, 0),
    window: { from: moment(first!), to: moment(last!), dated },
    featureSet: featureSet.featureSetId,
    features: featureSet.features.map(({ name, unit, description }) => ({ name, unit, description })),
    seed: options.seed,
    allowedLeaks: options.allowLeaks,
    ...(facts.judged ? { judgedOn: facts.judged.name } : {}),
    limits: [
      'the figures are of the rolling origins named in metrics.json; another window may differ',
      'rows unlike those of the window (see reference.json) are outside what was measured',
    ],
    ...more,
  };
}
