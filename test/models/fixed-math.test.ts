import { describe, expect, it } from 'vitest';
import { fixedExp, fixedLog, logit, nextBelow, sigmoid, softplus } from '#models/fixed-math.ts';
import { randomFrom } from '#training/random.ts';

/** e^x for x = n / 2^k exactly enough: the Taylor series in 400-bit whole numbers. */
function exactExp(x: number): number {
  const bits = 1200n;
  const one = 1n << bits;
  // x is a double, so x * 2^1100 is whole for the sizes used here.
  const scaled = (BigInt(Math.round(x * 2 ** 40)) << bits) / (1n << 40n);
  const halvings = 12n;
  const small = scaled >> halvings;
  let term = one;
  let sum = one;
  for (let n = 1n; n < 200n && term !== 0n; n++) {
    term = (term * small) / (one * n);
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = (sum * sum) / one;
  // To a double: 60 leading bits and a power of two.
  const length = BigInt(sum.toString(2).length);
  const shift = length - 60n;
  return Number(shift > 0n ? sum >> shift : sum << -shift) * 2 ** Number(shift - bits);
}

describe('fixed-order exp and log', () => {
  const random = randomFrom(1);
  /** Numbers with few bits, so that the exact value takes them as they are. */
  const inputs = Array.from(
    { length: 300 },
    (_, i) => Math.round((random.next() * 2 - 1) * (i % 2 ? 600 : 3) * 2 ** 40) / 2 ** 40,
  );

  it('exp is within 3e-16 of the exact value', () => {
    for (const x of inputs) {
      const exact = exactExp(x);
      expect(Math.abs(fixedExp(x) - exact) / exact, `exp(${x})`).toBeLessThan(3e-16);
    }
  });

  it('log undoes the exact exp to 4e-16, or half a step of its argument', () => {
    for (const x of inputs) {
      const error = Math.abs(fixedLog(exactExp(x)) - x);
      expect(error, `log(e^${x})`).toBeLessThan(4e-16 * Math.abs(x) + 2.3e-16);
    }
  });

  it('both agree with the engine to a few last bits on 100,000 numbers', () => {
    for (let i = 0; i < 100_000; i++) {
      const x = (random.next() * 2 - 1) * 700;
      const y = Math.exp(x);
      if (Math.abs(fixedExp(x) - y) > 5e-16 * y) expect(fixedExp(x), `exp(${x})`).toBe(y);
      if (Math.abs(fixedLog(y) - Math.log(y)) > 5e-16 * Math.max(Math.abs(x), 1))
        expect(fixedLog(y), `log(${y})`).toBe(x);
    }
  });

  it('keep to the edges of the doubles', () => {
    expect(fixedExp(0)).toBe(1);
    expect(fixedExp(1000)).toBe(Number.POSITIVE_INFINITY);
    expect(fixedExp(-1000)).toBe(0);
    expect(fixedExp(Number.NaN)).toBeNaN();
    expect(fixedExp(-745)).toBe(Number.MIN_VALUE);
    expect(fixedExp(709.7)).toBeCloseTo(1.654984e308, -303);
    expect(fixedLog(1)).toBe(0);
    expect(fixedLog(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(fixedLog(-1)).toBeNaN();
    expect(fixedLog(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(fixedLog(Number.MIN_VALUE)).toBeCloseTo(-744.4400719213812, 10);
  });
});

describe('functions made of them', () => {
  it('sigmoid and logit undo each other', () => {
    for (const p of [1e-9, 0.01, 0.3, 0.5, 0.9, 0.999999]) expect(sigmoid(logit(p))).toBeCloseTo(p, 12);
    expect(sigmoid(800)).toBe(1);
    expect(sigmoid(-800)).toBe(0);
    expect(softplus(800)).toBe(800);
    expect(softplus(0)).toBeCloseTo(Math.LN2, 15);
  });

  it('the next double below leaves no double between', () => {
    for (const x of [1, -1, 0.1, 1e300, -1e-300, 5e-324]) {
      const below = nextBelow(x);
      expect(below).toBeLessThan(x);
      const middle = below / 2 + x / 2;
      expect(middle === below || middle === x).toBe(true);
    }
    expect(nextBelow(0)).toBe(-Number.MIN_VALUE);
  });
});
