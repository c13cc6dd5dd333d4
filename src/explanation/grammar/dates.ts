import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '#domain/time.ts';
import {
  at,
  calendarPeriod,
  type Day,
  offsetAt,
  partOfDay,
  type Range,
  rolling,
  shift,
  weekdayOf,
} from './calendar.ts';

/** A stretch of the question that named a time. */
export interface FoundRange extends Range {
  readonly start: number;
  readonly end: number;
  /** `since last Monday`, `until May` have one open end: the log's own start, or now. */
  readonly open: 'from' | 'to' | null;
}

/** The moment of asking and where it is asked; nothing else is read from the clock. */
export interface Clock {
  readonly now: Instant;
  /** IANA name. */
  readonly zone: string;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const WEEKDAYS = 'mon tue wed thu fri sat sun'.split(' ');
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const WEEKDAY =
  '(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?';
const PART = '(?:early morning|morning|noon|afternoon|evening|night)';
const NUMBER_WORDS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  couple: 2,
  'a couple of': 2,
  'couple of': 2,
  two: 2,
  three: 3,
  few: 3,
  'a few': 3,
  several: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fourteen: 14,
  thirty: 30,
  ninety: 90,
};
const COUNT =
  '(?:\\d{1,3}|a couple of|couple of|a few|few|couple|several|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|ninety)';
const UNIT = '(?:business days?|working days?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|quarters?|years?)';
const ORDINALS = ['first', 'second', 'third', 'fourth'];
const PREVIOUS = '(?:last|previous|prior|past|preceding|prev)';
const THIS = '(?:this|current|the current|present)';
const NEXT = '(?:next|coming|upcoming|following)';
const PERIOD = '(?:week ?end|week|wk|fortnight|month|quarter|year)';
const YEAR = '(?:19|20)\\d\\d';

/** Every expression that stands for one stretch of time on its own. */
const ATOM = [
  `${YEAR}-\\d\\d-\\d\\d(?:[t ]\\d\\d:\\d\\d(?::\\d\\d)?(?:\\.\\d+)?(?:z|[+-]\\d\\d:\\d\\d)?)?`,
  `${YEAR}-\\d\\d(?!-)`,
  `\\d{1,2}[./]\\d{1,2}[./]${YEAR}`,
  `(?:the )?\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}(?:,? ${YEAR})?`,
  `${MONTH}(?: the)? \\d{1,2}(?:st|nd|rd|th)?(?!\\d)(?:,? ${YEAR})?`,
  `(?:${PREVIOUS} |${THIS} |${NEXT} )?${MONTH}(?: ${YEAR})?`,
  `the day before yesterday(?: ${PART})?`,
  `day before yesterday(?: ${PART})?`,
  `yesterdays?(?: ${PART})?`,
  `todays?`,
  `tomorrow(?: ${PART})?`,
  `tonight`,
  `last night`,
  `this ${PART}`,
  `(?:on |${PREVIOUS} |${THIS} |${NEXT} )?${WEEKDAY}(?: ${PART})?`,
  `the week before last`,
  `the month before last`,
  `(?:the )?${PREVIOUS} ${PERIOD}`,
  `${THIS} ${PERIOD}`,
  `(?:the )?${NEXT} ${PERIOD}`,
  `the weekend`,
  `(?:the )?(?:first|second|third|fourth) quarter(?: of)?(?: ${YEAR})?`,
  `q[1-4](?:[ /-]?(?:of )?${YEAR})?`,
  `${YEAR}[ -]?q[1-4]`,
  `(?:calendar |cal )?(?:week|wk|cw|kw) ?\\d{1,2}(?: ${YEAR})?`,
  `(?:week|month|quarter|year|wk|mth)[ -]to[ -]date`,
  `(?:wtd|mtd|qtd|ytd)`,
  `(?:this|the current) (?:week|month|quarter|year) so far`,
  `so far (?:this|the current) (?:week|month|quarter|year)`,
  `(?:the )?(?:${PREVIOUS}|trailing|recent)(?: about)? ${COUNT} ?${UNIT}`,
  `(?:the )?(?:next|coming) ${COUNT} ?${UNIT}`,
  `${COUNT} ${UNIT} ago`,
  `(?:the )?(?:last|past) (?:hour|day)`,
  `(?:the )?(?:last|past) 24 ?h`,
  `\\d{1,2}:\\d\\d ?(?:am|pm)?`,
  `\\d{1,2} ?(?:am|pm)`,
  `(?:beginning|start) of (?:the |this )?(?:week|month|quarter|year)`,
  `(?:the )?year ${YEAR}`,
  `${YEAR}`,
].join('|');

