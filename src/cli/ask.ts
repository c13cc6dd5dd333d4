import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ROLES, type Role } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import { answerPlan, type Reply } from '#explanation/answer.ts';
import { type PlannedQuestion, understand } from '#explanation/grammar/understand.ts';
import { storeDirectory } from '#explanation/store-directory.ts';
import { dataFiles, readConfig, shipped } from '#src/config.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { openStore } from '#store/open.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { replyText } from './reply-text.ts';

/** `planner,approver`: throws `usage` for a role that there is not. */
export function rolesOf(text: string): Role[] {
  const roles = text.split(',').map((role) => role.trim());
  const unknown = roles.find((role) => !(ROLES as readonly string[]).includes(role));
  if (unknown !== undefined)
    throw new DomainError('usage', `--roles: found \`${unknown}\`, expected some of ${ROLES.join(', ')}`);
  return roles as Role[];
}

function momentOf(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw new DomainError('usage', `--now: found \`${text}\`, expected RFC 3339`);
  return moment;
}

function zoneOf(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new DomainError('usage', `--zone: found \`${text}\`, expected an IANA time zone`, {}, cause);
  }
}

export const ask: Command = {
  summary: 'answer a question from the log, with figures that can be checked',
  usage: `fairlead ask "why was order DEMO-0042 split?" ["and what are the alternatives?" ...] [options]

Several questions are one conversation: a later one may follow up on the one before. No language model is used.

  --plan-only        print the plan and its parameters, or the abstention; answer nothing
  --json             for machines: one JSON document a line
  --data <folder>    the data folder (default: .fairlead, or FAIRLEAD_HOME)
  --db <file>        a database by itself, instead of --data
  --now <RFC 3339>   the moment of asking (default: now)
  --zone <IANA>      where it is asked (default: the machine's zone)
  --roles <list>     as whom (default: planner)
  --tenant <name>    (default: FAIRLEAD_TENANT, or default)

Ends with 1 when a question is not answered. The questions that can be asked: docs/questions.md`,
  async run(args: readonly string[], terminal: Terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'plan-only': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        data: { type: 'string' },
        db: { type: 'string' },
        now: { type: 'string' },
        zone: { type: 'string' },
        roles: { type: 'string', default: 'planner' },
        tenant: { type: 'string' },
      },
    });
    if (positionals.length === 0)
      throw new DomainError('usage', 'expected a question, as in `fairlead ask "what changed since yesterday?"`');
    const config = readConfig(process.env);
    const file = values.db ?? dataFiles(values.data ?? config.dataFolder).store;
    if (!existsSync(file)) {
      terminal.err(`there is no database at \`${file}\`; name one with --data or --db\n`);
      return EXIT.unavailable;
    }
    const store = openStore({ file, migrationsFolder: shipped.migrations, readOnly: true });
    try {
      const now = momentOf(values.now);
      const zone = zoneOf(values.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
      const sources = questionSources({ store, tenant: values.tenant ?? config.tenant, now: () => now, zone });
      const directory = storeDirectory(sources);
      const roles = rolesOf(values.roles);
      let previous: PlannedQuestion | undefined;
      let answered = true;
      for (const question of positionals) {
        const understood = understand({ question, clock: { now, zone }, directory, roles, previous });
        if ('abstain' in understood) {
          answered = false;
          const { choices } = understood;
          const plain = { abstain: understood.abstain, message: understood.message, choices };
          terminal.out(
            values.json
              ? `${JSON.stringify(plain)}\n`
              : replyText({ kind: 'abstention', ...plain, frontEnd: 'grammar', degraded: false }),
          );
          continue;
        }
        const { plan, parameters } = understood;
        previous = { plan, parameters };
        if (values['plan-only']) {
          terminal.out(values.json ? `${JSON.stringify(previous)}\n` : `${plan} ${JSON.stringify(parameters)}\n`);
          continue;
        }
        const reply: Reply = answerPlan(previous, sources, understood.notes);
        if (reply.kind === 'abstention') answered = false;
        terminal.out(values.json ? `${JSON.stringify(reply)}\n` : replyText(reply));
      }
      return answered ? EXIT.ok : EXIT.negative;
    } finally {
      store.close();
    }
  },
};
