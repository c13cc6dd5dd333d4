import { describe, expect, it } from 'vitest';
import { groupShapley } from '#models/group-shapley.ts';

const groups = [
  { name: 'a', features: [0] },
  { name: 'b', features: [1] },
  { name: 'c', features: [2, 3] },
];

describe('group attributions', () => {
  it('of a sum are each part less its mean over the background', () => {
    const background = Float64Array.of(0, 0, 0, 0, 2, 4, 6, 8);
    const sum = (x: Float64Array) => x[0]! + 2 * x[1]! + x[2]! - x[3]!;
    const { base, contributions } = groupShapley({ groups, background }, Float64Array.of(5, 5, 5, 1), sum);
    expect(base).toBeCloseTo(4, 12);
    expect([...contributions].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([4, 6, 2.5, 2.5]);
  });

  it('share a product between its factors', () => {
    const product = (x: Float64Array) => 80 * x[0]! * x[1]!;
    const background = Float64Array.of(0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0);
    const { base, contributions } = groupShapley({ groups, background }, Float64Array.of(1, 1, 0, 0), product);
    expect(base).toBe(20);
    [30, 30, 0, 0].forEach((wanted, feature) => {
      expect(contributions[feature]).toBeCloseTo(wanted, 10);
    });
  });
});