function countOf(text: string): number {
  return NUMBER_WORDS[text] ?? Number(text);
}

function monthIndex(text: string): number {
  return MONTHS.indexOf(text.slice(0, 3)) + 1;
}

interface Context extends Clock {
  readonly today: Day;
}

const months = (zone: string, year: number, month: number, count: number): Range => ({
  from: at({ year, month, day: 1 }, 0, zone),
  to: at({ year, month: month + count, day: 1 }, 0, zone),
});

/** The day, unless the month has no such day. */
function dayOf(day: Day, zone: string): Range | null {
  const date = new Date(Date.UTC(day.year, day.month - 1, day.day));
  return day.month >= 1 && day.month <= 12 && date.getUTCDate() === day.day ? partOfDay(day, undefined, zone) : null;
}

/** Without a year the latest such day that is not ahead. */
function dayOfMonth(month: number, day: number, year: string | undefined, { today, zone }: Context): Range | null {
  const ahead = month > today.month || (month === today.month && day > today.day);
  return dayOf({ year: year ? Number(year) : today.year - (ahead ? 1 : 0), month, day }, zone);
}

function quarter(index: number, year: string | undefined, { today, zone }: Context): Range {
  const first = index * 3 + 1;
  return months(zone, year ? Number(year) : first > today.month ? today.year - 1 : today.year, first, 3);
}

function isoWeek(week: number, year: string | undefined, { today, zone, now }: Context): Range | null {
  if (week < 1 || week > 53) return null;
  const monday = (of: number): Day => {
    const fourth = { year: of, month: 1, day: 4 };
    return shift(fourth, -weekdayOf(fourth) + 7 * (week - 1));
  };
  let first = monday(year ? Number(year) : today.year);
  if (!year && at(first, 0, zone) > now) first = monday(today.year - 1);
  return { from: at(first, 0, zone), to: at(shift(first, 7), 0, zone) };
}

function toDate(letter: string, { today, zone, now }: Context): Range {
  const unit = { w: 'week', m: 'month', q: 'quarter', y: 'year' }[letter] ?? 'week';
  return { from: calendarPeriod(unit, 0, today, zone).from, to: now };
}

function ago(count: number, unit: string, { now, today, zone }: Context): Range {
  const { from } = rolling(count, unit, now, today, zone, -1);
  if (/^(min|h)/.test(unit)) return { from, to: now };
  const there = new Date(from + offsetAt(from, zone));
  const day = { year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate() };
  if (/^(w|m|q|y)/.test(unit)) return calendarPeriod(unit.replace(/s$/, '').replace('wk', 'week'), 0, day, zone);
  return partOfDay(day, undefined, zone);
}

/** A date and a time to the minute; an explicit offset wins over the zone. */
function momentOf(m: RegExpExecArray, zone: string): Range | null {
  const day = { year: Number(m[1]), month: Number(m[2]), day: Number(m[3]) };
  if (dayOf(day, zone) === null || m[4] === undefined) return dayOf(day, zone);
  const minutes = Number(m[4]) * 60 + Number(m[5]);
  const instant = m[6] ? Date.parse(m[0].replace(' ', 't').toUpperCase()) : at(day, minutes, zone);
  return { from: instant, to: instant + MINUTE_MS };
}

type Reader = (m: RegExpExecArray, context: Context) => Range | null;

