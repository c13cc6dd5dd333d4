import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PRICES } from '#domain/snapshot.ts';
import { CANDIDATES, generateCandidates } from '#sourcing/candidates.ts';
import { fakeModels, NO_MODELS } from '../fake-models.ts';
import { type Case, rates, smallCase } from './cases.ts';
import { oracle } from './oracle.ts';

const RUNS = Number(process.env['FAIRLEAD_SEARCH_RUNS'] ?? 400);

function agrees({ request, snapshot }: Case, models: typeof fakeModels): void {
  const found = generateCandidates({ request, snapshot, models, prices: NO_PRICES, rates });
  const truth = oracle(request, snapshot, found.reprice, 3);
  // Where three shipments are not enough the search goes on; the plans it adds are checked by the wide search's tests.
  if (!found.search.exact) {
    const best = truth[0]?.cost ?? Number.POSITIVE_INFINITY;
    expect(found.candidates[0]?.costs.total ?? best).toBeLessThanOrEqual(best);
    return;
  }
  expect(found.candidates.map(({ candidateId, costs }) => ({ id: candidateId, cost: costs.total }))).toEqual(
    truth.slice(0, CANDIDATES),
  );
}

describe('candidate search', () => {
  it('finds the cheapest plan and the ten next best, as the slow oracle does', () => {
    fc.assert(
      fc.property(smallCase, (small) => agrees(small, fakeModels)),
      { numRuns: RUNS, seed: 1 },
    );
  });

  it('is tried on cases that matter: split plans, short lines and several candidates among them', () => {
    const seen = { exact: 0, split: 0, short: 0, several: 0 };
    for (const { request, snapshot } of fc.sample(smallCase, { numRuns: 200, seed: 1 })) {
      const { candidates, search } = generateCandidates({
        request,
        snapshot,
        models: fakeModels,
        prices: NO_PRICES,
        rates,
      });
      if (search.exact) seen.exact++;
      if (candidates.some(({ plan }) => plan.shipments.length > 1)) seen.split++;
      if (candidates.some(({ plan }) => plan.shortLines.length > 0)) seen.short++;
      if (candidates.length === CANDIDATES) seen.several++;
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  it('finds them without models too, by cost alone', () => {
    fc.assert(
      fc.property(smallCase, (small) => agrees(small, NO_MODELS)),
      { numRuns: RUNS / 4, seed: 2 },
    );
  });
});
