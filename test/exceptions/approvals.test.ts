import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApprovalNeed, GuardOutcome } from '#domain/guard.ts';
import type { Principal } from '#domain/principal.ts';
import {
  answerApproval,
  approvalsOf,
  expireApprovals,
  holdDuringApproval,
  requestApprovals,
} from '#exceptions/approvals.ts';
import { type OverrideRequest, overrideDecision, overrideOf } from '#exceptions/overrides.ts';
import { historyOf, openException, readException } from '#exceptions/queue.ts';
import { loadPolicy } from '#policies/load.ts';
import { openStore, type Store } from '#store/open.ts';

const NOW = Date.UTC(2026, 9, 6, 9);
const HOUR = 3_600_000;
const policy = {
  ...loadPolicy(['policies/default.policy.yaml']),
  approvers: { 'logistics-manager': ['lisa'], finance: ['fay', 'raiser'] },
};
const need = (over: Partial<ApprovalNeed> = {}): ApprovalNeed => ({
  ruleId: 'freight-approval',
  approverRole: 'logistics-manager',
  expiresInMinutes: 240,
  holdMeanwhile: 'KEEP',
  ...over,
});
const key = (keyId: string, roles: Principal['roles'] = ['approver']): Principal => ({ keyId, roles, tenant: 't1' });

let store: Store;
beforeEach(() => {
  store = openStore({ file: ':memory:', migrationsFolder: 'src/store/migrations' });
});
afterEach(() => store.close());

function ask(needs: readonly ApprovalNeed[], decisionId = 'd1'): void {
  const draft = { category: 'APPROVAL' as const, owner: 'supply-chain', slaMinutes: 120, nearest: [] };
  store.transaction((db) => {
    openException(db, { tenant: 't1', decisionId, orderId: 'O1', draft, actor: 'key:raiser', now: NOW });
    requestApprovals(db, { tenant: 't1', decisionId, needs, raisedBy: 'key:raiser', now: NOW });
  });
}

function answer(principal: Principal, verdict: 'APPROVED' | 'REFUSED' = 'APPROVED', now = NOW) {
  return store.transaction((db) =>
    answerApproval(db, {
      principal,
      decisionId: 'd1',
      verdict,
      reasonCode: 'COST_THRESHOLD',
      note: 'worth it',
      policy,
      now,
    }),
  );
}

describe('approvals', () => {
  it('let a decision go when every rule that asked has its answer', () => {
    ask([need(), need({ ruleId: 'margin-floor', approverRole: 'finance' })]);
    expect(answer(key('lisa'))).toEqual({ state: 'PENDING', ruleIds: ['freight-approval'], hold: 'KEEP' });
    expect(answer(key('fay'))).toEqual({ state: 'APPROVED', ruleIds: ['margin-floor'], hold: 'KEEP' });
    expect(readException(store.db, 't1', 'd1', NOW)).toMatchObject({ state: 'RESOLVED', resolution: 'APPROVED' });
    expect(historyOf(store.db, 't1', 'd1').map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      'key:raiser opened',
      'key:lisa approved',
      'key:fay approved',
      'key:fay resolved',
    ]);
  });

  it('are not given by who raised the decision, nor without the role, nor twice', () => {
    ask([need({ approverRole: 'finance' })]);
    expect(() => answer(key('raiser'))).toThrow(/somebody else approves/);
    expect(() => answer(key('lisa'))).toThrow(/none of the roles asked: finance/);
    expect(() => answer(key('fay', ['planner']))).toThrow(/none of the roles asked/);
    answer(key('fay'));
    expect(() => answer(key('fay'))).toThrow(/waits for no approval/);
  });

  it('one refusal refuses, releases the hold and leaves the order on the queue', () => {
    ask([need(), need({ ruleId: 'margin-floor', approverRole: 'finance' })]);
    expect(answer(key('fay'), 'REFUSED')).toEqual({ state: 'REFUSED', ruleIds: ['margin-floor'], hold: 'RELEASE' });
    expect(() => answer(key('lisa'))).toThrow(/waits for no approval/);
    expect(readException(store.db, 't1', 'd1', NOW).state).toBe('OPEN');
  });

  it('expire, and an answer that comes later is refused', () => {
    ask([need()]);
    expect(() => answer(key('lisa'), 'APPROVED', NOW + 4 * HOUR)).toThrow(/waits for no approval/);
    expect(expireApprovals(store.db, NOW + 4 * HOUR - 1)).toEqual([]);
    expect(expireApprovals(store.db, NOW + 4 * HOUR)).toEqual([{ tenant: 't1', decisionId: 'd1' }]);
    expect(approvalsOf(store.db, 't1', 'd1')[0]?.state).toBe('EXPIRED');
    expect(readException(store.db, 't1', 'd1', NOW).state).toBe('OPEN');
  });

  it('say what the hold does meanwhile: kept until the first expiry, or let go and taken again', () => {
    expect(holdDuringApproval([need(), need({ expiresInMinutes: 60 })], NOW)).toEqual({
      keep: true,
      until: NOW + HOUR,
    });
    expect(holdDuringApproval([need(), need({ holdMeanwhile: 'RELEASE' })], NOW)).toEqual({ keep: false });
    ask([need({ holdMeanwhile: 'RELEASE' })]);
    expect(answer(key('lisa'))).toMatchObject({ state: 'APPROVED', hold: 'RETAKE' });
  });
});

