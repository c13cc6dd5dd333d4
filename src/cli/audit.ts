import { type Command, EXIT } from './command.ts';

/** Each in a file of its own, loaded when asked for: some load packages that the others do without. */
const SUBCOMMANDS: Record<string, () => Promise<Command>> = {
  verify: async () => (await import('./audit-verify.ts')).auditVerify,
  export: async () => (await import('./audit-export.ts')).auditExport,
  witness: async () => (await import('./audit-witness.ts')).auditWitness,
  replay: async () => (await import('./audit-replay.ts')).auditReplay,
  search: async () => (await import('./audit-search.ts')).auditSearch,
  erase: async () => (await import('./audit-erase.ts')).auditErase,
  retain: async () => (await import('./audit-retain.ts')).auditRetain,
  hold: async () => (await import('./audit-retain.ts')).auditHold,
  keys: async () => (await import('./audit-keys.ts')).auditKeys,
};

export const audit: Command = {
  summary: 'verify, export, witness, replay, search and erase what was decided',
  usage: `fairlead audit <${Object.keys(SUBCOMMANDS).join(' | ')}> [options]; see fairlead audit <name> --help`,
  group: true,
  run: async (args, terminal) => {
    const [name, ...rest] = args;
    const load = name !== undefined && Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
    if (!load) {
      terminal.err(`${name === undefined ? '' : `unknown command \`audit ${name}\`\n`}${audit.usage}\n`);
      return EXIT.usage;
    }
    const command = await load();
    if (rest.includes('--help')) {
      terminal.out(`${command.summary}\n\n${command.usage}\n`);
      return EXIT.ok;
    }
    try {
      return await command.run(rest, terminal);
    } catch (error) {
      if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
        terminal.err(`${error.message}\n\n${command.usage}\n`);
        return EXIT.usage;
      }
      throw error;
    }
  },
};
