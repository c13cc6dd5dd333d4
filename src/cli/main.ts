import { DomainError } from '#domain/problems.ts';
import { type Command, EXIT, type ExitCode, type Terminal } from './command.ts';

/** Every command, loaded only when it is asked for, so that none pays for another's packages. */
export const COMMANDS: Record<string, { summary: string; load: () => Promise<Command> }> = {
  ask: {
    summary: 'answer a question from the log, with figures that can be checked',
    load: async () => (await import('./ask.ts')).ask,
  },
  demo: {
    summary: 'a seeded distributor: start the service, send orders, show what was decided',
    load: async () => (await import('./demo.ts')).demo,
  },
  mcp: {
    summary: 'the question catalogue as read-only tools for an assistant',
    load: async () => (await import('./mcp.ts')).mcp,
  },
  reasons: {
    summary: 'why a decision is as it is: costs, rules, plans that lost, what moves its risks',
    load: async () => (await import('./reasons.ts')).reasons,
  },
  serve: { summary: 'run the service', load: async () => (await import('./serve.ts')).serve },
  recommend: {
    summary: 'decide one order from a JSON file',
    load: async () => (await import('./recommend.ts')).recommend,
  },
  keys: { summary: 'make, list and revoke API keys', load: async () => (await import('./keys.ts')).keys },
  audit: {
    summary: 'verify, export, witness, replay, search and erase',
    load: async () => (await import('./audit.ts')).audit,
  },
  policy: {
    summary: 'check, test, compare, replay and activate policies',
    load: async () => (await import('./policy.ts')).policy,
  },
  simulate: {
    summary: 'live a simulated distributor: history, a world to start from, orders',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  train: {
    summary: 'train a risk model: families raced by rolling origin, the best one kept',
    load: async () => (await import('./training.ts')).trainCommand,
  },
  predict: {
    summary: 'score the rows of a file with a trained model',
    load: async () => (await import('./training.ts')).predictCommand,
  },
  evaluate: {
    summary: 'measure a trained model on labelled rows',
    load: async () => (await import('./training.ts')).evaluateCommand,
  },
  backtest: {
    summary: 'predict each week with a model trained on what was known before it',
    load: async () => (await import('./training.ts')).backtestCommand,
  },
  drift: {
    summary: 'compare the rows of a file with what a model was trained on',
    load: async () => (await import('./training.ts')).driftCommand,
  },
  'import-model': {
    summary: 'read an XGBoost or LightGBM model: score a file with it, or make it an artifact',
    load: async () => (await import('./import-model.ts')).importModel,
  },
  models: {
    summary: 'list model versions, promote one through the gate, roll back',
    load: async () => (await import('./models.ts')).modelsCommand,
  },
};

function help(): string {
  const width = Math.max(4, ...Object.keys(COMMANDS).map((name) => name.length));
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return ['fairlead <command> [options]', '', ...rows, `  ${'help'.padEnd(width)}  this page`, ''].join('\n');
}

export async function main(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...args] = argv;
  if (name === undefined || name === 'help' || name === '--help') {
    terminal.out(help());
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) {
    terminal.err(`unknown command \`${name}\`\n\n${help()}`);
    return EXIT.usage;
  }
  const command = await entry.load();
  if (args[0] === '--help' || (args.includes('--help') && !command.group)) {
    terminal.out(`${command.summary}\n\n${command.usage}\n`);
    return EXIT.ok;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    if (error instanceof DomainError) {
      terminal.err(`${error.message}\n`);
      return error.code === 'not-ready' ? EXIT.unavailable : EXIT.usage;
    }
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      terminal.err(`${error.message}\n\n${command.usage}\n`);
      return EXIT.usage;
    }
    throw error;
  }
}
