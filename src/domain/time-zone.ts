import { HOUR_MS, type Instant, MINUTE_MS, type UtcOffset } from './time.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
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
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** True for a name of the IANA zone database: `Europe/Berlin`, `UTC`; an offset such as `+02:00` is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return formatOf(name) !== undefined;
  } catch {
    return false;
  }
}

/** Minutes that a zone's clocks are ahead of UTC at a moment. */
function zoneMinutesAt(timeZone: string, instant: Instant): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) parts[type] = Number(value);
  const { year, month, day, hour, minute } = parts as Record<'year' | 'month' | 'day' | 'hour' | 'minute', number>;
  const local = Date.UTC(year, month - 1, day, hour, minute);
  return Math.round((local - Math.floor(instant / MINUTE_MS) * MINUTE_MS) / MINUTE_MS);
}

const yearsKnown = new Map<string, readonly UtcOffset[]>();

/** The offset at the start of a UTC year and each change within it, found to the minute; looked up once. */
function offsetsOfYear(timeZone: string, year: number): readonly UtcOffset[] {
  const key = `${timeZone} ${year}`;
  const known = yearsKnown.get(key);
  if (known) return known;
  const end = Date.UTC(year + 1, 0, 1);
  let last = Date.UTC(year, 0, 1);
  const offsets: UtcOffset[] = [{ from: last, minutes: zoneMinutesAt(timeZone, last) }];
  while (last < end) {
    const next = Math.min(last + 6 * HOUR_MS, end);
    const minutes = zoneMinutesAt(timeZone, next);
    if (next < end && minutes !== offsets.at(-1)!.minutes) {
      let [before, after] = [last, next];
      while (after - before > MINUTE_MS) {
        const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
        if (zoneMinutesAt(timeZone, middle) === minutes) after = middle;
        else before = middle;
      }
      offsets.push({ from: after, minutes });
    }
    last = next;
  }
  yearsKnown.set(key, offsets);
  return offsets;
}

/** The zone's offsets from `from` to `to`, one row per change, found to the minute. */
export function utcOffsetsOf(timeZone: string, from: Instant, to: Instant): UtcOffset[] {
  const offsets: UtcOffset[] = [];
  for (let year = new Date(from).getUTCFullYear(); year <= new Date(to).getUTCFullYear(); year++)
    for (const offset of offsetsOfYear(timeZone, year)) {
      if (offset.from > to) break;
      if (offset.from <= from) offsets[0] = { from, minutes: offset.minutes };
      else if (offsets.at(-1)?.minutes !== offset.minutes) offsets.push(offset);
    }
  return offsets;
}
