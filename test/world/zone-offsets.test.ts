import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, offsetMinutesAt } from '#domain/time.ts';
import { HORIZON_DAYS, utcOffsetsOf } from '#world/zone-offsets.ts';

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'UTC',
  'Africa/Casablanca',
];

/** What a clock in the zone shows, asked of the runtime each time. */
function clock(timeZone: string, instant: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(instant);
}

describe('offsets of a zone', () => {
  it('show the clock of the place at any moment up to the horizon', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2030, 0, 1) }),
        fc.integer({ min: 0, max: (HORIZON_DAYS - 1) * DAY_MS }),
        (zone, asOf, ahead) => {
          const instant = asOf + ahead;
          const local = new Date(instant + offsetMinutesAt(utcOffsetsOf(zone, asOf), instant) * 60_000);
          expect(local.toISOString().slice(0, 19).replace('T', ' ')).toBe(clock(zone, instant));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('change at the minute at which the clocks do', () => {
    expect(utcOffsetsOf('Europe/Berlin', Date.UTC(2026, 2, 1, 15))).toEqual([
      { from: Date.UTC(2026, 2, 1), minutes: 60 },
      { from: Date.UTC(2026, 2, 29, 1), minutes: 120 },
    ]);
  });
});
