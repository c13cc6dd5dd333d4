import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decision } from '#domain/decision.ts';
import { leastAmount } from '#explanation/least-amount.ts';

const DECIDED = {} as Decision;

test('finds the least amount beyond a threshold, in few tries, with and without likely amounts', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 0, max: 4096 }),
      fc.array(fc.integer({ min: -3, max: 5000 }), { maxLength: 4 }),
      (threshold, most, likely) => {
        let tries = 0;
        const found = leastAmount(
          most,
          (amount) => {
            tries++;
            return amount >= threshold ? DECIDED : null;
          },
          likely,
        );
        expect(found?.amount).toBe(threshold <= most ? threshold : undefined);
        expect(tries).toBeLessThanOrEqual(2 * 12 + likely.length + 2);
      },
    ),
  );
});

test('is tight where more does not always do it', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 60 })),
      fc.array(fc.integer({ min: 1, max: 60 })),
      (does, likely) => {
        const alters = (amount: number): Decision | null => (does.includes(amount) ? DECIDED : null);
        const found = leastAmount(60, alters, likely);
        if (!found) return;
        expect(does).toContain(found.amount);
        expect(does).not.toContain(found.amount - 1);
      },
    ),
  );
});
