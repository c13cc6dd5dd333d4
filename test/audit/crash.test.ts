import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CrashHarness } from './crash/harness.ts';

const harness = new CrashHarness(2026);
let shim = false;
beforeAll(async () => {
  shim = await harness.prepare();
}, 60_000);
afterAll(() => harness.close());

describe('the flush', () => {
  it('loses nothing it acknowledged and keeps nothing twice over 20 times kill -9', async () => {
    const tally = await harness.kills(20, 10);
    expect(tally.problems).toEqual([]);
    expect(tally).toMatchObject({ runs: 20 });
    expect(tally.recovered).toBeGreaterThanOrEqual(tally.acknowledged);
  }, 120_000);

  it('refuses while the disk fails and goes on by itself, over 10 faults of four kinds', async (context) => {
    if (!shim) {
      console.log('NOT RUN: disk faults need a C compiler');
      if (process.env['CI'] === 'true') throw new Error('a C compiler is expected in CI');
      return context.skip();
    }
    const tally = await harness.faults(10);
    expect(tally.problems).toEqual([]);
    expect(tally).toMatchObject({ runs: 10 });
    expect(tally.refused).toBeGreaterThan(0);
  }, 120_000);
});
