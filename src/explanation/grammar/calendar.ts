import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '#domain/time.ts';

/** The moment of asking and where it is asked; nothing else is read from the clock. */
export interface Clock {
  readonly now: Instant;
  /** IANA name. */
  readonly zone: string;
}

/** Half-open: `from` counts, `to` does not. */
export interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

/** A calendar day. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that local time in the zone is ahead of UTC. */
export function offsetAt(instant: Instant, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
  const local = Date.UTC(
    parts['year']!,
    parts['month']! - 1,
    parts['day']!,
    parts['hour']!,
    parts['minute']!,
    parts['second']!,
  );
  return local - Math.floor(instant / 1000) * 1000;
}

/** Local wall time to an instant; days and months may overflow, as in `Date.UTC`. */
export function at({ year, month, day }: Day, minutes: number, zone: string): Instant {
  const local = Date.UTC(year, month - 1, day) + minutes * MINUTE_MS;
  const guess = local - offsetAt(local, zone);
  return local - offsetAt(guess, zone);
}

/** A day, or a part of it by name. */
export function partOfDay(day: Day, part: string | undefined, zone: string): Range {
  const hours: Record<string, readonly [number, number]> = {
    'early morning': [4, 8],
    morning: [6, 12],
    noon: [11, 14],
    afternoon: [12, 18],
    evening: [18, 24],
    night: [18, 30],
  };
  const [from, to] = (part && hours[part]) || [0, 24];
  return { from: at(day, from * 60, zone), to: at(day, to * 60, zone) };
}

export function shift(day: Day, days: number): Day {
  const date = new Date(Date.UTC(day.year, day.month - 1, day.day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Monday is 0. */
export function weekdayOf(day: Day): number {
  return (new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay() + 6) % 7;
}

/** The whole week, weekend, fortnight, month, quarter or year, `offset` of them from the present one. */
export function calendarPeriod(unit: string, offset: number, today: Day, zone: string): Range {
  const start = (day: Day) => at(day, 0, zone);
  if (unit.startsWith('weekend') || unit === 'week end') {
    const saturday = shift(today, 5 - weekdayOf(today) + 7 * offset);
    return { from: start(saturday), to: start(shift(saturday, 2)) };
  }
  if (unit.startsWith('w')) {
    const monday = shift(today, -weekdayOf(today) + 7 * offset);
    return { from: start(monday), to: start(shift(monday, 7)) };
  }
  if (unit === 'fortnight') {
    const monday = shift(today, -weekdayOf(today) + 14 * offset);
    return { from: start(monday), to: start(shift(monday, 14)) };
  }
  const months = unit === 'year' ? 12 : unit === 'quarter' ? 3 : 1;
  const first = Math.floor((today.month - 1) / months) * months + 1 + offset * months;
  return {
    from: start({ year: today.year, month: first, day: 1 }),
    to: start({ year: today.year, month: first + months, day: 1 }),
  };
}

/** So many units before or after now, to the minute. */
export function rolling(count: number, unit: string, now: Instant, today: Day, zone: string, direction: -1 | 1): Range {
  let edge: Instant;
  if (/^(min)/.test(unit)) edge = now + direction * count * MINUTE_MS;
  else if (/^h/.test(unit)) edge = now + direction * count * HOUR_MS;
  else if (/^(d|business|working)/.test(unit)) edge = now + direction * count * DAY_MS;
  else if (/^w/.test(unit)) edge = now + direction * count * 7 * DAY_MS;
  else {
    const months = (/^y/.test(unit) ? 12 : /^q/.test(unit) ? 3 : 1) * count * direction;
    edge = at({ ...today, month: today.month + months }, 0, zone) + (now - at(today, 0, zone));
  }
  return direction < 0 ? { from: edge, to: now } : { from: now, to: edge };
}
