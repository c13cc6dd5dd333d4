import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import type { Answer } from '#src/wire/answer.ts';
import { answerTable } from './answer-table.ts';
import { type Command, EXIT } from './command.ts';

function readRequest(file: string): { text: string; currency: string } {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8');
    // Whether it is a request is for the service to say.
    const body: { order?: { currency?: unknown } } | null = JSON.parse(text);
    return { text, currency: String(body?.order?.currency ?? '') };
  } catch (cause) {
    throw new DomainError('usage', `\`${file}\` is no JSON document: ${(cause as Error).message}`, {}, cause);
  }
}

/** Sends one request to a running service, or decides it here when it carries its own snapshot. */
export const recommend: Command = {
  summary: 'decide one order from a JSON file',
  usage: `fairlead recommend <request.json> [--url <service> --key <pk_...>] [--json]
  <request.json>  the body of POST /v1/recommendations; \`-\` reads standard input
  --url           a running service (FAIRLEAD_URL); without it the request must carry its own \`snapshot\`,
                  and is decided in this process under the shipped models and policy, on no log
  --key           an API key with the role orchestrator or planner (FAIRLEAD_KEY)
  --idempotency-key  @default the SHA-256 of the file`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string', default: process.env['FAIRLEAD_URL'] ?? '' },
        key: { type: 'string', default: process.env['FAIRLEAD_KEY'] ?? '' },
        'idempotency-key': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1)
      throw new DomainError('usage', `found ${positionals.length} files, expected one request`);
    const { text, currency } = readRequest(file);
    const { decideHere, decideThere } = await import('./decide-request.ts');
    const { status, body } =
      values.url === ''
        ? await decideHere(text)
        : await decideThere(text, { url: values.url, key: values.key, idempotencyKey: values['idempotency-key'] });
    if (status !== 200) {
      terminal.err(`${JSON.stringify(body, null, 2)}\n`);
      return status >= 500 ? EXIT.unavailable : EXIT.usage;
    }
    terminal.out(values.json ? `${JSON.stringify(body)}\n` : answerTable([{ answer: body as Answer, currency }]));
    return EXIT.ok;
  },
};
