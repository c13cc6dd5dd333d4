import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '#domain/problems.ts';
import type { Task } from '#domain/risk.ts';
import { artifactFor, readFor } from './artifact-data.ts';
import { withLabels } from './dataset.ts';
import { type Measured, measured } from './evaluate.ts';
import { importerNamed } from './importers/importers.ts';
import { METRIC_NAMES, scored, subset } from './metrics.ts';
import { figure } from './report-text.ts';
import type { FamilyResult, TrainResult } from './train.ts';

/** The public sets and the task each is for; folders as in the data folder. */
const SETS: readonly { importer: string; task: Task; folder: string }[] = [
  { importer: 'backorder', task: 'stockout', folder: 'backorder' },
  { importer: 'olist-delay', task: 'delay', folder: 'olist_delay' },
  { importer: 'scms', task: 'delay', folder: 'scms' },
  { importer: 'olist-split', task: 'split', folder: 'olist_split' },
];

/**
 * The page of families and figures for each set, from the artifacts under `models` (one folder an importer), each
 * measured on the validation part it has not seen.
 */
export async function resultsPage(models: string, dataFolder: string, say: (text: string) => void): Promise<string> {
  const sections: string[] = [];
  for (const set of SETS) {
    const folder = join(models, set.importer);
    if (!existsSync(folder))
      throw new DomainError('not-found', `\`${folder}\` is missing; train it with \`${commandOf(set)}\``, { folder });
    say(`${set.importer}\n`);
    sections.push(await section(set, folder, dataFolder));
  }
  return `# Results on public data

Written by \`fairlead train results --models <folder> --out training/RESULTS.md\` from artifacts that the commands below
made. Families are compared by rolling origin on the training part alone; the last table of each set is the chosen model
on the validation part, which is later in time (backorder: other items) and was not trained on, though features were
designed with its figures in sight. "At level" is the log
loss with the base rate of each window set right, by which families are ranked: that level is luck none of them earned.
The data and weights trained on it are not part of the project.

${sections.join('\n')}`;
}

function commandOf({ task, importer, folder }: (typeof SETS)[number]): string {
  return `fairlead train ${task} --importer ${importer} --data ../shared/data/${folder}/train.csv.gz --out <folder>/${importer}`;
}

async function section(set: (typeof SETS)[number], folder: string, dataFolder: string): Promise<string> {
  const importer = importerNamed(set.importer, set.task);
  const artifact = artifactFor(folder, set.task, importer);
  const metrics = JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')) as Pick<
    TrainResult,
    'families' | 'winner' | 'margin' | 'calibration'
  >;
  const dataset = withLabels(await readFor(artifact, importer, [join(dataFolder, set.folder, 'validation.csv.gz')]));
  const all = scored(artifact.model.predict(dataset.matrix), dataset.facts.labels);
  const { judged } = dataset.facts;
  const rows = judged ? subset(all, (row) => judged.rows[row] === 1) : all;
  const { margin } = metrics;
  return `## ${set.importer} (${set.task})

\`\`\`
${commandOf(set)}
\`\`\`

${families(metrics.families, metrics.winner)}
${margin ? `\`${metrics.winner}\` is ahead of \`${margin.over}\` by ${margin.gain.toFixed(5)} in plain log loss (95% ${margin.interval[0].toFixed(5)} to ${margin.interval[1].toFixed(5)}). ` : ''}Calibration: ${metrics.calibration}.

${validation(measured(rows, 1), judged?.name ?? 'all rows')}`;
}

function families(rows: readonly FamilyResult[], winner: string): string {
  const lines = rows.map(({ name, metrics, levelled, origins, note }) => {
    const cells = METRIC_NAMES.map((metric) => (metrics ? figure(metric, metrics[metric]) : '-'));
    return `| ${name === winner ? `**${name}**` : name} | ${cells.join(' | ')} | ${levelled === null ? '-' : figure('logLoss', levelled)} | ${origins} | ${note} |`;
  });
  return `| family | ROC AUC | PR AUC | Brier | log loss | at level | origins | note |\n|---|---|---|---|---|---|---|---|\n${lines.join('\n')}\n`;
}

function validation(m: Measured, name: string): string {
  const lines = METRIC_NAMES.map((metric) => {
    const [low, high] = m.intervals[metric];
    return `| ${metric} | ${figure(metric, m.metrics[metric])} | ${figure(metric, low)} to ${figure(metric, high)} |`;
  });
  return `| validation, ${name} (${m.rows} rows, ${m.positives} positive) | value | 95% |\n|---|---|---|\n${lines.join('\n')}
| calibration error | ${m.calibrationError.toFixed(5)} | a perfect model: below ${m.calibrationErrorNull95.toFixed(5)} |
| calibration slope | ${m.calibrationSlope.toFixed(3)} | intercept ${m.calibrationIntercept.toFixed(3)} |
`;
}
