import { describe, expect, it } from 'vitest';
import { NO_PRICES } from '#domain/snapshot.ts';
import { nodeSets } from '#sourcing/bounds.ts';
import { generateCandidates } from '#sourcing/candidates.ts';
import { buildContext } from '#sourcing/context.ts';
import { candidatesOf, createPool } from '#sourcing/exact-search.ts';
import { createOptionBook } from '#sourcing/options.ts';
import { searchWide } from '#sourcing/wide-search.ts';
import { fakeModels } from '../fake-models.ts';
import { rates } from './cases.ts';
import { generated } from './generated.ts';

const input = (seed: number, size: Parameters<typeof generated>[0]) => ({
  ...generated(size, seed),
  models: fakeModels,
  prices: NO_PRICES,
  rates,
});

describe('wide search', () => {
  it('comes within 1% of the exact cost where both can run', () => {
    let exact = 0;
    let wide = 0;
    for (let seed = 1; seed <= 15; seed++) {
      const order = input(seed, { nodes: 8, lines: 6, stocked: 0.5 });
      exact += generateCandidates(order).candidates[0]!.costs.total;
      const context = buildContext(order);
      const pool = createPool(1, context);
      const nodeIds = [...context.legs.keys()].sort();
      const book = createOptionBook(context);
      searchWide(nodeSets(nodeIds, 2, book, context), nodeIds, 3, book, pool, context);
      wide += candidatesOf(pool, context)[0]!.costs.total;
    }
    expect(wide).toBeGreaterThanOrEqual(exact);
    expect(wide / exact).toBeLessThan(1.01);
  });

  it('serves 50 lines from 200 nodes, says that it is not exact, and never takes more than there is', () => {
    const order = input(7, { nodes: 200, lines: 50, stocked: 0.3 });
    const { candidates, search } = generateCandidates(order);
    expect(search.exact).toBe(false);
    expect(candidates.length).toBeGreaterThan(0);
    const { plan } = candidates[0]!;
    expect(plan.shipments.length).toBeGreaterThan(3);
    const taken = new Map<string, number>();
    for (const { nodeId, assignments } of plan.shipments)
      for (const { itemId, qty } of assignments)
        taken.set(`${nodeId}/${itemId}`, (taken.get(`${nodeId}/${itemId}`) ?? 0) + qty);
    for (const { nodeId, itemId, onHand } of order.snapshot.supply)
      expect(taken.get(`${nodeId}/${itemId}`) ?? 0).toBeLessThanOrEqual(onHand - 20);
  });
});
