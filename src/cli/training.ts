import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import { TASKS, type Task } from '#domain/risk.ts';
import { ModelRegistry } from '#models/registry.ts';
import { readConfig } from '#src/config.ts';
import { artifactFor, readFor } from '#training/artifact-data.ts';
import { backtest } from '#training/backtest.ts';
import { readToLearn, withLabels } from '#training/dataset.ts';
import { driftOf } from '#training/drift.ts';
import { evaluate, measured } from '#training/evaluate.ts';
import { FAMILY_CHOICES, type FamilyChoice } from '#training/families.ts';
import type { Importer } from '#training/importers/importer.ts';
import { importerNamed } from '#training/importers/importers.ts';
import { scored } from '#training/metrics.ts';
import { predictionLines, writeWhole } from '#training/predict.ts';
import { reportPage } from '#training/report.ts';
import { driftText, evaluationText, measuredText, trainText } from '#training/report-text.ts';
import { resultsPage } from '#training/results.ts';
import { readCell } from '#training/table.ts';
import { train } from '#training/train.ts';
import { type Command, EXIT, type Terminal } from './command.ts';

function needed(value: string | undefined, option: string): string {
  if (value === undefined) throw new DomainError('usage', `\`${option}\` is missing`);
  return value;
}

function taskOf(positionals: readonly string[]): Task {
  const [task, ...rest] = positionals;
  const found = TASKS.find((name) => name === task);
  if (!found || rest.length > 0)
    throw new DomainError('usage', `expected one task of ${TASKS.join(', ')}; found \`${positionals.join(' ')}\``);
  return found;
}

/** Repeated and comma-separated `--data` alike. */
function filesOf(data: readonly string[] | undefined): string[] {
  const files = (data ?? []).flatMap((part) => part.split(',')).filter((file) => file !== '');
  if (files.length === 0) throw new DomainError('usage', '`--data` is missing; expected one or more files');
  return files;
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0)
    throw new DomainError('usage', `\`--seed ${text}\`: expected a whole number`);
  return seed;
}

function familyOf(text: string): FamilyChoice {
  const found = FAMILY_CHOICES.find((name) => name === text);
  if (!found) throw new DomainError('usage', `\`--family ${text}\`: expected one of ${FAMILY_CHOICES.join(', ')}`);
  return found;
}

function importerFor({ importer: name, tenant }: { importer?: string; tenant?: string }, task: Task): Importer {
  const importer = importerNamed(needed(name, '--importer'), task, tenant);
  if (importer.task !== task)
    throw new DomainError('usage', `importer \`${importer.name}\` is for task \`${importer.task}\`, not \`${task}\``);
  return importer;
}

const WIDTH = 30;

/** A bar on one line while people look; nothing otherwise. */
function progressBar({ interactive, err }: Terminal): (done: number, total: number, label: string) => void {
  let shown = '';
  return (done, total, label) => {
    if (!interactive) return;
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const full = Math.round(share * WIDTH);
    const line = `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${String(Math.round(share * 100)).padStart(3)}% ${label}`;
    if (line === shown) return;
    shown = line;
    err(`\r${line.padEnd(72)}${share === 1 ? '\n' : ''}`);
  };
}

const DATA = {
  importer: { type: 'string' },
  tenant: { type: 'string' },
  data: { type: 'string', multiple: true },
} as const;

export const trainCommand: Command = {
  summary: 'train a risk model: families raced by rolling origin, the best one kept with its margin',
  usage: `fairlead train <task> --importer <name|mapping.yaml> --data <file[,file]> --out <folder>
  [--family ${FAMILY_CHOICES.join('|')}] [--seed 1] [--allow-leak <feature>] [--by <name>] [--json]
fairlead train outcomes --data <store.db> --out <folder> [--tenant default]
fairlead train results --models <folder with an artifact for each public set> --out training/RESULTS.md
  [--data-folder ../shared/data]`,
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...DATA,
        out: { type: 'string' },
        family: { type: 'string', default: 'auto' },
        seed: { type: 'string', default: '1' },
        'allow-leak': { type: 'string', multiple: true, default: [] },
        by: { type: 'string', default: userInfo().username },
        models: { type: 'string' },
        'data-folder': { type: 'string', default: '../shared/data' },
        json: { type: 'boolean', default: false },
      },
    });
    if (positionals.join() === 'results') {
      const out = needed(values.out, '--out');
      writeWhole(out, await resultsPage(needed(values.models, '--models'), values['data-folder'], terminal.err));
      return EXIT.ok;
    }
    // `train outcomes` trains every task of the service, each into a folder of its own.
    const outcomes = positionals.join() === 'outcomes';
    for (const task of outcomes ? TASKS : [taskOf(positionals)]) {
      const result = await train({
        task,
        importer: importerFor(outcomes ? { ...values, importer: 'outcomes' } : values, task),
        files: filesOf(values.data),
        family: familyOf(values.family),
        seed: seedOf(values.seed),
        out: outcomes ? join(needed(values.out, '--out'), task) : needed(values.out, '--out'),
        allowLeaks: values['allow-leak'].flatMap((names) => names.split(',')),
        trainedBy: values.by,
        now: new Date(),
        progress: progressBar(terminal),
      });
      terminal.out(values.json ? `${JSON.stringify(result)}\n` : trainText(result));
    }
    return EXIT.ok;
  },
};

