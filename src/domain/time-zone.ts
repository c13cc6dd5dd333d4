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

/** The zone's offsets from `from` to `to`, one row per change, found to the minute. */
export function utcOffsetsOf(timeZone: string, from: Instant, to: Instant): UtcOffset[] {
  const offsets: UtcOffset[] = [{ from, minutes: zoneMinutesAt(timeZone, from) }];
  let last = from;
  while (last < to) {
    const next = Math.min(last + 6 * HOUR_MS, to);
    const minutes = zoneMinutesAt(timeZone, next);
    if (minutes !== offsets.at(-1)!.minutes) {
      let [before, after] = [last, next];
      while (after - before > MINUTE_MS) {
        const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
        if (zoneMinutesAt(timeZone, middle) === minutes) after = middle;
        else before = middle;
      }
      offsets.push({ from: Math.floor(after / MINUTE_MS) * MINUTE_MS, minutes });
    }
    last = next;
  }
  return offsets;
}
