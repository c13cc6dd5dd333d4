import { DAY_MS, type Instant, MINUTE_MS, type UtcOffset } from '#domain/time.ts';

export const HORIZON_DAYS = 90; // nothing is promised further ahead

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetMinutes(timeZone: string, instant: Instant): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const local = Date.UTC(parts.year!, parts.month! - 1, parts.day, parts.hour, parts.minute, parts.second);
  return Math.round((local - Math.floor(instant / 1000) * 1000) / MINUTE_MS);
}

/** The first minute at which the offset is another one than at `from`; it differs at `to`. */
function changeBetween(timeZone: string, from: Instant, to: Instant): Instant {
  const before = offsetMinutes(timeZone, from);
  while (to - from > MINUTE_MS) {
    const middle = Math.floor((from + to) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offsetMinutes(timeZone, middle) === before) from = middle;
    else to = middle;
  }
  return to;
}

function readOffsets(timeZone: string, day: Instant): readonly UtcOffset[] {
  const offsets: UtcOffset[] = [{ from: day, minutes: offsetMinutes(timeZone, day) }];
  for (let at = day; at < day + HORIZON_DAYS * DAY_MS; at += DAY_MS) {
    const minutes = offsetMinutes(timeZone, at + DAY_MS);
    if (minutes !== offsets.at(-1)!.minutes) offsets.push({ from: changeBetween(timeZone, at, at + DAY_MS), minutes });
  }
  return offsets;
}

const cache = new Map<string, readonly UtcOffset[]>();
const MAX_CACHED = 2000; // zones x days; a replay of years would grow it without end

/** Offsets of an IANA zone from the UTC day of `instant` to the horizon, from the runtime's zone data; cached. */
export function utcOffsetsOf(timeZone: string, instant: Instant): readonly UtcOffset[] {
  const day = Math.floor(instant / DAY_MS) * DAY_MS;
  const key = `${timeZone} ${day}`;
  let offsets = cache.get(key);
  if (!offsets) {
    if (cache.size >= MAX_CACHED) cache.clear();
    offsets = readOffsets(timeZone, day);
    cache.set(key, offsets);
  }
  return offsets;
}
