import { DAY_MS, type Instant, type UtcOffset } from '#domain/time.ts';
import { utcOffsetsOf as offsetsBetween } from '#domain/time-zone.ts';

export const HORIZON_DAYS = 90; // nothing is promised further ahead

const cache = new Map<string, readonly UtcOffset[]>();
const MAX_CACHED = 2000; // zones x days; a replay of years would grow it without end

/** Offsets of an IANA zone from the UTC day of `instant` to the horizon, from the runtime's zone data; cached. */
export function utcOffsetsOf(timeZone: string, instant: Instant): readonly UtcOffset[] {
  const day = Math.floor(instant / DAY_MS) * DAY_MS;
  const key = `${timeZone} ${day}`;
  let offsets = cache.get(key);
  if (!offsets) {
    if (cache.size >= MAX_CACHED) cache.clear();
    offsets = offsetsBetween(timeZone, day, day + HORIZON_DAYS * DAY_MS);
    cache.set(key, offsets);
  }
  return offsets;
}
