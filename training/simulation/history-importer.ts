import type { FeatureSet, Task } from '#domain/risk.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { readCsv } from '#training/importers/csv.ts';
import type { Importer } from '#training/importers/importer.ts';
import { type ColumnRule, numbersOf, textsOf } from '#training/table.ts';

const PROMISE = 'promisedDays';

/** The columns of a history file, in their order. */
export function columnsOf(featureSet: FeatureSet): string[] {
  return rulesOf(featureSet).map(({ name }) => name);
}

function rulesOf(featureSet: FeatureSet): ColumnRule[] {
  return [
    { name: 'id', kind: 'text', required: true },
    { name: 'decidedAt', kind: 'instant', required: true },
    ...featureSet.features.map(
      ({ name, type }): ColumnRule => ({ name, kind: type === 'category' ? 'text' : 'number' }),
    ),
    { name: 'label', kind: 'flag', optional: true, required: true },
    { name: 'observedAt', kind: 'instant', optional: true, required: true },
    ...(featureSet.task === 'delay'
      ? [{ name: 'durationDays', kind: 'number', optional: true, required: true } satisfies ColumnRule]
      : []),
  ];
}

/** Reads `fairlead simulate history`: the service's own feature set, computed when the rows were written. */
export function historyImporter(task: Task): Importer {
  const featureSet = SERVICE_FEATURE_SETS[task];
  return {
    name: `history-${task}`,
    task,
    ...(task === 'delay' ? { promiseFeature: PROMISE } : {}),
    orderedBy: 'decidedAt',
    read: (files) => readCsv(files, rulesOf(featureSet)),
    facts: (table) => ({
      ids: textsOf(table, 'id'),
      times: numbersOf(table, 'decidedAt'),
      dated: true,
      ...(table.columns.has('label') ? { labels: numbersOf(table, 'label') } : {}),
      ...(table.columns.has('observedAt') ? { observedAt: numbersOf(table, 'observedAt') } : {}),
      ...(table.columns.has('durationDays') ? { durations: numbersOf(table, 'durationDays') } : {}),
      segments: [],
    }),
    learn: () => ({ v: 1, importer: `history-${task}`, categories: {}, averages: {} }),
    featureSet: () => featureSet,
    features: (table) => {
      const columns = featureSet.features.length;
      const values = new Float64Array(table.rows * columns);
      for (const [column, { name, categories }] of featureSet.features.entries()) {
        const codes = categories
          ? textsOf(table, name).map((text) => categories.indexOf(text))
          : numbersOf(table, name);
        for (let row = 0; row < table.rows; row++) {
          const value = codes[row]!;
          values[row * columns + column] = categories && value < 0 ? Number.NaN : value;
        }
      }
      return { rows: table.rows, columns, values };
    },
  };
}
