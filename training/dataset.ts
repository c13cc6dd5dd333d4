import { DomainError } from '#domain/problems.ts';
import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import type { Facts, Importer, Recorded } from './importers/importer.ts';
import { numbersOf, type Table, whereIs } from './table.ts';
import type { TrainingData } from './trainers/trainer.ts';

/** A file as the trainers and reports see it. */
export interface Dataset {
  readonly importer: Importer;
  readonly table: Table;
  readonly facts: Facts;
  readonly recorded: Recorded;
  readonly featureSet: FeatureSet;
  readonly matrix: FeatureMatrix;
}

export type Labelled = Dataset & { readonly facts: Facts & { readonly labels: Float64Array } };

/**
 * Reads files to learn from. Besides what every reading refuses, `invalid-data` for rows that are not in the order of
 * their dates, no label, one class only, or a column without any value.
 */
export async function readToLearn(importer: Importer, files: readonly string[]): Promise<Labelled> {
  const table = await importer.read(files);
  checkOrder(importer, table);
  checkColumns(table);
  const facts = importer.facts(table);
  const { labels } = facts;
  if (!labels) throw new DomainError('invalid-data', `${names(table)}: there is no column of labels to learn from`);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === labels.length)
    throw new DomainError(
      'invalid-data',
      `${names(table)}: all ${labels.length} labels are ${labels[0]}; expected both classes`,
      {
        column: 'label',
        rows: labels.length,
      },
    );
  const recorded = importer.learn(table);
  const featureSet = importer.featureSet(recorded);
  const matrix = importer.features(table, recorded, 'asOf');
  return { importer, table, facts: { ...facts, labels }, recorded, featureSet, matrix };
}

/** Reads files to score, with averages and categories as a training recorded them. Any order of rows will do. */
export async function readToScore(importer: Importer, files: readonly string[], recorded: Recorded): Promise<Dataset> {
  const table = await importer.read(files);
  const featureSet = importer.featureSet(recorded);
  const matrix = importer.features(table, recorded, 'recorded');
  return { importer, table, facts: importer.facts(table), recorded, featureSet, matrix };
}

export function withLabels(dataset: Dataset): Labelled {
  const { labels } = dataset.facts;
  if (labels) return { ...dataset, facts: { ...dataset.facts, labels } };
  throw new DomainError('invalid-data', `${names(dataset.table)}: there is no column of labels to compare with`);
}

function names(table: Table): string {
  return table.sources.map(({ file }) => `\`${file}\``).join(', ');
}

function checkOrder({ orderedBy }: Importer, table: Table): void {
  if (orderedBy === undefined) return;
  const moments = numbersOf(table, orderedBy);
  for (let row = 1; row < moments.length; row++) {
    if (moments[row]! >= moments[row - 1]!) continue;
    const { file, row: at, text } = whereIs(table, row);
    const show = (moment: number): string => new Date(moment).toISOString();
    throw new DomainError(
      'invalid-data',
      `${text}, column \`${orderedBy}\`: ${show(moments[row]!)} comes after ${show(moments[row - 1]!)}; expected dates in order`,
      { file, row: at, column: orderedBy },
    );
  }
}

function checkColumns(table: Table): void {
  for (const [name, values] of table.columns) {
    const empty = values instanceof Float64Array ? values.every(Number.isNaN) : values.every((text) => text === '');
    if (empty)
      throw new DomainError('invalid-data', `${names(table)}: column \`${name}\` has no value in ${table.rows} rows`, {
        column: name,
        rows: table.rows,
      });
  }
}

/** Row indices in the order of their decisions. */
export function inOrder({ facts: { times } }: Dataset): Int32Array {
  const order = Int32Array.from({ length: times.length }, (_, row) => row);
  return order.sort((a, b) => times[a]! - times[b]! || a - b);
}

/** Of the rows, those whose label was known before a moment. Sets without dates know all that come earlier. */
export function knownBefore({ facts }: Dataset, rows: Int32Array, moment: number): Int32Array {
  const known = facts.observedAt ?? facts.times;
  return rows.filter((row) => known[row]! < moment);
}

/** Some rows as a trainer takes them. With `moment`, a duration that was not over by then is what it had come to. */
export function trainingData(dataset: Labelled, rows: Int32Array, moment = Number.POSITIVE_INFINITY): TrainingData {
  const { facts, featureSet, matrix, importer } = dataset;
  const { durations, settledAt, elapsed, weights } = facts;
  const pick = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]!);
  const heaviest = weights ? rows.reduce((most, row) => Math.max(most, weights[row]!), 0) : 1;
  const known = durations?.map((days, row) =>
    settledAt && elapsed && settledAt[row]! >= moment ? elapsed(row, moment) : days,
  );
  return {
    featureSet,
    matrix: matrixRows(matrix, rows),
    labels: pick(facts.labels),
    ...(known && importer.promiseFeature ? { durations: pick(known), promiseFeature: importer.promiseFeature } : {}),
    ...(weights ? { weights: pick(weights).map((weight) => weight / heaviest) } : {}),
    times: pick(facts.times),
  };
}

export function matrixRows({ values, columns }: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  const out = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    out.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return { rows: rows.length, columns, values: out };
}
