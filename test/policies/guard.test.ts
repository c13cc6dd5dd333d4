import { describe, expect, it } from 'vitest';
import { DAY_MS } from '#domain/time.ts';
import { guard } from '#policies/guard.ts';
import { loadPolicy } from '#policies/load.ts';
import { candidateOf, draft, repriceFor, request, snapshot } from './world.ts';

const policy = loadPolicy(['policies/default.policy.yaml']);

describe('guard', () => {
  it('lets a plan within every limit through, unchanged and without a word', () => {
    const asked = request();
    const known = snapshot();
    const candidate = candidateOf(asked, known, draft(['EAST', 'GROUND', { '1': 5 }]));
    const { candidates, approvals } = guard(asked, [candidate], policy, known, repriceFor(asked, known));
    expect(candidates).toEqual([{ raw: candidate, clamped: null, final: candidate, verdict: 'ALLOW', outcomes: [] }]);
    expect(approvals).toEqual({});
  });

  it('denies a plan that a hard rule forbids, and says which', () => {
    const asked = request({ creditStatus: 'HOLD' });
    const known = snapshot();
    const candidate = candidateOf(asked, known, draft(['EAST', 'GROUND', { '1': 5 }]));
    const [guarded] = guard(asked, [candidate], policy, known, repriceFor(asked, known)).candidates;
    expect(guarded).toMatchObject({ verdict: 'DENY', final: null });
    expect(guarded?.outcomes.map(({ ruleId, reasonCode }) => [ruleId, reasonCode])).toEqual([
      ['credit-hold', 'CREDIT_HOLD'],
    ]);
  });

  it('moves an expedited plan to ground where the tier does not pay for air', () => {
    const asked = request({ customerTier: 'STANDARD', promiseDate: asked5() });
    const known = snapshot();
    const candidate = candidateOf(asked, known, draft(['EAST', 'AIR', { '1': 5 }]));
    const [guarded] = guard(asked, [candidate], policy, known, repriceFor(asked, known)).candidates;
    expect(guarded?.verdict).toBe('CLAMP');
    expect(guarded?.final?.plan.shipments[0]?.carrierService).toBe('GROUND');
    expect(guarded?.outcomes[0]).toMatchObject({
      ruleId: 'expedite-spend',
      verdict: 'CLAMP',
      path: '/shipments/0/carrierService',
      from: 'AIR',
      to: 'GROUND',
      threshold: 3500,
    });
  });

  it('asks the role of the band where freight is beyond what goes without asking', () => {
    const asked = request({ customerTier: 'STANDARD', lines: [{ ...request().order.lines[0]!, orderedQty: 100 }] });
    const known = snapshot({
      lanes: snapshot().lanes.map((lane) => ({ ...lane, rate: { ...lane.rate, base: 14_000 } })),
    });
    const candidate = candidateOf(asked, known, draft(['EAST', 'GROUND', { '1': 100 }]));
    const { candidates, approvals } = guard(asked, [candidate], policy, known, repriceFor(asked, known));
    expect(candidates[0]?.verdict).toBe('REQUIRE_APPROVAL');
    expect(approvals[candidate.candidateId]).toEqual([
      { ruleId: 'freight-approval', approverRole: 'logistics-manager', expiresInMinutes: 240, holdMeanwhile: 'KEEP' },
    ]);
  });
});

function asked5(): number {
  return request().decidedAt + 9 * DAY_MS;
}
