import { describe, expect, test } from 'vitest';
import { findRanges } from '#explanation/grammar/dates.ts';

const clock = { now: Date.parse('2026-11-24T10:00:00Z'), zone: 'Europe/Berlin' };
const read = (text: string) =>
  findRanges(text, clock).map(({ from, to }) => [new Date(from).toISOString(), new Date(to).toISOString()]);

describe('date ranges', () => {
  test.each([
    ['last week', '2026-11-15T23:00:00.000Z', '2026-11-22T23:00:00.000Z'],
    ['previous month', '2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z'],
    ['in q3', '2026-06-30T22:00:00.000Z', '2026-09-30T22:00:00.000Z'],
    ['since monday', '2026-11-22T23:00:00.000Z', '2026-11-24T10:00:00.000Z'],
    ['yesterday morning', '2026-11-23T05:00:00.000Z', '2026-11-23T11:00:00.000Z'],
    ['past 7 days', '2026-11-17T10:00:00.000Z', '2026-11-24T10:00:00.000Z'],
    ['month to date', '2026-10-31T23:00:00.000Z', '2026-11-24T10:00:00.000Z'],
    ['on 3 march', '2026-03-02T23:00:00.000Z', '2026-03-03T23:00:00.000Z'],
    ['2026-11-03', '2026-11-02T23:00:00.000Z', '2026-11-03T23:00:00.000Z'],
    ['between 2026-11-02 and 2026-11-04', '2026-11-01T23:00:00.000Z', '2026-11-04T23:00:00.000Z'],
    ['from monday to wednesday', '2026-11-15T23:00:00.000Z', '2026-11-18T23:00:00.000Z'],
    ['week 46', '2026-11-08T23:00:00.000Z', '2026-11-15T23:00:00.000Z'],
    ['2 weeks ago', '2026-11-08T23:00:00.000Z', '2026-11-15T23:00:00.000Z'],
    ['3/11/2026', '2026-11-02T23:00:00.000Z', '2026-11-03T23:00:00.000Z'],
    ['last 24 hours', '2026-11-23T10:00:00.000Z', '2026-11-24T10:00:00.000Z'],
  ])('%s', (text, from, to) => {
    expect(read(text)).toEqual([[from, to]]);
  });

  test('the clocks going back make a day of 25 hours', () => {
    expect(read('on 25 october')).toEqual([['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']]);
  });

  test('the month before is that before the month named', () => {
    expect(read('last month vs the month before')).toEqual([
      ['2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z'],
      ['2026-08-31T22:00:00.000Z', '2026-09-30T22:00:00.000Z'],
    ]);
  });

  test('a date that no calendar has is none', () => {
    expect(read('on 31 february')).not.toEqual([['2026-02-28T23:00:00.000Z', '2026-03-03T23:00:00.000Z']]);
    expect(read('2026-13-45')).toEqual([]);
  });
});
