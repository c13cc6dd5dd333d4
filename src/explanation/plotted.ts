import type { Plot, Table } from './answers/draft.ts';

/** One figure of a plot, as it stands in the answer's table. */
export interface Mark {
  /** Empty where there is one plot. */
  readonly panel: string;
  /** The name of the row. */
  readonly x: string;
  /** The column. */
  readonly y: string;
  readonly value: number;
  /** With its unit, as the table shows it. */
  readonly shown: string;
}

/** A specification in Vega-Lite 6, with its data in it. */
export type VegaLite = Readonly<Record<string, unknown>>;

/** A plot of less says no more than the table. */
const LEAST_MARKS = 2;

/** What is drawn: cells of the table and nothing else. Empty where there is too little, or where two marks share a place. */
export function marksOf({ x, y, panel }: Plot, { columns, rows }: Table): readonly Mark[] {
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  const [name, divided] = [at(x), panel === undefined ? -1 : at(panel)];
  const marks = rows.flatMap((row) =>
    y.flatMap((column): Mark[] => {
      const cell = row[at(column)];
      if (typeof cell?.value !== 'number') return [];
      return [
        {
          panel: row[divided]?.shown ?? '',
          x: row[name]?.shown ?? '',
          y: column,
          value: cell.value,
          shown: cell.shown,
        },
      ];
    }),
  );
  const places = new Set(marks.map((mark) => JSON.stringify([mark.panel, mark.x, mark.y])));
  return marks.length < LEAST_MARKS || places.size < marks.length ? [] : marks;
}

/** The same marks for whatever draws Vega-Lite. Figures stand as text: an axis would show some that no row has. */
export function vegaLite(plot: Plot, marks: readonly Mark[]): VegaLite {
  const title = plot.y.length === 1 ? plot.y[0] : null;
  const value = { field: 'value', type: 'quantitative', title, axis: { labels: false, ticks: false, grid: false } };
  const place = { field: 'x', type: 'ordinal', sort: null, title: plot.x };
  const several = plot.y.length > 1;
  const series = several ? { color: { field: 'y', type: 'nominal', sort: null, title: null } } : {};
  const bars = plot.kind === 'bar';
  const offset = bars && several ? { yOffset: { field: 'y', sort: null } } : {};
  const encoding = { ...(bars ? { y: place, x: value } : { x: place, y: value }), ...offset };
  const text = bars ? { type: 'text', align: 'left', dx: 4 } : { type: 'text', dy: -10 };
  const layer = [
    { mark: bars ? { type: 'bar' } : { type: 'line', point: true }, encoding: series },
    { mark: text, encoding: { text: { field: 'shown' } } },
  ];
  const drawn = { encoding, layer };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    data: { values: marks },
    ...(plot.panel === undefined
      ? drawn
      : {
          facet: { row: { field: 'panel', type: 'nominal', sort: null, title: null } },
          spec: drawn,
          resolve: { scale: bars ? { y: 'independent' } : { x: 'independent' } },
        }),
  };
}
