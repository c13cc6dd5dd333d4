import { describe, expect, test } from 'vitest';
import { count, money, type Plot, percent, type Table, table, text } from '#explanation/answers/draft.ts';
import { marksOf, vegaLite } from '#explanation/plotted.ts';
import { chartLines } from '#src/cli/chart.ts';

const byNode: Plot = { kind: 'bar', x: 'node', y: ['orders'] };
const rowsOf = (...rows: [string, number][]): Table =>
  table(
    ['node', 'orders'],
    rows.map(([node, orders]) => [text(node), count(orders)]),
  );

describe('a plot', () => {
  test('draws cells of the table and nothing else', () => {
    const marks = marksOf(byNode, rowsOf(['DC-A', 40], ['DC-B', 10]));
    expect(marks.map(({ x, value, shown }) => [x, value, shown])).toEqual([
      ['DC-A', 40, '40'],
      ['DC-B', 10, '10'],
    ]);
    const spec = vegaLite(byNode, marks);
    expect(spec['data']).toEqual({ values: marks });
    // No axis with figures of its own.
    expect(JSON.stringify({ ...spec, data: null, $schema: null })).not.toMatch(/"(?:domain|values|datum)"/);
    expect(JSON.stringify(spec)).toContain('"labels":false');
  });

  test('says nothing where the table says as much, or where two rows have one name', () => {
    expect(marksOf(byNode, rowsOf(['DC-A', 40]))).toEqual([]);
    expect(marksOf(byNode, rowsOf(['DC-A', 40], ['DC-A', 10]))).toEqual([]);
  });

  test('of several columns sets them beside each other; of panels draws one each', () => {
    const sides = table(['KPI', 'DC-A', 'DC-B'], [[text('splitRate'), percent(0.2), percent(0.1)]]);
    expect(chartLines('what it shows', { kind: 'bar', x: 'KPI', y: ['DC-A', 'DC-B'] }, sides, 40).slice(1, 3)).toEqual([
      `  DC-A  ${'█'.repeat(25)} 20.0%`,
      `  DC-B  ${'█'.repeat(12)}▌ 10.0%`,
    ]);
    const tasks = table(
      ['task', 'feature', 'effect'],
      [
        [text('delay'), text('distance'), count(2)],
        [text('split'), text('distance'), count(1)],
      ],
    );
    const lines = chartLines('what it shows', { kind: 'bar', x: 'feature', y: ['effect'], panel: 'task' }, tasks, 40);
    expect(lines.filter((line) => /what it shows/.test(line))).toEqual([
      '  delay: what it shows',
      '  split: what it shows',
    ]);
  });

  test('in a terminal keeps to its width, with negative values left of the axis', () => {
    const saving: Plot = { kind: 'bar', x: 'carrier', y: ['saving'] };
    const rows = table(
      ['carrier', 'saving'],
      [
        [text('FAST'), money(3000, 'EUR')],
        [text('SLOW'), money(-1000, 'EUR')],
      ],
    );
    const lines = chartLines('what it shows', saving, rows, 60);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
    const axis = lines[1]!.indexOf('█');
    expect(lines[1]).toMatch(/30\.00 EUR$/);
    expect(lines[2]!.slice(0, axis)).toContain('█');
    expect(lines[2]).toMatch(/█ -10\.00 EUR$/);
    expect(lines[2]!.slice(axis)).not.toContain('█');
  });

  test('of many rows keeps the last of a line and the first of bars', () => {
    const many = rowsOf(...Array.from({ length: 40 }, (_, i): [string, number] => [`d${i}`, i + 1]));
    expect(chartLines('what it shows', { ...byNode, kind: 'line' }, many, 80).join('\n')).toMatch(
      /d39 .*\n {2}\(16 more in the table\)/,
    );
    expect(chartLines('what it shows', byNode, many, 80)[1]).toContain('d0');
  });
});