const outcome = (over: Partial<GuardOutcome>): GuardOutcome => ({
  ruleId: 'freight-ceiling',
  candidateId: 'c2',
  verdict: 'DENY',
  reasonCode: 'COST_THRESHOLD',
  path: '/shipments',
  from: 90_000,
  to: null,
  threshold: 40_000,
  unit: 'minorUnits',
  message: 'too dear',
  approverRole: null,
  policyRevision: policy.policyRevision,
  relaxation: null,
  ...over,
});

function override(over: Partial<OverrideRequest> = {}): void {
  store.transaction((db) =>
    overrideDecision(db, {
      principal: key('lisa', ['planner', 'approver']),
      decisionId: 'd1',
      orderId: 'O1',
      fromCandidateId: 'c1',
      toCandidateId: 'c2',
      plan: {
        shipments: [
          { nodeId: 'EAST', carrierService: 'GROUND', assignments: [{ orderLineId: '1', itemId: 'A', qty: 5 }] },
        ],
      },
      outcomes: [],
      policy,
      raisedBy: 'key:raiser',
      reasonCode: 'SERVICE_LEVEL_MISS',
      note: 'customer called',
      now: NOW,
      ...over,
    }),
  );
}

describe('overrides', () => {
  it('keep plan, reason and actor, resolve the exception, and let pending approvals fall', () => {
    ask([need()]);
    override();
    expect(overrideOf(store.db, 't1', 'd1')).toMatchObject({
      actor: 'key:lisa',
      toCandidateId: 'c2',
      reasonCode: 'SERVICE_LEVEL_MISS',
      plan: { shipments: [{ nodeId: 'EAST' }] },
    });
    expect(readException(store.db, 't1', 'd1', NOW).resolution).toBe('OVERRIDDEN');
    expect(approvalsOf(store.db, 't1', 'd1')[0]).toMatchObject({ state: 'REFUSED', note: 'overridden' });
    expect(() => override()).toThrow(/overridden already/);
  });

  it('never go beyond a rule of the ERP', () => {
    const denial = outcome({
      ruleId: 'safety-stock',
      reasonCode: 'BELOW_SAFETY_STOCK',
      message: '3 units of safety stock',
    });
    expect(() => override({ outcomes: [denial] })).toThrow(/`safety-stock` of the ERP forbids/);
    expect(overrideOf(store.db, 't1', 'd1')).toBeNull();
  });

  it('are no way around an approval', () => {
    const raised = key('raiser', ['planner', 'approver']);
    expect(() => override({ principal: raised, outcomes: [outcome({})] })).toThrow(/somebody else goes beyond/);
    expect(() => override({ principal: key('p', ['planner']), outcomes: [outcome({})] })).toThrow(
      /it takes an approver/,
    );
    const asks = outcome({ verdict: 'REQUIRE_APPROVAL', approverRole: 'finance' });
    expect(() => override({ outcomes: [asks] })).toThrow(/it takes finance/);
    expect(() => override({ principal: key('d', ['data']) })).toThrow(/neither planner nor approver/);
    override({ principal: key('p', ['planner']) });
    expect(overrideOf(store.db, 't1', 'd1')?.actor).toBe('key:p');
  });
});
