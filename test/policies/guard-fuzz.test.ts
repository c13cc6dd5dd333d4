import { describe, expect, it } from 'vitest';
import { RULE_KINDS } from '#policies/rule-kinds.ts';
import { fuzzGuard } from './fuzz.ts';

const hard = RULE_KINDS.filter((kind) => kind.hard).map(({ kind }) => kind);

describe('guard against hostile scores and random policies', () => {
  it('lets nothing out that breaks a rule of the ERP, in 20,000 decisions', () => {
    const result = fuzzGuard({ runs: 20_000, seed: 7 });
    expect(result.broken).toEqual({});
    // It had something to stop of every kind, and still let plans through, moved some and asked for some.
    for (const rule of hard) expect.soft(result.offered[rule] ?? 0, rule).toBeGreaterThan(50);
    expect(result.permitted).toBeGreaterThan(10_000);
    expect(result.clamped).toBeGreaterThan(1000);
    expect(result.approvals).toBeGreaterThan(500);
  }, 120_000);

  it.each(hard)('would be caught without `%s`', (without) => {
    const { broken } = fuzzGuard({ runs: 5000, seed: 11, without, stopWhenBroken: true });
    expect(Object.keys(broken)).toEqual([without]);
  });
});
