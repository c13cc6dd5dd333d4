import type { Reply } from '#explanation/answer.ts';

/** What a terminal would obey or hide is shown as a question mark. */
const HIDDEN = /[\p{Cc}\p{Cf}]/gu;
const plain = (text: string): string => text.replace(HIDDEN, '?');

function tableLines({ columns, rows }: NonNullable<Extract<Reply, { kind: 'answer' }>['table']>): string[] {
  const head = columns.map(({ name, unit }) => (unit ? `${name} (${unit})` : name));
  const body = rows.map((row) => row.map(({ shown }) => plain(shown)));
  const widths = head.map((name, i) => Math.min(40, Math.max(name.length, ...body.map((row) => row[i]?.length ?? 0))));
  const line = (row: readonly string[]): string =>
    `  ${row
      .map((cell, i) => cell.slice(0, 60).padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()}`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

/** A reply for people: sentences with the numbers of their citations, the table, then the citations. */
export function replyText(reply: Reply): string {
  if (reply.kind === 'abstention') {
    const choices = reply.choices.map(({ plan, answers }) => `  - ${plan}: ${answers}`);
    return `${reply.abstain}: ${plain(reply.message)}\n${choices.map((choice) => `${choice}\n`).join('')}`;
  }
  const sentences = reply.sentences.map(
    ({ text, cites }) => `${plain(text)}${cites.length > 0 ? ` [${cites.join(', ')}]` : ''}`,
  );
  const citations = reply.citations.map((cite, i) =>
    cite.kind === 'leaf'
      ? `  [${i + 1}] ${cite.ref}${cite.receipt ? `, receipt ${cite.receipt}` : ''}`
      : `  [${i + 1}] query ${cite.sha256.slice(0, 16)} over ${cite.log.join(', ') || 'an empty log'}, ${cite.rows} rows`,
  );
  const notes = reply.notes.map((note) => `  (${plain(note)})`);
  return [...sentences, ...(reply.table ? ['', ...tableLines(reply.table)] : []), '', ...citations, ...notes, ''].join(
    '\n',
  );
}
