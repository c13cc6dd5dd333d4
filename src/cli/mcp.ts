import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createMcpServer } from '#mcp/server.ts';
import { dataFiles, packageVersion, readConfig, shipped } from '#src/config.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { openStore } from '#store/open.ts';
import { rolesOf } from './ask.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { replyText } from './reply-text.ts';

export const mcp: Command = {
  summary: 'the question catalogue as read-only tools for an assistant (MCP over stdio)',
  usage: `fairlead mcp [--data <folder> | --db <file>] [--roles planner] [--zone UTC] [--tenant default]

Speaks the Model Context Protocol on standard input and output until input ends. The database is opened to read only.`,
  async run(args: readonly string[], terminal: Terminal) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        db: { type: 'string' },
        roles: { type: 'string', default: 'planner' },
        zone: { type: 'string', default: 'UTC' },
        tenant: { type: 'string' },
      },
    });
    const config = readConfig(process.env);
    const file = values.db ?? dataFiles(values.data ?? config.dataFolder).store;
    if (!existsSync(file)) {
      terminal.err(`there is no database at \`${file}\`; name one with --data or --db\n`);
      return EXIT.unavailable;
    }
    const store = openStore({ file, migrationsFolder: shipped.migrations, readOnly: true });
    const sources = questionSources({
      store,
      tenant: values.tenant ?? config.tenant,
      now: Date.now,
      zone: values.zone,
    });
    const server = createMcpServer({ sources, roles: rolesOf(values.roles), version: packageVersion, show: replyText });
    const ended = new Promise<void>((resolve) => {
      process.stdin.once('end', resolve);
      process.stdin.once('close', resolve);
    });
    await server.connect(new StdioServerTransport());
    await ended;
    await server.close();
    store.close();
    return EXIT.ok;
  },
};
