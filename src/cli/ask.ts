import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import { type PlannedQuestion, understand } from '#explanation/grammar/understand.ts';
import { storeDirectory } from '#explanation/store-directory.ts';
import type { Told } from '#mcp/server.ts';
import { dataFiles, readConfig } from '#src/config.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { openAsking, openToRead, WHOM, WHOM_USAGE, type WhomOptions, zoneOf } from './asking.ts';
import { type Command, EXIT, type ExitCode, type Terminal } from './command.ts';
import { replyText, toldText } from './reply-text.ts';
import { rolesOf } from './roles.ts';

function momentOf(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw new DomainError('usage', `--now: found \`${text}\`, expected RFC 3339`);
  return moment;
}

interface AskOptions extends WhomOptions {
  readonly json: boolean;
  readonly plot: boolean;
}

/** The plan of each question, or the abstention; nothing is answered. */
function planOnly(questions: readonly string[], options: AskOptions, terminal: Terminal): ExitCode {
  const config = readConfig(process.env);
  const store = openToRead(options.db ?? dataFiles(options.data ?? config.dataFolder).store);
  try {
    const now = momentOf(options.now);
    const zone = zoneOf(options, config);
    const sources = questionSources({ store, tenant: options.tenant ?? config.tenant, now: () => now, zone });
    const directory = storeDirectory(sources);
    const roles = rolesOf(options.roles ?? 'planner');
    let previous: PlannedQuestion | undefined;
    let understoodAll = true;
    for (const question of questions) {
      const understood = understand({ question, clock: { now, zone }, directory, roles, previous });
      if ('abstain' in understood) {
        understoodAll = false;
        const { abstain, message, choices } = understood;
        const plain = { abstain, message, choices };
        terminal.out(
          options.json
            ? `${JSON.stringify(plain)}\n`
            : replyText({ kind: 'abstention', ...plain, frontEnd: 'grammar', degraded: false }),
        );
        continue;
      }
      const { plan, parameters } = understood;
      previous = { plan, parameters };
      terminal.out(options.json ? `${JSON.stringify(previous)}\n` : `${plan} ${JSON.stringify(parameters)}\n`);
    }
    return understoodAll ? EXIT.ok : EXIT.negative;
  } finally {
    store.close();
  }
}

async function answerAll(questions: readonly string[], options: AskOptions, terminal: Terminal): Promise<ExitCode> {
  const now = momentOf(options.now);
  const asking = openAsking(options, readConfig(process.env), () => now);
  const plotWidth = options.plot ? (terminal.columns ?? 80) : terminal.columns;
  let previous: PlannedQuestion | undefined;
  let answeredAll = true;
  try {
    for (const question of questions) {
      const told: Told = await asking.ask(question, previous);
      if (told.kind === 'answer') previous = { plan: told.plan, parameters: told.parameters };
      else answeredAll = false;
      terminal.out(options.json ? `${JSON.stringify(told)}\n` : toldText(told, asking.unlogged, { plotWidth }));
    }
    return answeredAll ? EXIT.ok : EXIT.negative;
  } finally {
    asking.close();
  }
}

export const ask: Command = {
  summary: 'answer a question from the log, with figures that can be checked',
  usage: `fairlead ask "why was order DEMO-0042 split?" ["and what are the alternatives?" ...] [options]

Several questions are one conversation: a later one may follow up on the one before.

  --plan-only        print the plan and its parameters, or the abstention; answer nothing, ask no service
  --json             for machines: one JSON document a line
  --plot             draw the plot of an answer that has one (default: in a terminal)
${WHOM_USAGE}
  --now <RFC 3339>   the moment of asking, of a database that is read (default: now)

Ends with 1 when a question is not answered. The questions that can be asked: docs/questions.md`,
  async run(args: readonly string[], terminal: Terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...WHOM,
        'plan-only': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        plot: { type: 'boolean', default: false },
        now: { type: 'string' },
      },
    });
    if (positionals.length === 0)
      throw new DomainError('usage', 'expected a question, as in `fairlead ask "what changed since yesterday?"`');
    return values['plan-only'] ? planOnly(positionals, values, terminal) : answerAll(positionals, values, terminal);
  },
};
