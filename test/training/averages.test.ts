import fc from 'fast-check';
import { expect, test } from 'vitest';
import { averagesAsOf, averagesAtEnd, type History } from '#training/importers/averages.ts';
import { instantAt, workingDays } from '#training/importers/working-days.ts';

const DAY = 86_400_000;
const row = fc.record({
  gap: fc.nat(20),
  wait: fc.integer({ min: 1, max: 60 }),
  key: fc.constantFrom('a', 'b', 'c'),
  outcome: fc.double({ min: -2, max: 2, noNaN: true }),
});

function historyOf(rows: { gap: number; wait: number; outcome: number }[]): History {
  let day = 17_000;
  const times = Float64Array.from(rows, ({ gap }) => {
    day += gap;
    return day * DAY;
  });
  return {
    times,
    outcomes: Float64Array.from(rows, ({ outcome }) => outcome),
    knownAt: Float64Array.from(rows, ({ wait }, i) => times[i]! + wait * DAY),
    halfLifeDays: 50,
    prior: 2,
    periodDays: 30,
  };
}

test('an average as of a row is what a slow reading of the outcomes known by its period gives', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
      const history = historyOf(rows);
      const { times, knownAt, outcomes } = history;
      const fast = averagesAsOf(history, (i) => rows[i]!.key, rows.length);
      for (let i = 0; i < rows.length; i++) {
        const start = times[0]! + Math.floor((times[i]! - times[0]!) / (30 * DAY)) * 30 * DAY;
        const known = rows.map((_, j) => j).filter((j) => knownAt[j]! < start);
        const latest = Math.max(...known.map((j) => knownAt[j]!));
        const weight = (j: number) => 2 ** ((knownAt[j]! - latest) / DAY / 50);
        const sum = (list: number[], of: (j: number) => number) =>
          list.reduce((total, j) => total + weight(j) * of(j), 0);
        const all = known.length === 0 ? 0 : sum(known, (j) => outcomes[j]!) / sum(known, () => 1);
        const own = known.filter((j) => rows[j]!.key === rows[i]!.key);
        const expected = own.length === 0 ? 0 : sum(own, (j) => outcomes[j]! - all) / (sum(own, () => 1) + 2);
        expect(fast[i]).toBeCloseTo(expected, 9);
      }
    }),
  );
});

test('outcomes that are known later never change an earlier row', () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ gap: 3, wait: 5, key: 'a', outcome: i % 3 }));
  const before = averagesAsOf(historyOf(rows), () => 'a', 60);
  const changed = rows.map((r, i) => (i >= 40 ? { ...r, outcome: 50 } : r));
  const after = averagesAsOf(historyOf(changed), () => 'a', 60);
  expect([...after.subarray(0, 41)]).toEqual([...before.subarray(0, 41)]);
});

test('what is recorded at the end names every key once', () => {
  const history = historyOf([
    { gap: 0, wait: 1, outcome: 1 },
    { gap: 1, wait: 1, outcome: 3 },
  ]);
  const recorded = averagesAtEnd(history, (i) => (i === 0 ? 'b' : 'a'), 2);
  expect(Object.keys(recorded)).toEqual(['a', 'b']);
  expect(recorded['a']).toBeGreaterThan(0);
  expect(recorded['b']).toBeLessThan(0);
});

test('working days rise with every instant, seven days are always the same, and the way back is exact', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000_000_000 }),
      fc.integer({ min: 60, max: 5_000_000 }),
      (second, later) => {
        const [from, to] = [second * 1000, (second + later) * 1000];
        expect(workingDays(to)).toBeGreaterThan(workingDays(from));
        expect(workingDays(from + 7 * DAY) - workingDays(from)).toBeCloseTo(5.12, 9);
        expect(Math.abs(instantAt(workingDays(from)) - from)).toBeLessThan(1000);
      },
    ),
  );
});

test('a Friday to the next Monday is one working day and a little', () => {
  const friday = Date.UTC(2018, 3, 13);
  expect(workingDays(friday + 3 * DAY) - workingDays(friday)).toBeCloseTo(1.12, 9);
});