const READERS = (
  [
    [
      `(${YEAR})-(\\d\\d)-(\\d\\d)(?:[t ](\\d\\d):(\\d\\d)(?::\\d\\d)?(?:\\.\\d+)?(z|[+-]\\d\\d:\\d\\d)?)?`,
      (m, { zone }) => momentOf(m, zone),
    ],
    [`(${YEAR})-(\\d\\d)`, (m, { zone }) => (Number(m[2]) > 12 ? null : months(zone, Number(m[1]), Number(m[2]), 1))],
    [
      // Day first, as most of the world writes it, unless only month first can be meant.
      `(\\d{1,2})[./](\\d{1,2})[./](${YEAR})`,
      (m, { zone }) => {
        const [a, b, year] = [Number(m[1]), Number(m[2]), Number(m[3])];
        return dayOf(b > 12 ? { year, month: a, day: b } : { year, month: b, day: a }, zone);
      },
    ],
    [
      `(?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (${MONTH})(?:,? (${YEAR}))?`,
      (m, context) => dayOfMonth(monthIndex(m[2]!), Number(m[1]), m[3], context),
    ],
    [
      `(${MONTH})(?: the)? (\\d{1,2})(?:st|nd|rd|th)?(?:,? (${YEAR}))?`,
      (m, context) => dayOfMonth(monthIndex(m[1]!), Number(m[2]), m[3], context),
    ],
    [
      `(?:(${PREVIOUS}) |(${THIS}) |(${NEXT}) )?(${MONTH})(?: (${YEAR}))?`,
      (m, { today, zone }) => {
        const month = monthIndex(m[4]!);
        let year = m[5] ? Number(m[5]) : month > today.month ? today.year - 1 : today.year;
        if (m[1] && month === today.month) year = today.year - 1;
        if (m[2]) year = today.year;
        if (m[3]) year = month > today.month ? today.year : today.year + 1;
        return months(zone, year, month, 1);
      },
    ],
    [`(?:the )?day before yesterday(?: (${PART}))?`, (m, { today, zone }) => partOfDay(shift(today, -2), m[1], zone)],
    [`yesterdays?(?: (${PART}))?`, (m, { today, zone }) => partOfDay(shift(today, -1), m[1], zone)],
    [`todays?(?: (${PART}))?`, (m, { today, zone }) => partOfDay(today, m[1], zone)],
    [`tomorrow(?: (${PART}))?`, (m, { today, zone }) => partOfDay(shift(today, 1), m[1], zone)],
    ['tonight', (_, { today, zone }) => partOfDay(today, 'night', zone)],
    ['last night', (_, { today, zone }) => partOfDay(shift(today, -1), 'night', zone)],
    [`this (${PART})`, (m, { today, zone }) => partOfDay(today, m[1], zone)],
    [
      `(?:(${PREVIOUS}) |(${THIS}) |(${NEXT}) )?(${WEEKDAY})(?: (${PART}))?`,
      (m, { today, zone }) => {
        const wanted = WEEKDAYS.indexOf(m[4]!.slice(0, 3));
        const back = (weekdayOf(today) - wanted + 7) % 7;
        if (m[3]) return partOfDay(shift(today, 7 - back || 7), m[5], zone);
        if (m[2]) return partOfDay(shift(today, wanted - weekdayOf(today)), m[5], zone);
        return partOfDay(shift(today, m[1] && back === 0 ? -7 : -back), m[5], zone);
      },
    ],
    ['the week before last', (_, { today, zone }) => calendarPeriod('week', -2, today, zone)],
    ['the month before last', (_, { today, zone }) => calendarPeriod('month', -2, today, zone)],
    ['the weekend', (_, { today, zone }) => calendarPeriod('weekend', weekdayOf(today) >= 5 ? 0 : -1, today, zone)],
    [
      `(?:the )?(?:(${PREVIOUS})|(${THIS})|${NEXT}) (${PERIOD})`,
      (m, { today, zone }) => calendarPeriod(m[3]!, m[1] ? -1 : m[2] ? 0 : 1, today, zone),
    ],
    [
      `(?:the )?(first|second|third|fourth) quarter(?: of)?(?: (${YEAR}))?`,
      (m, context) => quarter(ORDINALS.indexOf(m[1]!), m[2], context),
    ],
    [`q([1-4])(?:[ /-]?(?:of )?(${YEAR}))?`, (m, context) => quarter(Number(m[1]) - 1, m[2], context)],
    [`(${YEAR})[ -]?q([1-4])`, (m, context) => quarter(Number(m[2]) - 1, m[1], context)],
    [
      `(?:calendar |cal )?(?:week|wk|cw|kw) ?(\\d{1,2})(?: (${YEAR}))?`,
      (m, context) => isoWeek(Number(m[1]), m[2], context),
    ],
    ['([wmqy])(?:eek|onth|uarter|ear|k|th)[ -]to[ -]date', (m, context) => toDate(m[1]!, context)],
    ['([wmqy])td', (m, context) => toDate(m[1]!, context)],
    ['(?:this|the current) ([wmqy])\\w+ so far', (m, context) => toDate(m[1]!, context)],
    ['so far (?:this|the current) ([wmqy])\\w+', (m, context) => toDate(m[1]!, context)],
    [
      `(?:the )?(?:${PREVIOUS}|trailing|recent)(?: about)? (${COUNT}) ?(${UNIT})`,
      (m, { now, today, zone }) => rolling(countOf(m[1]!), m[2]!, now, today, zone, -1),
    ],
    [
      `(?:the )?(?:next|coming) (${COUNT}) ?(${UNIT})`,
      (m, { now, today, zone }) => rolling(countOf(m[1]!), m[2]!, now, today, zone, 1),
    ],
    [`(${COUNT}) (${UNIT}) ago`, (m, context) => ago(countOf(m[1]!), m[2]!, context)],
    [
      '(?:the )?(?:last|past) (hour|day|24 ?h)',
      (m, { now }) => ({ from: now - (m[1] === 'hour' ? HOUR_MS : DAY_MS), to: now }),
    ],
    [
      '(\\d{1,2})(?::(\\d\\d))? ?(am|pm)?',
      (m, { today, zone }) => {
        const [hour, minute] = [Number(m[1]), Number(m[2] ?? 0)];
        if (hour > 24 || minute > 59 || (m[2] === undefined && m[3] === undefined)) return null;
        const of24 = (hour % 12) + (m[3] === 'pm' || (!m[3] && hour >= 12) ? 12 : 0);
        const instant = at(today, of24 * 60 + minute, zone);
        return { from: instant, to: instant };
      },
    ],
    [
      '(?:beginning|start) of (?:the |this )?(week|month|quarter|year)',
      (m, { today, zone }) => {
        const { from } = calendarPeriod(m[1]!, 0, today, zone);
        return { from, to: from };
      },
    ],
    [`(?:the )?(?:year )?(${YEAR})`, (m, { zone }) => months(zone, Number(m[1]), 1, 12)],
  ] as const satisfies readonly (readonly [string, Reader])[]
).map(([pattern, read]: readonly [string, Reader]) => ({ pattern: new RegExp(`^(?:${pattern})$`), read }));

