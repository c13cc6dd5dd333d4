import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { period, when } from '#explanation/answers/draft.ts';
import { LEAF_MOMENT } from '#explanation/answers/filters.ts';

const at = (text: string): number => Date.parse(text);

describe('a moment', () => {
  test('is shown in the zone asked for, with the offset in force then', () => {
    const shown = (text: string, zone: string) => when(at(text), zone).shown;
    expect(shown('2026-11-24T10:00:59Z', 'Europe/Paris')).toBe('2026-11-24 11:00 UTC+1');
    expect(shown('2026-07-24T10:00:00Z', 'Europe/Paris')).toBe('2026-07-24 12:00 UTC+2');
    expect(shown('2026-11-24T23:00:00Z', 'Asia/Kolkata')).toBe('2026-11-25 04:30 UTC+5:30');
    expect(shown('2026-11-24T01:00:00Z', 'America/St_Johns')).toBe('2026-11-23 21:30 UTC-3:30');
    expect(shown('2026-11-24T01:00:00Z', 'UTC')).toBe('2026-11-24 01:00 UTC');
    expect(when(null, 'UTC').shown).toBe('-');
  });

  test('of a leaf keeps its milliseconds', () => {
    const moment = (ts: string) =>
      new Database(':memory:')
        .prepare(`SELECT ${LEAF_MOMENT} FROM (SELECT CAST(? AS BLOB) AS leaf) l`)
        .pluck()
        .get(JSON.stringify({ ts }));
    for (const ts of ['2026-11-24T10:00:00.700Z', '2026-11-24T10:00:00.001Z', '2031-02-28T23:59:59.999Z'])
      expect(moment(ts)).toBe(at(ts));
  });
});

describe('a period', () => {
  const paris = (from: string | null, to: string | null) =>
    period(from === null ? null : at(from), to === null ? null : at(to), 'Europe/Paris');

  test('of whole local days is said in days, both counted in', () => {
    expect(paris('2026-11-23T23:00:00Z', '2026-11-24T23:00:00Z')).toBe('on 2026-11-24 (UTC+1)');
    expect(paris('2026-11-22T23:00:00Z', '2026-11-29T23:00:00Z')).toBe('2026-11-23 to 2026-11-29 (UTC+1)');
    expect(paris('2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z')).toBe(
      '2026-10-01 to 2026-10-31 (UTC+2, at the end UTC+1)',
    );
  });

  test('of other moments is said to the minute, and may be open', () => {
    expect(paris('2026-11-24T05:00:00Z', '2026-11-24T11:00:00Z')).toBe(
      '2026-11-24 06:00 UTC+1 to 2026-11-24 12:00 UTC+1',
    );
    expect(paris('2026-11-23T23:00:00Z', null)).toBe('since 2026-11-24 00:00 UTC+1');
    expect(paris(null, '2026-11-23T23:00:00Z')).toBe('before 2026-11-24 00:00 UTC+1');
    expect(paris(null, null)).toBe('');
  });
});
