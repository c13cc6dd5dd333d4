/**
 * A plain table: columns padded to their widest line, two spaces between, numbers to the right. A cell may have several
 * lines; what `under` says of a row stands below it, indented to the second column.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  under: (row: number) => readonly string[] = () => [],
): string {
  const linesOf = (cell: string | undefined): readonly string[] => (cell ?? '').split('\n');
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.flatMap((row) => linesOf(row[column]).map((line) => line.length))),
  );
  const numeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^-?[\d.,]*%?$/.test(row[column] ?? '')),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  const indent = ' '.repeat((widths[0] ?? 0) + 2);
  const block = (row: readonly string[], index: number): string[] => {
    const cells = row.map(linesOf);
    const height = Math.max(1, ...cells.map(({ length }) => length));
    const own = Array.from({ length: height }, (_, at) => line(cells.map((lines) => lines[at] ?? '')));
    return [...own, ...under(index).map((text) => `${indent}${text}`)];
  };
  return `${[line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.flatMap(block)].join('\n')}\n`;
}