export const predictCommand: Command = {
  summary: 'score the rows of a file with a trained model',
  usage: 'fairlead predict <task> --model <folder> --importer <name|mapping.yaml> --data <file[,file]> --out <csv>',
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...DATA, model: { type: 'string' }, out: { type: 'string' } },
    });
    const task = taskOf(positionals);
    const importer = importerFor(values, task);
    const artifact = artifactFor(needed(values.model, '--model'), task, importer);
    const out = needed(values.out, '--out');
    const dataset = await readFor(artifact, importer, filesOf(values.data));
    writeWhole(out, `${predictionLines(artifact.model, dataset).join('\n')}\n`);
    terminal.out(`${dataset.matrix.rows} rows scored by ${artifact.model.modelVersion} -> ${out}\n`);
    return EXIT.ok;
  },
};

export const evaluateCommand: Command = {
  summary: 'measure a trained model on labelled rows, as a table, JSON or a page',
  usage: `fairlead evaluate <task> --model <folder> --importer <name|mapping.yaml> --data <file[,file]>
  [--html report.html] [--json] [--seed 1]`,
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...DATA,
        model: { type: 'string' },
        html: { type: 'string' },
        json: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
      },
    });
    const task = taskOf(positionals);
    const importer = importerFor(values, task);
    const artifact = artifactFor(needed(values.model, '--model'), task, importer);
    const dataset = withLabels(await readFor(artifact, importer, filesOf(values.data)));
    const evaluation = evaluate(artifact.model, dataset, artifact.reference, seedOf(values.seed));
    if (values.html !== undefined)
      writeWhole(values.html, reportPage(evaluation, artifact.card, dataset, artifact.model));
    terminal.out(values.json ? `${JSON.stringify(evaluation)}\n` : evaluationText(evaluation));
    return EXIT.ok;
  },
};

const EVERY = { daily: 1, weekly: 7, monthly: 28 } as const;

export const backtestCommand: Command = {
  summary: 'predict each week with a model trained on what was known before it',
  usage: `fairlead backtest <task> --importer <name|mapping.yaml> --data <file[,file]> --from <date> --out <csv>
  [--retrain ${Object.keys(EVERY).join('|')}] [--family auto] [--seed 1] [--json]`,
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...DATA,
        from: { type: 'string' },
        retrain: { type: 'string', default: 'weekly' },
        family: { type: 'string', default: 'auto' },
        seed: { type: 'string', default: '1' },
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const task = taskOf(positionals);
    const importer = importerFor(values, task);
    const out = needed(values.out, '--out');
    const from = readCell(needed(values.from, '--from'), 'instant');
    if (from === undefined)
      throw new DomainError('usage', `\`--from ${values.from}\`: expected a date such as 2018-04-15`);
    if (!Object.hasOwn(EVERY, values.retrain))
      throw new DomainError(
        'usage',
        `\`--retrain ${values.retrain}\`: expected one of ${Object.keys(EVERY).join(', ')}`,
      );
    const seed = seedOf(values.seed);
    const dataset = await readToLearn(importer, filesOf(values.data));
    const everyDays = EVERY[values.retrain as keyof typeof EVERY];
    const progress = progressBar(terminal);
    const result = await backtest(dataset, { family: familyOf(values.family), seed, from, everyDays, progress });
    const lines = Array.from(
      result.rows,
      (row, i) => `${dataset.facts.ids[row]},${result.probabilities[i]!.toFixed(6)}`,
    );
    writeWhole(out, `id,probability\n${lines.join('\n')}\n`);
    const judged = Array.from(result.rows.keys()).filter((i) => dataset.facts.judged?.rows[result.rows[i]!] !== 0);
    const labels = Float64Array.from(judged, (i) => dataset.facts.labels[result.rows[i]!]!);
    const figures = measured(
      scored(
        Float64Array.from(judged, (i) => result.probabilities[i]!),
        labels,
      ),
      seed,
    );
    const { periods, family } = result;
    const name = dataset.facts.judged?.name ?? 'all rows';
    terminal.out(
      values.json
        ? `${JSON.stringify({ family, periods, predicted: result.rows.length, judgedOn: name, ...figures })}\n`
        : `${result.rows.length} rows predicted by ${family} in ${periods} periods -> ${out}\n${measuredText(name, figures)}`,
    );
    return EXIT.ok;
  },
};

/** Folder of the model that the service would load. */
function championIn(folder: string | undefined, task: Task): string {
  const root = folder ?? readConfig(process.env).modelsFolder;
  const { champion } = new ModelRegistry(root).aliases(task);
  if (champion === undefined)
    throw new DomainError('usage', `\`${root}\` has no champion of ${task}; name a \`--model\``);
  return join(root, task, champion);
}

export const driftCommand: Command = {
  summary: 'compare the rows of a file with what a model was trained on',
  usage: `fairlead drift <task> --importer <name|mapping.yaml> --data <file[,file]> [--model <folder>] [--json]
Without --model: the champion of --registry <folder>, by itself the one that \`fairlead serve\` loads from (FAIRLEAD_MODELS).`,
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...DATA,
        model: { type: 'string' },
        registry: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const task = taskOf(positionals);
    const importer = importerFor(values, task);
    const artifact = artifactFor(values.model ?? championIn(values.registry, task), task, importer);
    const drift = driftOf(artifact.model, await readFor(artifact, importer, filesOf(values.data)), artifact.reference);
    terminal.out(values.json ? `${JSON.stringify(drift)}\n` : driftText(drift));
    return drift.state === 'none' ? EXIT.ok : EXIT.negative;
  },
};
