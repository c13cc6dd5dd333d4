import { DAY_MS, type Instant, type LocalDate, toRfc3339 } from '#domain/time.ts';

/** ISO weekday in UTC, Monday 1 to Sunday 7: day 0 of the epoch was a Thursday. */
export function utcWeekday(instant: Instant): number {
  return ((Math.floor(instant / DAY_MS) + 3) % 7) + 1;
}

/** The days on which every place of the distributor is closed. */
export function holidays(from: Instant, days: number): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let i = 0; i <= days; i++) {
    const date = toRfc3339(from + i * DAY_MS).slice(0, 10);
    if (['01-01', '05-01', '12-25', '12-26'].includes(date.slice(5))) dates.push(date);
  }
  return dates;
}
