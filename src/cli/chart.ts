import type { Plot, Table } from '#explanation/answers/draft.ts';
import { type Mark, marksOf } from '#explanation/plotted.ts';
import { plain } from './plain.ts';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
/** More would push the sentences off a screen; the table has them all. */
const MOST_BARS = 24;
const LONGEST_LABEL = 28;
const NARROWEST_BAR = 8;

function bar(length: number): string {
  const eighths = Math.max(1, Math.round(length * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** A bar for each mark, left of the axis where the value is negative, and the figure as the table shows it. */
function bars(marks: readonly Mark[], labels: readonly string[], width: number): string[] {
  const labelled = Math.min(LONGEST_LABEL, Math.max(...labels.map(({ length }) => length)));
  const figures = Math.max(...marks.map(({ shown }) => plain(shown).length));
  const room = Math.max(NARROWEST_BAR, width - labelled - figures - 6);
  const least = Math.min(0, ...marks.map(({ value }) => value));
  const most = Math.max(0, ...marks.map(({ value }) => value));
  const scale = most === least ? 0 : room / (most - least);
  const left = Math.ceil(-least * scale);
  return marks.map(({ value, shown }, i) => {
    const label = labels[i]!.slice(0, labelled).padEnd(labelled);
    // Blocks fill from the left only: what is negative is drawn in whole characters.
    const drawn =
      value < 0
        ? '█'.repeat(Math.round(-value * scale)).padStart(left)
        : ' '.repeat(left) + (value > 0 ? bar(value * scale) : '');
    return `  ${label}  ${drawn} ${plain(shown)}`;
  });
}

/** A plot of at most `width` columns under its title; no lines where the table alone says it. */
export function chartLines(title: string, plot: Plot, table: Table, width: number): string[] {
  const marks = marksOf(plot, table);
  const panels = [...new Set(marks.map(({ panel }) => panel))];
  return panels.flatMap((panel) => {
    const own = marks.filter((mark) => mark.panel === panel);
    // Of a line the end is what matters, of bars the beginning.
    const kept = plot.kind === 'line' ? own.slice(-MOST_BARS) : own.slice(0, MOST_BARS);
    const oneRow = new Set(own.map(({ x }) => x)).size === 1;
    const labels = kept.map(({ x, y }) => plain(plot.y.length === 1 ? x : oneRow ? y : `${x} ${y}`));
    const rest = own.length > kept.length ? [`  (${own.length - kept.length} more in the table)`] : [];
    return [`  ${plain(panel === '' ? title : `${panel}: ${title}`)}`, ...bars(kept, labels, width), ...rest, ''];
  });
}
