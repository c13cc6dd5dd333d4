const DAY_MS = 86_400_000;
/** How much of a day's work carriers do on each weekday, Monday first. Saturdays little, Sundays next to nothing. */
const SHARES = [1, 1, 1, 1, 1, 0.1, 0.02];
const WEEK = SHARES.reduce((sum, share) => sum + share, 0);
/** 1970-01-01 was a Thursday: three days after a Monday. */
const MONDAY_SHIFT = 3;

/** Working days since a Monday in 1969, rising with every instant; differences of it are durations. */
export function workingDays(instant: number): number {
  const days = instant / DAY_MS + MONDAY_SHIFT;
  const week = Math.floor(days / 7);
  let left = days - week * 7;
  let sum = week * WEEK;
  for (const share of SHARES) {
    if (left <= 1) return sum + left * share;
    sum += share;
    left -= 1;
  }
  return sum;
}

/** The instant (epoch ms) at which `workingDays` has that value. */
export function instantAt(working: number): number {
  const week = Math.floor(working / WEEK);
  let left = working - week * WEEK;
  let days = week * 7;
  for (const share of SHARES) {
    if (left <= share) return (days + left / share - MONDAY_SHIFT) * DAY_MS;
    left -= share;
    days += 1;
  }
  return (days - MONDAY_SHIFT) * DAY_MS;
}