/** The stretch of time that one expression stands for; null where it is no date after all. */
export function rangeOf(expression: string, { now, zone }: Clock): Range | null {
  const text = expression.trim().replace(/\s+/g, ' ').replace(/^on /, '');
  const local = new Date(now + offsetAt(now, zone));
  const today: Day = { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
  for (const { pattern, read } of READERS) {
    const m = pattern.exec(text);
    if (m) return read(m, { now, zone, today });
  }
  return null;
}

/** `monday` in `between Monday and Wednesday` is the one before that Wednesday. */
function ordered(first: Range, second: Range): Range {
  let { from } = first;
  while (from > second.to) from -= 7 * DAY_MS;
  return { from, to: Math.max(second.to, second.from) };
}

/** Earliest moment an open start stands for: before any log. */
export const OPEN_START: Instant = 0;

/**
 * Every stretch of time a normalised text names, longest reading first, none overlapping. `text` is lower case; positions
 * are into it.
 */
export function findRanges(text: string, clock: Clock): FoundRange[] {
  const found: FoundRange[] = [];
  const taken = (start: number, end: number) => found.some((range) => start < range.end && end > range.start);
  const add = (match: RegExpMatchArray, range: Range | null, open: FoundRange['open'] = null): void => {
    const start = match.index!;
    const end = start + match[0].length;
    if (range && !taken(start, end) && range.from <= range.to) found.push({ ...range, start, end, open });
  };
  const edge = '(?<![\\p{L}\\p{N}_-])';
  const close = '(?![\\p{L}\\p{N}_-])';
  const every = (pattern: string) => text.matchAll(new RegExp(`${edge}(?:${pattern})${close}`, 'gu'));
  for (const match of every(
    `(?:between|from|in between) (${ATOM}) (?:and|to|until|till|through|thru|up to|-) (${ATOM})`,
  )) {
    const [first, second] = [rangeOf(match[1]!, clock), rangeOf(match[2]!, clock)];
    add(match, first && second && ordered(first, second));
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
    `(?:ever since|since|starting(?: from)?|as of|from) (${ATOM})(?: on| onward| onwards| until now| till now| to now)?`,
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
  for (const match of every(`(?:the )?(${ATOM})`)) add(match, rangeOf(match[1]!, clock));
  // `last month against the month before`: the whole period before the one that was named first.
  for (const match of every('(?:the )?(day|week|month|quarter|year) before(?! last| yesterday)')) {
    const named = found.find(({ end }) => end <= match.index);
    if (!named) continue;
    const there = new Date(named.from + offsetAt(named.from, clock.zone));
    const day = { year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate() };
    const before =
      match[1] === 'day'
        ? partOfDay(shift(day, -1), undefined, clock.zone)
        : calendarPeriod(match[1]!, -1, day, clock.zone);
    add(match, before);
  }
  return found.sort((a, b) => a.start - b.start);
}
