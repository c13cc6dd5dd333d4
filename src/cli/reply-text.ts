import type { Answer, Reply } from '#explanation/answer.ts';
import type { Plot } from '#explanation/answers/draft.ts';
import { planNamed } from '#explanation/catalogue/catalogue.ts';
import type { Cite } from '#explanation/sources.ts';
import type { Told } from '#mcp/server.ts';
import { chartLines } from './chart.ts';
import { plain } from './plain.ts';

export interface ReplyTextOptions {
  /** Columns of the terminal where the plot is wanted as well. @default no plot */
  readonly plotWidth?: number | undefined;
}

/** A number with its unit, or the dash for none. */
const FIGURE = /^(?:-|-?[\d.,]+%?(?: \S+)?)$/;
/** A longer cell would push its neighbours off the screen. */
const LONGEST_CELL = 60;
const cut = (text: string): string => (text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text);

function tableLines({ columns, rows }: NonNullable<Answer['table']>): string[] {
  const head = columns.map(({ name, unit }) => (unit ? `${name} (${unit})` : name));
  const body = rows.map((row) => row.map(({ shown }) => cut(plain(shown))));
  const widths = head.map((name, i) => Math.max(name.length, ...body.map((row) => row[i]?.length ?? 0)));
  const figures = columns.map((_, i) => rows.length > 0 && body.every((row) => FIGURE.test(row[i] ?? '')));
  const line = (row: readonly string[]): string =>
    `  ${row
      .map((cell, i) => (figures[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()}`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

function citeText(cite: Cite): string {
  return cite.kind === 'leaf'
    ? `${cite.ref}${cite.receipt ? `, receipt ${cite.receipt}` : ''}`
    : `query ${cite.sha256.slice(0, 16)} over ${cite.log.join(', ') || 'an empty log'}, ${cite.rows} rows`;
}

/** What the catalogue says of the plot, with the group and KPI of this one. */
const titleOf = (plan: string, { x, y }: Plot): string =>
  (planNamed(plan)?.plots ?? plan).replace('by group', `by ${x}`).replace('the KPI', y[0] ?? 'the KPI');

/** A reply for people: sentences with the numbers of their citations, plot, table, then the citations. */
export function replyText(reply: Reply, { plotWidth }: ReplyTextOptions = {}): string {
  if (reply.kind === 'abstention') {
    const choices = reply.choices.map(({ plan, answers }) => `  - ${plan}: ${answers}`);
    return `${reply.abstain}: ${plain(reply.message)}\n${choices.map((choice) => `${choice}\n`).join('')}`;
  }
  const sentences = reply.sentences.map(
    ({ text, cites }) => `${plain(text)}${cites.length > 0 ? ` [${cites.join(', ')}]` : ''}`,
  );
  const { table, plot } = reply;
  return [
    ...sentences,
    '',
    ...(table && plot && plotWidth !== undefined ? chartLines(titleOf(reply.plan, plot), plot, table, plotWidth) : []),
    ...(table ? [...tableLines(table), ''] : []),
    ...reply.citations.map((cite, i) => `  [${i + 1}] ${citeText(cite)}`),
    ...reply.notes.map((note) => `  (${plain(note)})`),
    '',
  ].join('\n');
}

/** A reply and where it stands on the log, or why on none. */
export function toldText(told: Told, unlogged: string | null, options: ReplyTextOptions = {}): string {
  const { log } = told;
  const where = log
    ? `logged as ${log.origin}#${log.index}, receipt ${log.receipt}`
    : (unlogged ?? 'not logged: the service did not answer it');
  return `${replyText(told, options)}  (${where})\n`;
}
