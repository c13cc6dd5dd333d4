import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import { TASKS } from '#domain/risk.ts';
import { DAY_MS } from '#domain/time.ts';
import { type Command, EXIT, type ExitCode, type Terminal } from './command.ts';

const USAGE = `fairlead simulate history [--seed 1] [--days 400] [--start 2025-01-01] --out <folder>
    lives the days of a simulated distributor and writes what the three risk models learn from
fairlead simulate world [--seed 1] [--orders 40] [--at <RFC 3339>] --out <folder>
    writes events.jsonl (what a service starts from) and orders.jsonl (requests to send)
fairlead simulate models [--seed 1] [--days 425] [--start 2025-09-20] --trained-at <date> --out <folder>
    trains the models the project ships on such a history: replaces the three tasks' folders under <folder>
fairlead simulate olist --data <folder> [--orders 1500] [--scarcity low,medium,high] [--seeds 10] [--json]
    real orders: trains on the earlier part, sends the later part through the service, and bills it and three rules
    of today by one ledger of realised events`;

/** A whole number of an option, within bounds; named where it is not. */
function wholeOption(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new DomainError('usage', `\`--${name}\` is \`${text}\`; expected a whole number from ${least} to ${most}`);
  return value;
}

function instantOption(name: string, text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value))
    throw new DomainError('usage', `\`--${name}\` is \`${text}\`; expected a date such as 2025-01-01`);
  return value;
}

async function history(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      days: { type: 'string', default: '400' },
      start: { type: 'string', default: '2025-01-01' },
      out: { type: 'string' },
    },
  });
  if (values.out === undefined) throw new DomainError('usage', '`--out <folder>` is missing');
  const { simulateHistory, WARM_UP_DAYS } = await import('#training/simulation/history.ts');
  const { writeHistory } = await import('#training/simulation/history-file.ts');
  const simulated = simulateHistory({
    seed: wholeOption('seed', values.seed, 0, 2 ** 31),
    days: wholeOption('days', values.days, WARM_UP_DAYS + 1, 3000),
    start: Math.floor(instantOption('start', values.start) / DAY_MS) * DAY_MS,
    progress: (day, days) => {
      if (terminal.interactive) terminal.err(`\rday ${day} of ${days}${day === days ? '\n' : ''}`);
    },
  });
  const paths = writeHistory(values.out, simulated);
  terminal.out(`${simulated.orders} orders\n`);
  for (const [index, task] of TASKS.entries()) {
    const { labels } = simulated[task];
    const share = labels.reduce((sum, label) => sum + label, 0) / Math.max(1, labels.length);
    terminal.out(`${paths[index]}: ${labels.length} rows, ${(100 * share).toFixed(1)}% came true\n`);
  }
  return EXIT.ok;
}

async function world(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      orders: { type: 'string', default: '40' },
      at: { type: 'string' },
      out: { type: 'string' },
    },
  });
  if (values.out === undefined) throw new DomainError('usage', '`--out <folder>` is missing');
  const { demo } = await import('#training/simulation/demo.ts');
  const at = values.at === undefined ? Date.now() : instantOption('at', values.at);
  const seed = wholeOption('seed', values.seed, 0, 2 ** 31);
  const { events, orders } = demo(seed, wholeOption('orders', values.orders, 0, 10_000), at);
  mkdirSync(values.out, { recursive: true });
  for (const [name, rows] of [
    ['events.jsonl', events],
    ['orders.jsonl', orders],
  ] as const) {
    const path = join(values.out, name);
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    terminal.out(`${path}: ${rows.length} rows\n`);
  }
  return EXIT.ok;
}

async function models(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      days: { type: 'string', default: '425' },
      start: { type: 'string', default: '2025-09-20' },
      'trained-at': { type: 'string' },
      out: { type: 'string' },
    },
  });
  if (values.out === undefined) throw new DomainError('usage', '`--out <folder>` is missing');
  if (values['trained-at'] === undefined) throw new DomainError('usage', '`--trained-at <date>` is missing');
  const trainedAt = instantOption('trained-at', values['trained-at']);
  const { simulateHistory, WARM_UP_DAYS } = await import('#training/simulation/history.ts');
  const { shipModels } = await import('#training/simulation/ship-models.ts');
  const seed = wholeOption('seed', values.seed, 0, 2 ** 31);
  const days = wholeOption('days', values.days, WARM_UP_DAYS + 30, 3000);
  const start = Math.floor(instantOption('start', values.start) / DAY_MS) * DAY_MS;
  const note = (label: string): void => {
    if (terminal.interactive) terminal.err(`\r${label.padEnd(60)}`);
  };
  const simulated = simulateHistory({ seed, days, start, progress: (day) => note(`day ${day} of ${days}`) });
  const origin = `${days} days of the simulated distributor from ${values.start} with seed ${seed} (docs/simulator.md)`;
  const shipped = await shipModels(simulated, { seed, out: values.out, trainedAt, origin, progress: note });
  note('');
  for (const { task, modelVersion, winner, rows, families } of shipped) {
    terminal.out(`${task}: ${modelVersion}, ${winner} out of ${rows} rows\n`);
    for (const { name, metrics, note: why } of families)
      terminal.out(
        `  ${name.padEnd(18)} ROC AUC ${metrics.rocAuc.toFixed(4)}  PR AUC ${metrics.prAuc.toFixed(4)}  Brier ${metrics.brier.toFixed(4)}  log loss ${metrics.logLoss.toFixed(4)}  ${why}\n`,
      );
  }
  return EXIT.ok;
}

async function olist(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  return (await import('./simulate-olist.ts')).simulateOlist(args, terminal);
}

const SUBCOMMANDS: Record<string, (args: readonly string[], terminal: Terminal) => Promise<ExitCode>> = {
  history,
  world,
  models,
  olist,
};

export const simulate: Command = {
  summary: 'live a simulated distributor: history, a world to start from, orders; compare on real orders',
  usage: USAGE,
  run: async (args, terminal) => {
    const [name, ...rest] = args;
    const run = name !== undefined && Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
    if (run) return run(rest, terminal);
    terminal.err(`${name === undefined ? '' : `unknown command \`simulate ${name}\`\n`}${USAGE}\n`);
    return EXIT.usage;
  },
};
