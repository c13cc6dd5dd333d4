import { describe, expect, it } from 'vitest';
import type { Candidate } from '#domain/candidate.ts';
import type { Decision } from '#domain/decision.ts';
import { shipped } from '#src/config.ts';
import { indexDecision } from '#store/decision-index.ts';
import { openStore } from '#store/open.ts';
import { decisionIndex, decisionShipments } from '#store/tables.ts';
import { line, NOW, request } from '../network.ts';

const candidate: Candidate = {
  candidateId: 'DC-EAST/GROUND:1=3',
  plan: {
    shipments: [
      {
        nodeId: 'DC-EAST',
        carrier: 'ACME',
        carrierService: 'GROUND',
        expedited: false,
        assignments: [{ orderLineId: '1', itemId: 'A', qty: 3 }],
        shipDate: NOW,
        eta: NOW + 2,
        etaP90: NOW + 3,
        distanceKm: 300,
        weightGrams: 1500,
        chargeableGrams: 1500,
        freight: 700,
        delayRisk: 0.2,
      },
    ],
    shortLines: [{ orderLineId: '2', itemId: 'B', qty: 1, disposition: 'SHORT' }],
  },
  costs: {
    shipping: 700,
    processing: 195,
    split: 1,
    delay: 2,
    stockout: 3,
    opportunity: 0,
    ageing: -4,
    shortLine: 5,
    total: 902,
  },
  risks: { stockout: 0.1, delay: 0.2, split: null },
  rawScore: 902,
};

function decision(over: Partial<Decision> = {}): Decision {
  return {
    schema: 'decision@1',
    decisionId: 'd1',
    orderId: 'SO-1',
    mode: 'hold',
    status: 'PARTIALLY_SOURCED',
    flags: ['CLAMPED'],
    degraded: [{ what: 'model', code: 'MODEL_UNAVAILABLE', subject: 'split', message: '' }],
    decidedAt: NOW,
    supersedes: null,
    chosen: { ...candidate, rank: 1, finalScore: 902 },
    clamp: null,
    alternatives: [],
    rejected: [],
    rejectedCounts: {},
    guard: [],
    approvals: [],
    exception: null,
    suggested: { candidate: { ...candidate, candidateId: 'DC-WEST/AIR:1=3' }, outcomes: [], saving: 40 },
    policyRevision: 'sha256:0',
    search: { exact: true, plansExamined: 2 },
    models: [{ task: 'delay', alias: 'champion', modelVersion: '2026-03', sha256: '' }],
    reasonCodes: ['COST_THRESHOLD'],
    ...over,
  };
}
const order = request([line('1', 'A', 3), line('2', 'B', 1)]).order;

describe('decision index', () => {
  it('keeps what search and KPIs read, and one row for each planned shipment', () => {
    const store = openStore({ file: ':memory:', migrationsFolder: shipped.migrations });
    indexDecision(store.db, 't1', decision(), order, 'key:k1', { origin: 'host/t1/2026', index: 7 });
    expect(store.db.select().from(decisionIndex).all()).toMatchObject([
      {
        tenantId: 't1',
        decisionId: 'd1',
        logOrigin: 'host/t1/2026',
        logIndex: 7,
        status: 'PARTIALLY_SOURCED',
        clamped: true,
        pendingApproval: false,
        degraded: '["MODEL_UNAVAILABLE:split"]',
        nodeIds: '["DC-EAST"]',
        itemIds: '["A","B"]',
        lines: 2,
        filledLines: 1,
        orderedUnits: 4,
        plannedUnits: 3,
        plannedShipments: 1,
        costAgeing: -4,
        costTotal: 902,
        riskSplit: null,
        eta: NOW + 2,
        models: '["delay=2026-03"]',
        suggested: true,
        moved: true,
        saving: 40,
        supersededBy: null,
      },
    ]);
    expect(store.db.select().from(decisionShipments).all()).toMatchObject([
      { nodeId: 'DC-EAST', freight: 700, units: 3 },
    ]);
  });

  it('marks the decision that a later one supersedes, in its tenant only', () => {
    const store = openStore({ file: ':memory:', migrationsFolder: shipped.migrations });
    const at = { origin: 'host/t1/2026', index: 0 };
    for (const tenant of ['t1', 't2']) indexDecision(store.db, tenant, decision(), order, 'key:k1', at);
    const nothing = decision({ decisionId: 'd2', supersedes: 'd1', chosen: null, status: 'NOT_SOURCED' });
    indexDecision(store.db, 't1', nothing, order, 'key:k1', { ...at, index: 1 });
    const rows = store.db.select().from(decisionIndex).all();
    expect(rows.map(({ tenantId, decisionId, supersededBy }) => [tenantId, decisionId, supersededBy])).toEqual([
      ['t1', 'd1', 'd2'],
      ['t2', 'd1', null],
      ['t1', 'd2', null],
    ]);
    expect(rows[2]).toMatchObject({ nodeIds: '[]', costTotal: null, eta: null, plannedShipments: 0, moved: false });
  });
});
