import { parseArgs } from 'node:util';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createMcpServer } from '#mcp/server.ts';
import { packageVersion, readConfig } from '#src/config.ts';
import { openAsking, WHOM, WHOM_USAGE } from './asking.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { toldText } from './reply-text.ts';

export const mcp: Command = {
  summary: 'the question catalogue as read-only tools for an assistant (MCP over stdio)',
  usage: `fairlead mcp [options]

Speaks the Model Context Protocol on standard input and output until input ends.

${WHOM_USAGE}`,
  async run(args: readonly string[], terminal: Terminal) {
    const { values } = parseArgs({ args: [...args], options: WHOM });
    const asking = openAsking(values, readConfig(process.env), Date.now);
    try {
      const server = await createMcpServer({
        asking,
        version: packageVersion,
        show: (told) => toldText(told, asking.unlogged),
      });
      // Standard output is the assistant's.
      if (asking.unlogged !== null) terminal.err(`${asking.unlogged}\n`);
      const ended = new Promise<void>((resolve) => {
        process.stdin.once('end', resolve);
        process.stdin.once('close', resolve);
      });
      await server.connect(new StdioServerTransport());
      await ended;
      await server.close();
    } finally {
      asking.close();
    }
    return EXIT.ok;
  },
};
