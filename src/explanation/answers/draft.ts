import { formatMoney, isCurrency } from '#domain/money.ts';
import { MINUTE_MS, toRfc3339 } from '#domain/time.ts';
import { offsetAt } from '#explanation/grammar/calendar.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { Cite, Sources } from '#explanation/sources.ts';

/** A figure or a name in a sentence: as it is and as it is shown. */
export interface Slot {
  readonly value: string | number | null;
  readonly shown: string;
}
export type Slots = Readonly<Record<string, Slot>>;

/** A sentence whose figures and names stand in slots, `{{name}}`, and what it rests on. */
export interface Sentence {
  readonly template: string;
  readonly slots: Slots;
  readonly cites: readonly Cite[];
}

export interface Column {
  readonly name: string;
  readonly unit: string | null;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Slot[])[];
}

/** Drawn where it says more than the table: columns of the table, by their names. */
export interface Plot {
  /** `line`: the rows are moments, in order. */
  readonly kind: 'bar' | 'line';
  /** Names the rows. */
  readonly x: string;
  /** One value a row, or several to be seen side by side. */
  readonly y: readonly string[];
  /** The column whose values divide the rows into plots of their own. @default one plot */
  readonly panel?: string;
}

/** What a plan says before it is rendered. No sentences: there is no data. */
export interface Draft {
  readonly sentences: readonly Sentence[];
  readonly table: Table | null;
  readonly plot: Plot | null;
}

export type Answerer = (parameters: Parameters, sources: Sources) => Draft;

export const NOTHING: Draft = { sentences: [], table: null, plot: null };

export const text = (value: string | null): Slot => ({ value, shown: value ?? 'none' });
export const count = (value: number): Slot => ({ value, shown: String(value) });
/** `1 order`, `6 orders`. */
export const counted = (value: number, one: string, many = `${one}s`): Slot => ({
  value,
  shown: `${value} ${value === 1 ? one : many}`,
});
/** A number to so many decimals; null is a dash. */
export function decimal(value: number | null, digits = 2, unit = ''): Slot {
  if (value === null) return { value, shown: '-' };
  return { value, shown: `${Number(value.toFixed(digits))}${unit && ` ${unit}`}` };
}
/** A share as a percentage with one decimal. */
export function percent(value: number | null): Slot {
  return { value, shown: value === null ? '-' : `${(value * 100).toFixed(1)}%` };
}
export function money(value: number | null, currency: string | null): Slot {
  if (value === null) return { value, shown: '-' };
  const whole = Math.round(value);
  return { value, shown: currency && isCurrency(currency) ? formatMoney(whole, currency) : String(whole) };
}
/** `UTC`, `UTC+1`, `UTC-3:30`: how far local time is from UTC, for a clock read by somebody elsewhere. */
function offsetName(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / MINUTE_MS;
  if (minutes === 0) return 'UTC';
  const rest = minutes % 60;
  return `UTC${offsetMs < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

/** Local date and time to the minute, with the offset: `2026-11-24 11:00 UTC+1`. */
export function when(instant: number | null, zone: string): Slot {
  if (instant === null) return { value: null, shown: '-' };
  const offset = offsetAt(instant, zone);
  const local = toRfc3339(instant + offset)
    .slice(0, 16)
    .replace('T', ' ');
  return { value: instant, shown: `${local} ${offsetName(offset)}` };
}
/** A period in the words of a calendar where it is whole days: `on 2026-11-24 (UTC+1)`, `2026-11-02 to 2026-11-08 (UTC+1)`. */
export function period(from: number | null, to: number | null, zone: string): string {
  const [begins, ends] = [when(from, zone).shown, when(to, zone).shown];
  if (from === null && to === null) return '';
  if (to === null) return `since ${begins}`;
  if (from === null) return `before ${ends}`;
  const [, day, offset] = /^(\S+) 00:00 (\S+)$/.exec(begins) ?? [];
  const last = when(to - 1, zone).shown.slice(0, 10);
  const [, endOffset] = / 00:00 (\S+)$/.exec(ends) ?? [];
  if (day === undefined || endOffset === undefined) return `${begins} to ${ends}`;
  const offsets = offset === endOffset ? offset : `${offset}, at the end ${endOffset}`;
  return day === last ? `on ${day} (${offsets})` : `${day} to ${last} (${offsets})`;
}
export function list(values: readonly string[]): Slot {
  const unique = [...new Set(values)];
  return { value: unique.join(', '), shown: unique.length === 0 ? 'none' : unique.join(', ') };
}
/** `25 min`, `3.0 h`, `2.5 days`. */
export function age(ms: number): Slot {
  const minutes = ms / MINUTE_MS;
  const hours = minutes / 60;
  const shown =
    minutes < 60
      ? `${minutes.toFixed(0)} min`
      : hours < 48
        ? `${hours.toFixed(1)} h`
        : `${(hours / 24).toFixed(1)} days`;
  return { value: ms, shown };
}

export function say(template: string, slots: Slots, ...cites: Cite[]): Sentence {
  return { template, slots, cites };
}

export function table(
  columns: readonly (string | readonly [string, string])[],
  rows: readonly (readonly Slot[])[],
): Table {
  return {
    columns: columns.map((column) =>
      typeof column === 'string' ? { name: column, unit: null } : { name: column[0], unit: column[1] },
    ),
    rows,
  };
}

export function draft(sentences: readonly Sentence[], rows: Table | null = null, plot: Plot | null = null): Draft {
  return { sentences, table: rows, plot };
}
