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

export function toRfc3339(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** The offset in force at a moment; `offsets` ascend, and the first also covers what lies before it. */
export function offsetMinutesAt(offsets: readonly UtcOffset[], instant: Instant): number {
  let minutes = offsets[0]?.minutes ?? 0;
  for (const offset of offsets) if (offset.from <= instant) minutes = offset.minutes;
  return minutes;
}

export function localDateAt(offsets: readonly UtcOffset[], instant: Instant): LocalDate {
  return toRfc3339(instant + offsetMinutesAt(offsets, instant) * MINUTE_MS).slice(0, 10);
}

/** Minutes since local midnight. */
export function localMinutesAt(offsets: readonly UtcOffset[], instant: Instant): number {
  const local = instant + offsetMinutesAt(offsets, instant) * MINUTE_MS;
  return Math.floor((((local % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
}

/** ISO weekday, Monday 1 to Sunday 7, of a calendar date. */
export function isoWeekday(date: LocalDate): number {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return day === 0 ? 7 : day;
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return toRfc3339(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).slice(0, 10);
}

/** Minutes since midnight of `HH:mm`. */
export function minutesOf(time: LocalTime): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The moment at which a place's clock shows `minutes` past midnight of `date`. */
export function instantAt(offsets: readonly UtcOffset[], date: LocalDate, minutes: number): Instant {
  const local = Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE_MS;
  const guess = local - offsetMinutesAt(offsets, local) * MINUTE_MS;
  // The second look settles the hours around a change of the clocks.
  return local - offsetMinutesAt(offsets, guess) * MINUTE_MS;
}
