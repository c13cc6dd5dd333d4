/** Inline SVG plots for the report: no script, no font, no address outside the page. */

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export type Point = readonly [x: number, y: number];

const SIZE = 320;
const MARGIN = 52;

export interface PlotOptions {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Largest value of each axis; 1 where absent. */
  readonly limit?: number;
  /** A dashed line to compare with. */
  readonly guide?: readonly Point[];
  readonly dots?: boolean;
}

/** A curve in a square from 0 to `limit` on both axes. */
export function curve(points: readonly Point[], { title, x, y, limit = 1, guide, dots }: PlotOptions): string {
  const at = ([px, py]: Point): string =>
    `${(MARGIN + (px / limit) * SIZE).toFixed(1)},${(MARGIN + SIZE - (py / limit) * SIZE).toFixed(1)}`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const label = String(Number((share * limit).toPrecision(3)));
    const px = MARGIN + share * SIZE;
    const py = MARGIN + SIZE - share * SIZE;
    return `<path class="grid" d="M${px} ${MARGIN}V${MARGIN + SIZE}M${MARGIN} ${py}H${MARGIN + SIZE}"/><text x="${px}" y="${MARGIN + SIZE + 16}" text-anchor="middle">${label}</text><text x="${MARGIN - 6}" y="${py + 4}" text-anchor="end">${label}</text>`;
  });
  const marks = dots
    ? points.map((point) => `<circle cx="${at(point).split(',')[0]}" cy="${at(point).split(',')[1]}" r="4"/>`)
    : [];
  const side = SIZE + 2 * MARGIN;
  return `<figure><figcaption>${escaped(title)}</figcaption><svg viewBox="0 0 ${side} ${side}" role="img" aria-label="${escaped(title)}">${ticks.join('')}${
    guide ? `<polyline class="guide" points="${guide.map(at).join(' ')}"/>` : ''
  }<polyline class="line" points="${points.map(at).join(' ')}"/>${marks.join('')}<text x="${side / 2}" y="${side - 8}" text-anchor="middle">${escaped(x)}</text><text x="12" y="${side / 2}" text-anchor="middle" transform="rotate(-90 12 ${side / 2})">${escaped(y)}</text></svg></figure>`;
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly note: string;
  readonly marked?: boolean;
}

/** Horizontal bars, longest first as they come. */
export function bars(title: string, rows: readonly Bar[]): string {
  const height = 22;
  const most = Math.max(1e-12, ...rows.map(({ value }) => value));
  const lines = rows.map(({ name, value, note, marked }, i) => {
    const width = Math.max(0, (value / most) * 300);
    const y = i * height;
    return `<text x="200" y="${y + 15}" text-anchor="end">${escaped(name)}</text><rect class="${marked ? 'bar marked' : 'bar'}" x="208" y="${y + 3}" width="${width.toFixed(1)}" height="15"/><text x="${214 + width}" y="${y + 15}">${escaped(note)}</text>`;
  });
  return `<figure class="wide"><figcaption>${escaped(title)}</figcaption><svg viewBox="0 0 640 ${rows.length * height + 4}" role="img" aria-label="${escaped(title)}">${lines.join('')}</svg></figure>`;
}
