import { type Command, EXIT } from './command.ts';

const SUBCOMMANDS: Record<string, () => Promise<Command>> = {
  check: async () => (await import('./policy-check.ts')).policyCheck,
  test: async () => (await import('./policy-test.ts')).policyTest,
  diff: async () => (await import('./policy-diff.ts')).policyDiff,
  replay: async () => (await import('./policy-replay.ts')).policyReplay,
  schema: async () => (await import('./policy-schema.ts')).policySchema,
  activate: async () => (await import('./policy-activate.ts')).policyActivate,
};

export const policy: Command = {
  summary: 'check, test, compare, replay and activate policies',
  usage: `fairlead policy <${Object.keys(SUBCOMMANDS).join(' | ')}> [options]; see fairlead policy <name> --help`,
  group: true,
  run: async (args, terminal) => {
    const [name, ...rest] = args;
    const load = name !== undefined && Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
    if (!load) {
      terminal.err(`${name === undefined ? '' : `unknown command \`policy ${name}\`\n`}${policy.usage}\n`);
      return EXIT.usage;
    }
    const command = await load();
    if (rest.includes('--help')) {
      terminal.out(`${command.summary}\n\n${command.usage}\n`);
      return EXIT.ok;
    }
    return command.run(rest, terminal);
  },
};
