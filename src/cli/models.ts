import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import { TASKS, type Task } from '#domain/risk.ts';
import { ModelRegistry } from '#models/registry.ts';
import { readConfig } from '#src/config.ts';
import { gateInRegistry } from '#training/gate-registry.ts';
import { importerNamed } from '#training/importers/importers.ts';
import { writeWhole } from '#training/predict.ts';
import { gateText, plainTable } from '#training/report-text.ts';
import { type Command, EXIT, type ExitCode, type Terminal } from './command.ts';

const OPTIONS = {
  registry: { type: 'string' },
  model: { type: 'string' },
  importer: { type: 'string' },
  tenant: { type: 'string' },
  data: { type: 'string', multiple: true },
  approve: { type: 'string', multiple: true },
  threshold: { type: 'string', default: '0.5' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function taskOf(text: string | undefined): Task {
  const task = TASKS.find((name) => name === text);
  if (!task) throw new DomainError('usage', `expected a task of ${TASKS.join(', ')}; found \`${text ?? ''}\``);
  return task;
}

function list(registry: ModelRegistry, { json }: Values, { out }: Terminal): ExitCode {
  const rows = TASKS.flatMap((task) => {
    const aliases = Object.entries(registry.aliases(task));
    return registry.versions(task).map((modelVersion) => {
      const { card, model } = registry.load(task, modelVersion);
      const names = aliases.filter(([, version]) => version === modelVersion).map(([alias]) => alias);
      return {
        task,
        modelVersion,
        aliases: names,
        family: model.family,
        featureSet: model.featureSet.featureSetId,
        trainedAt: card.trainedAt,
      };
    });
  });
  if (json) out(`${JSON.stringify(rows)}\n`);
  else if (rows.length === 0) out('no model is registered\n');
  else
    out(
      plainTable([
        ['task', 'version', 'family', 'feature set', 'trained', 'alias'],
        ...rows.map((row) => [
          row.task,
          row.modelVersion,
          row.family,
          row.featureSet,
          row.trainedAt.slice(0, 10),
          row.aliases.join(', '),
        ]),
      ]),
    );
  return EXIT.ok;
}

async function promote(
  root: string,
  registry: ModelRegistry,
  task: Task,
  values: Values,
  terminal: Terminal,
): Promise<ExitCode> {
  const files = (values.data ?? []).flatMap((part) => part.split(',')).filter(Boolean);
  if (!values.model || !values.importer || files.length === 0)
    throw new DomainError(
      'usage',
      '`models promote` needs `--model`, `--importer` and `--data` with rows later than the training',
    );
  const threshold = Number(values.threshold);
  if (!(threshold > 0 && threshold < 1))
    throw new DomainError('usage', `\`--threshold ${values.threshold}\`: expected above 0 and below 1`);
  const result = await gateInRegistry({
    registry,
    task,
    folder: values.model,
    importer: importerNamed(values.importer, task, values.tenant),
    files,
    threshold,
    approvals: (values.approve ?? []).flatMap((names) => names.split(',')),
    seed: Number(values.seed),
  });
  mkdirSync(join(root, 'gates'), { recursive: true });
  const path = join(root, 'gates', `${task}-${result.challenger}-against-${result.champion}.json`);
  writeWhole(path, `${JSON.stringify(result, null, 2)}\n`);
  if (result.passed) registry.promote(task, registry.add(values.model));
  terminal.out(values.json ? `${JSON.stringify(result)}\n` : `${gateText(result)}result -> ${path}\n`);
  return result.passed ? EXIT.ok : EXIT.negative;
}

export const modelsCommand: Command = {
  summary: 'list model versions, promote one through the gate, roll back',
  usage: `fairlead models list [--registry <folder>] [--json]
fairlead models promote <task> --model <folder> --importer <name> --data <file[,file]> --approve <name> --approve <name>
  [--threshold 0.5] [--registry <folder>] [--json]
fairlead models rollback <task> [--registry <folder>]
Without --registry: the folder that \`fairlead serve\` loads from (FAIRLEAD_MODELS, else the models that ship).`,
  async run(args, terminal) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const [verb, task] = positionals;
    const root = values.registry ?? readConfig(process.env).modelsFolder;
    const registry = new ModelRegistry(root);
    if (verb === 'list') return list(registry, values, terminal);
    if (verb === 'promote') return promote(root, registry, taskOf(task), values, terminal);
    if (verb === 'rollback') {
      const aliases = registry.rollback(taskOf(task));
      terminal.out(
        values.json
          ? `${JSON.stringify(aliases)}\n`
          : `champion of ${task} is ${aliases.champion}, previous ${aliases.previous ?? 'none'}\n`,
      );
      return EXIT.ok;
    }
    throw new DomainError('usage', `\`models ${verb ?? ''}\`: expected list, promote or rollback`);
  },
};
