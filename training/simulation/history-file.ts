import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TASKS } from '#domain/risk.ts';
import { toRfc3339 } from '#domain/time.ts';
import type { History, HistoryRows } from './history.ts';
import { columnsOf } from './history-importer.ts';

/** One CSV per task: `<folder>/stockout.csv` and so on; missing is the empty cell. Returns the paths. */
export function writeHistory(folder: string, history: History): string[] {
  mkdirSync(folder, { recursive: true });
  return TASKS.map((task) => {
    const path = join(folder, `${task}.csv`);
    writeFileSync(path, csvOf(history[task]));
    return path;
  });
}

function csvOf({ featureSet, matrix, labels, times, observedAt, durations }: HistoryRows): string {
  const lines = [columnsOf(featureSet).join(',')];
  for (let row = 0; row < matrix.rows; row++) {
    const cells = featureSet.features.map(({ categories }, column) => {
      const value = matrix.values[row * matrix.columns + column]!;
      if (Number.isNaN(value)) return '';
      return categories ? (categories[value] ?? '') : String(value);
    });
    const after = [labels[row], toRfc3339(observedAt[row]!), ...(durations ? [durations[row]] : [])];
    lines.push([row + 1, toRfc3339(times[row]!), ...cells, ...after].join(','));
  }
  return `${lines.join('\n')}\n`;
}
