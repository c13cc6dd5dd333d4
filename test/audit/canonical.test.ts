import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, canonicalText } from '#audit/canonical.ts';

describe('canonical JSON', () => {
  it('is what the RFC 8785 package writes, for any JSON', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('\u2028', 'é', '"', '\\', '\n'));
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.constant(-0),
        fc.array(tie('any')),
        fc.dictionary(text, tie('any')),
        fc.date({ noInvalidDate: true }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (any) => {
        expect(canonicalText(any)).toBe(canonicalize(any));
      }),
      { numRuns: 150 },
    );
  });

  it('sorts members by UTF-16 code units, as the RFC shows', () => {
    const members = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(Object.values(JSON.parse(canonicalText(members)))).toHaveLength(7);
    expect(canonicalText(members)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  it('leaves out what is undefined and refuses what JSON cannot say', () => {
    expect(canonicalText({ b: undefined, a: [undefined] })).toBe('{"a":[null]}');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', undefined, () => 1, { a: () => 1 }])
      expect(() => canonicalBytes(value)).toThrow();
  });
});
