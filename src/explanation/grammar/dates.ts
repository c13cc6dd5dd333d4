import { DAY_MS, type Instant } from '#domain/time.ts';
import { type Clock, calendarPeriod, offsetAt, partOfDay, type Range, shift } from './calendar.ts';
import { rangeOf } from './date-readers.ts';
import { ATOM, MONTH, SHORT_DATE, YEAR } from './date-words.ts';

/** A stretch of the question that named a time. */
export interface FoundRange extends Range {
  readonly start: number;
  readonly end: number;
  /** `since last Monday`, `until May` have one open end: the log's own start, or now. */
  readonly open: 'from' | 'to' | null;
  /** `from A to B`: A and B by themselves. */
  readonly ends?: readonly [Range, Range];
}

/** `monday` in `between Monday and Wednesday` is the one before that Wednesday. */
function ordered(first: Range, second: Range): Range {
  let { from } = first;
  while (from > second.to) from -= 7 * DAY_MS;
  return { from, to: Math.max(second.to, second.from) };
}

const WRITTEN = `(?:\\d{1,2}(?:st|nd|rd|th)? )?${MONTH}(?: \\d{1,2}(?:st|nd|rd|th)?)?(?:,? ${YEAR})?|${YEAR}-\\d\\d-\\d\\d|\\d{1,2}[./]\\d{1,2}[./](?:${YEAR}|\\d\\d)`;
const DASHED = new RegExp(
  `(?<![\\w./-])(${WRITTEN}|\\d{1,2}) ?(?:-|\u2013|\u2014|\\.{2,3}) ?(${WRITTEN})(?![\\w-])`,
  'gi',
);

/** `1-15 November` and `Oct 1 - Oct 7` with the dash as a word, before the dash is taken for anything else. */
export function withDashesSaid(text: string): string {
  return text.replace(DASHED, '$1 to $2');
}

const compiled = new Map<string, RegExp>();

/** The pattern between ends of words; each is compiled once. */
function wordsLike(pattern: string): RegExp {
  let known = compiled.get(pattern);
  if (!known) {
    known = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${pattern})(?![\\p{L}\\p{N}_-])`, 'gu');
    compiled.set(pattern, known);
  }
  return known;
}

/** Earliest moment an open start stands for: before any log. */
export const OPEN_START: Instant = 0;

/**
 * Every stretch of time a normalised text names, longest reading first, none overlapping. `text` is lower case; positions
 * are into it. `before` is the start of a period that was named earlier.
 */
export function findRanges(text: string, clock: Clock, before?: Instant): FoundRange[] {
  const found: FoundRange[] = [];
  const taken = (start: number, end: number) => found.some((range) => start < range.end && end > range.start);
  const add = (
    match: RegExpMatchArray,
    range: Range | null,
    open: FoundRange['open'] = null,
    ends?: FoundRange['ends'],
  ): void => {
    const start = match.index!;
    const end = start + match[0].length;
    if (range && !taken(start, end) && range.from <= range.to)
      found.push({ ...range, start, end, open, ...(ends && { ends }) });
  };
  const every = (pattern: string) => text.matchAll(wordsLike(pattern));
  for (const match of every(
    `(?:between|from|in between) (?:the )?(${ATOM}|${SHORT_DATE}) (?:and|to|until|till|through|thru|up to|-) (?:the )?(${ATOM}|${SHORT_DATE})`,
  )) {
    const [first, second] = [rangeOf(match[1]!, clock), rangeOf(match[2]!, clock)];
    add(match, first && second && ordered(first, second), null, first && second ? [first, second] : undefined);
  }
  // `between 2 and 6 November`: the month is said once.
  for (const match of every(
    `(?:(?:between|from) )?(?:the )?(\\d{1,2})(?:st|nd|rd|th)? (?:and|to|until|till|through|thru|-) ((?:the )?\\d{1,2}(?:st|nd|rd|th)?(?: of)? (${MONTH})(?:,? ${YEAR})?)`,
  )) {
    const last = rangeOf(match[2]!, clock);
    const year = last && new Date(last.from + offsetAt(last.from, clock.zone)).getUTCFullYear();
    const first = rangeOf(`${match[1]} ${match[3]} ${year}`, clock);
    add(match, first && last && ordered(first, last));
  }
  for (const match of every(`(${ATOM}) (?:-|to|until|till|through|thru|\\.\\.) (${ATOM})`)) {
    const [first, second] = [rangeOf(match[1]!, clock), rangeOf(match[2]!, clock)];
    add(match, first && second && ordered(first, second));
  }
  for (const match of every(
    `(?:ever since|since|starting(?: from)?|as of|as from|from) (?:the )?(${ATOM}|${SHORT_DATE})(?: on| onward| onwards| until now| till now| to now)?`,
  )) {
    const first = rangeOf(match[1]!, clock);
    add(match, first && { from: first.from, to: Math.max(clock.now, first.from) }, 'to');
  }
  for (const match of every(`after (${ATOM})`)) {
    const first = rangeOf(match[1]!, clock);
    add(match, first && { from: first.to, to: Math.max(clock.now, first.to) }, 'to');
  }
  for (const match of every(`(?:until|till|up to|through) (${ATOM})`)) {
    const last = rangeOf(match[1]!, clock);
    add(match, last && { from: OPEN_START, to: last.to }, 'from');
  }
  for (const match of every(`(?:before|prior to) (${ATOM})`)) {
    const last = rangeOf(match[1]!, clock);
    add(match, last && { from: OPEN_START, to: last.from }, 'from');
  }
  for (const match of every(`on (${SHORT_DATE})`)) add(match, rangeOf(match[1]!, clock));
  for (const match of every(`(?:the )?(${ATOM})`)) add(match, rangeOf(match[1]!, clock));
  // `last month against the month before`: the whole period before the one that was named first.
  for (const match of every('(?:the )?(day|week|month|quarter|year) before(?: that)?(?! last| yesterday)')) {
    const named = found.find(({ end }) => end <= match.index)?.from ?? before;
    if (named === undefined) continue;
    const there = new Date(named + offsetAt(named, clock.zone));
    const day = { year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate() };
    const earlier =
      match[1] === 'day'
        ? partOfDay(shift(day, -1), undefined, clock.zone)
        : calendarPeriod(match[1]!, -1, day, clock.zone);
    add(match, earlier);
  }
  return found.sort((a, b) => a.start - b.start);
}
