import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NO_PRICES } from '#domain/snapshot.ts';
import { guard } from '#policies/guard.ts';
import { CANDIDATES, generateCandidates } from '#sourcing/candidates.ts';
import { permittedCandidates } from '#src/decide/permitted.ts';
import { fakeModels } from '../fake-models.ts';
import { policyWith } from '../policies/policies.ts';
import { rates, smallCase } from '../sourcing/cases.ts';

it('looks further down the list while nothing is permitted, and takes what stands there as it is', () => {
  let widened = 0;
  let found = 0;
  fc.assert(
    fc.property(smallCase, ({ request, snapshot }) => {
      const input = { request, snapshot, models: fakeModels, prices: NO_PRICES, rates };
      const { candidates } = generateCandidates(input, 60);
      if (candidates.length <= CANDIDATES) return;
      // A ceiling that the first of the further plans with the least freight just keeps.
      const ceiling = Math.min(...candidates.slice(CANDIDATES).map(({ costs }) => costs.shipping));
      const threshold = `${(ceiling / 100).toFixed(2)} EUR`;
      const policy = policyWith([
        { id: 'ceiling', rule: 'freight-ceiling', severity: 'clamp', move: ['carrierService'], threshold },
      ]);
      const first = generateCandidates(input, CANDIDATES);
      const near = guard(request, first.candidates, policy, snapshot, first.reprice).candidates;
      const { guarded } = permittedCandidates(input, policy);
      if (near.some(({ final }) => final !== null)) {
        expect(guarded.candidates).toEqual(near);
        return;
      }
      widened++;
      expect(guarded.candidates.slice(0, CANDIDATES)).toEqual(near);
      for (const { raw, clamped, final } of guarded.candidates.slice(CANDIDATES)) {
        expect(clamped).toBeNull();
        expect(final).toBe(raw.costs.shipping <= ceiling ? raw : null);
        if (final) found++;
      }
    }),
    { numRuns: 600, seed: 11 },
  );
  expect(widened).toBeGreaterThan(0);
  expect(found).toBeGreaterThan(0);
});
