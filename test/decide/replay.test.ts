import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { NO_PRICES } from '#domain/snapshot.ts';
import { loadPolicy } from '#policies/load.ts';
import { shipped } from '#src/config.ts';
import { decide } from '#src/decide.ts';
import { firstDifference, replay } from '#src/replay.ts';
import { fakeModels, NO_MODELS } from '../fake-models.ts';
import { smallCase } from '../sourcing/cases.ts';

const policy = loadPolicy([join(shipped.policies, 'default.policy.yaml')]);

describe('replay', () => {
  it('gives the recorded decision again after a trip through JSON', () => {
    fc.assert(
      fc.property(smallCase, ({ request, snapshot }) => {
        const { decision, features, offeredModels } = decide(request, snapshot, fakeModels, policy, NO_PRICES);
        const written: EvidenceV1 = {
          v: 1,
          request,
          snapshotSha256: '',
          prices: NO_PRICES,
          offeredModels,
          features,
          decision,
        };
        const [evidence, seen] = JSON.parse(JSON.stringify([written, snapshot]));
        expect(replay(evidence, seen, fakeModels, policy).difference).toBeNull();
      }),
      { numRuns: 100, seed: 4 },
    );
  });

  it('names the first difference by path with both values', () => {
    const [{ request, snapshot }] = fc.sample(smallCase, { numRuns: 1, seed: 5 }) as [
      { request: never; snapshot: never },
    ];
    const { decision, features, offeredModels } = decide(request, snapshot, fakeModels, policy, NO_PRICES);
    const evidence: EvidenceV1 = {
      v: 1,
      request,
      snapshotSha256: '',
      prices: NO_PRICES,
      offeredModels,
      features,
      decision,
    };
    expect(replay(evidence, snapshot, NO_MODELS, policy).difference).not.toBeNull();
    expect(firstDifference({ a: [1, { 'b/c': 2 }] }, { a: [1, { 'b/c': 3 }] })).toEqual({
      path: '/a/1/b~1c',
      recorded: 2,
      replayed: 3,
    });
    expect(firstDifference({ a: 1 }, { a: 1, b: null })).toEqual({ path: '/b', recorded: undefined, replayed: null });
  });
});
