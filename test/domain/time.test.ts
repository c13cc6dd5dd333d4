import { describe, expect, it } from 'vitest';
import { isGln, isGtin, isSscc, uuidV7 } from '#domain/identifiers.ts';
import {
  addDays,
  DAY_MS,
  HOUR_MS,
  instantAt,
  isoWeekday,
  localDateAt,
  localMinutesAt,
  toRfc3339,
} from '#domain/time.ts';

// Berlin in 2026: +02:00 until 25 October 01:00 UTC, then +01:00.
const change = Date.UTC(2026, 9, 25, 1);
const berlin = [
  { from: Date.UTC(2026, 2, 29, 1), minutes: 120 },
  { from: change, minutes: 60 },
];

describe('local time', () => {
  it('follows the zone across the change of the clocks', () => {
    expect(localDateAt(berlin, Date.UTC(2026, 9, 24, 22, 30))).toBe('2026-10-25');
    expect(localMinutesAt(berlin, change - HOUR_MS)).toBe(120);
    expect(localMinutesAt(berlin, change)).toBe(120);
    expect(instantAt(berlin, '2026-10-25', 16 * 60)).toBe(Date.UTC(2026, 9, 25, 15));
    expect(instantAt(berlin, '2026-10-24', 16 * 60)).toBe(Date.UTC(2026, 9, 24, 14));
  });

  it('counts days and weekdays of the calendar', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect([isoWeekday('2026-11-23'), isoWeekday('2026-11-29')]).toEqual([1, 7]);
  });

  it('writes moments and days as Date does, at random and at the edges', () => {
    const edges = [0, -1, 1, 999, DAY_MS - 1, DAY_MS, Date.UTC(2024, 1, 29), Date.UTC(9999, 11, 31), 1.5, -1.5];
    const drawn = Array.from({ length: 5000 }, (_, i) => ((i * 2_654_435_761) % 8_000_000_000) * 1000 + (i % 1000));
    for (const instant of [...edges, ...drawn]) {
      const date = new Date(instant);
      const iso = date.toISOString();
      expect(toRfc3339(instant)).toBe(iso);
      expect(localDateAt([], instant)).toBe(iso.slice(0, 10));
      expect(isoWeekday(iso.slice(0, 10))).toBe(date.getUTCDay() || 7);
    }
    expect(() => toRfc3339(Number.NaN)).toThrow(RangeError);
  });
});

describe('identifiers', () => {
  it('verifies GS1 check digits', () => {
    expect([isGtin('4006381333931'), isGtin('4006381333932'), isGtin('96385074')]).toEqual([true, false, true]);
    expect([isGln('4012345000009'), isSscc('106141411234567897')]).toEqual([true, true]);
    expect(isGtin('40063813339a1')).toBe(false);
  });

  it('writes version 7 UUIDs that sort by time', () => {
    const early = uuidV7(1_700_000_000_000, new Uint8Array(10).fill(255));
    const late = uuidV7(1_700_000_000_001, new Uint8Array(10));
    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(early < late).toBe(true);
  });
});
