import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import {
  at,
  type Clock,
  calendarPeriod,
  type Day,
  offsetAt,
  partOfDay,
  type Range,
  rolling,
  shift,
  weekdayOf,
} from './calendar.ts';
import {
  COUNT,
  MONTH,
  MONTHS,
  NEXT,
  NUMBER_WORDS,
  ORDINALS,
  PART,
  PERIOD,
  PREVIOUS,
  THIS,
  UNIT,
  WEEKDAY,
  WEEKDAYS,
  YEAR,
} from './date-words.ts';

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

/** Without a year the latest such month that has begun. */
function monthOf(
  name: string,
  year: string | undefined,
  { today, zone }: Context,
): Range & { year: number; month: number } {
  const month = monthIndex(name);
  const of = year ? Number(year) : today.year - (month > today.month ? 1 : 0);
  return { ...months(zone, of, month, 1), year: of, month };
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
    [
      `(?:the )?(?:(first|1st)|second|2nd) half of (${MONTH})(?: (${YEAR}))?`,
      (m, context) => {
        const { from, to, year, month } = monthOf(m[2]!, m[3], context);
        const middle = at({ year, month, day: 16 }, 0, context.zone);
        return m[1] ? { from, to: middle } : { from: middle, to };
      },
    ],
    [
      `(?:the )?(first|second|third|fourth|last) week (?:of|in) (${MONTH})(?: (${YEAR}))?`,
      (m, context) => {
        const { year, month, to } = monthOf(m[2]!, m[3], context);
        const first = ORDINALS.indexOf(m[1]!) * 7 + 1;
        if (first < 1) return { from: to - 7 * DAY_MS, to };
        return {
          from: at({ year, month, day: first }, 0, context.zone),
          to: at({ year, month, day: first + 7 }, 0, context.zone),
        };
      },
    ],
    [
      `(early|mid|middle of|late)[ -](${MONTH})(?: (${YEAR}))?`,
      (m, context) => {
        const { from, to, year, month } = monthOf(m[2]!, m[3], context);
        const [tenth, twentieth] = [11, 21].map((day) => at({ year, month, day }, 0, context.zone)) as [number, number];
        if (m[1] === 'early') return { from, to: tenth };
        return m[1] === 'late' ? { from: twentieth, to } : { from: tenth, to: twentieth };
      },
    ],
    [
      `(?:the )?(?:w/[cb]|(?:week|wk) (?:of|beginning|starting|commencing|from))(?: on)?(?: monday)?,? (?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (${MONTH})(?: (${YEAR}))?`,
      (m, context) => {
        const day = dayOfMonth(monthIndex(m[2]!), Number(m[1]), m[3], context);
        return day && ago(0, 'week', { ...context, now: day.from });
      },
    ],
    [
      `(?:the )?(first|second) half of (?:the |this )?(?:year|(${YEAR}))`,
      (m, { today, zone }) => months(zone, m[2] ? Number(m[2]) : today.year, m[1] === 'first' ? 1 : 7, 6),
    ],
    [
      `h([12])(?: (${YEAR}))?`,
      (m, { today, zone }) => months(zone, m[2] ? Number(m[2]) : today.year, m[1] === '1' ? 1 : 7, 6),
    ],
    [
      `(?:the )?first (?:day )?of (${MONTH})(?: (${YEAR}))?`,
      (m, context) => dayOfMonth(monthIndex(m[1]!), 1, m[2], context),
    ],
    [`(\\d{1,2})[./](\\d{1,2})\\.?`, (m, context) => dayOfMonth(Number(m[2]), Number(m[1]), undefined, context)],
    [`(${YEAR})-(\\d\\d)`, (m, { zone }) => (Number(m[2]) > 12 ? null : months(zone, Number(m[1]), Number(m[2]), 1))],
    [
      // Day first, as most of the world writes it, unless only month first can be meant.
      `(\\d{1,2})[./](\\d{1,2})[./](${YEAR}|\\d\\d)`,
      (m, { zone }) => {
        const [a, b, year] = [Number(m[1]), Number(m[2]), Number(m[3]!.padStart(4, '20'))];
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
      '(?:the )?(?:beginning|start) of (?:the |this )?(week|month|quarter|year)',
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
