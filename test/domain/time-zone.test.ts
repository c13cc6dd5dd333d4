import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, offsetMinutesAt } from '#domain/time.ts';
import { utcOffsetsOf } from '#domain/time-zone.ts';

/** The slow way: what a clock on the wall shows, read as UTC, less the moment. */
function wallMinutes(timeZone: string, at: number): number {
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  return Math.round((Date.parse(`${shown.replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000) / MINUTE_MS);
}

describe('utcOffsetsOf', () => {
  it('agrees with the clocks of the place at any moment, across years and changes', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'America/Sao_Paulo',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'UTC',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(2016, 0, 1), max: Date.UTC(2027, 11, 1) }),
        fc.integer({ min: 0, max: 400 * 24 }),
        (zone, from, hours) => {
          const offsets = utcOffsetsOf(zone, from, from + 400 * DAY_MS);
          expect(offsets[0]!.from).toBe(from);
          expect(offsets.every(({ from: start }, i) => i === 0 || start > offsets[i - 1]!.from)).toBe(true);
          const at = from + hours * HOUR_MS;
          expect(offsetMinutesAt(offsets, at)).toBe(wallMinutes(zone, at));
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});
