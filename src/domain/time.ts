/** A moment in UTC, epoch milliseconds. The wire writes it as RFC 3339. */
export type Instant = number;
/** A calendar date at a place, `YYYY-MM-DD`. */
export type LocalDate = string;
/** A time of day at a place, `HH:mm`. */
export type LocalTime = string;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** From `from` on, local time is UTC plus `minutes`. Carried in the snapshot, so that a replay needs no zone data. */
export interface UtcOffset {
  readonly from: Instant;
  readonly minutes: number;
}

/** Days of the years 1970 to 2199: what is asked for again and again, and few enough to keep. */
const REMEMBERED_DAYS = 84_000;
const dateTexts: LocalDate[] = [];
const dayNumbers = new Map<LocalDate, number>();

function dateText(day: number): LocalDate {
  dateTexts[day] ??= new Date(day * DAY_MS).toISOString().slice(0, 10);
  return dateTexts[day];
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
const three = (value: number): string => (value < 100 ? `0${two(value)}` : `${value}`);

/** As `Date.toISOString` writes it; throws its RangeError. Every answer has dozens, so days are written once. */
export function toRfc3339(instant: Instant): string {
  const day = Math.floor(instant / DAY_MS);
  if (!Number.isInteger(instant) || day < 0 || day >= REMEMBERED_DAYS) return new Date(instant).toISOString();
  const ms = instant - day * DAY_MS;
  const minutes = Math.floor(ms / MINUTE_MS);
  const [hour, seconds] = [Math.floor(minutes / 60), Math.floor(ms / 1000)];
  return `${dateText(day)}T${two(hour)}:${two(minutes - hour * 60)}:${two(seconds - minutes * 60)}.${three(ms - seconds * 1000)}Z`;
}

/** The calendar date that many days after 1970-01-01. */
function dateOf(day: number): LocalDate {
  return day >= 0 && day < REMEMBERED_DAYS ? dateText(day) : toRfc3339(day * DAY_MS).slice(0, 10);
}

/** Days from 1970-01-01 to a calendar date; NaN where it is none. */
function dayNumber(date: LocalDate): number {
  let day = dayNumbers.get(date);
  if (day === undefined) {
    day = Date.parse(`${date}T00:00:00Z`) / DAY_MS;
    if (day >= 0 && day < REMEMBERED_DAYS) dayNumbers.set(date, day);
  }
  return day;
}

/** The offset in force at a moment; `offsets` ascend, and the first also covers what lies before it. */
export function offsetMinutesAt(offsets: readonly UtcOffset[], instant: Instant): number {
  let minutes = offsets[0]?.minutes ?? 0;
  for (const offset of offsets) if (offset.from <= instant) minutes = offset.minutes;
  return minutes;
}

export function localDateAt(offsets: readonly UtcOffset[], instant: Instant): LocalDate {
  const local = instant + offsetMinutesAt(offsets, instant) * MINUTE_MS;
  return dateOf(Math.floor(local / DAY_MS));
}

/** Minutes since local midnight. */
export function localMinutesAt(offsets: readonly UtcOffset[], instant: Instant): number {
  const local = instant + offsetMinutesAt(offsets, instant) * MINUTE_MS;
  return Math.floor((((local % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
}

/** ISO weekday, Monday 1 to Sunday 7, of a calendar date. */
export function isoWeekday(date: LocalDate): number {
  // The epoch was a Thursday.
  return ((((dayNumber(date) + 3) % 7) + 7) % 7) + 1;
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return dateOf(dayNumber(date) + days);
}

/** Minutes since midnight of `HH:mm`. */
export function minutesOf(time: LocalTime): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The moment at which a place's clock shows `minutes` past midnight of `date`. */
export function instantAt(offsets: readonly UtcOffset[], date: LocalDate, minutes: number): Instant {
  const local = dayNumber(date) * DAY_MS + minutes * MINUTE_MS;
  const guess = local - offsetMinutesAt(offsets, local) * MINUTE_MS;
  // The second look settles the hours around a change of the clocks.
  return local - offsetMinutesAt(offsets, guess) * MINUTE_MS;
}
