import type { Candidate } from '#domain/candidate.ts';
import type { Decision } from '#domain/decision.ts';
import { NO_PRICES } from '#domain/snapshot.ts';
import { atp } from '#domain/supply.ts';
import type { DecideNow } from '#src/server/desk.ts';

const NO_COSTS = {
  shipping: 0,
  processing: 0,
  split: 0,
  delay: 0,
  stockout: 0,
  opportunity: 0,
  ageing: 0,
  shortLine: 0,
  total: 0,
};
const HOUR = 3_600_000;

/** Takes the first line whole from the first node that has it: enough of a decision to test the shell with. */
export const decideFirstFit: DecideNow = (_tenant, request, snapshot) => {
  const line = request.order.lines[0]!;
  const at = snapshot.supply.find(
    (row) => row.itemId === line.itemId && atp(row, request.decidedAt) >= line.orderedQty,
  );
  const lane = at && snapshot.lanes.find(({ nodeId }) => nodeId === at.nodeId);
  const candidate: Candidate | null = lane
    ? {
        candidateId: `${lane.nodeId}/${lane.carrierService}:${line.orderLineId}=${line.orderedQty}`,
        plan: {
          shipments: [
            {
              nodeId: lane.nodeId,
              carrier: lane.carrier,
              carrierService: lane.carrierService,
              expedited: lane.expedited,
              assignments: [{ orderLineId: line.orderLineId, itemId: line.itemId, qty: line.orderedQty }],
              shipDate: request.decidedAt + HOUR,
              eta: request.decidedAt + 24 * HOUR,
              etaP90: request.decidedAt + 48 * HOUR,
              distanceKm: lane.distanceKm,
              weightGrams: 900,
              chargeableGrams: 900,
              freight: 450,
              delayRisk: null,
            },
          ],
          shortLines: [],
        },
        costs: { ...NO_COSTS, shipping: 450, total: 450 },
        risks: { stockout: null, delay: null, split: null },
        rawScore: 450,
      }
    : null;
  const decision: Decision = {
    schema: 'decision@1',
    decisionId: request.decisionId,
    orderId: request.order.orderId,
    mode: request.mode,
    status: candidate ? 'FULLY_SOURCED' : 'NOT_SOURCED',
    flags: [],
    degraded: [{ what: 'model', code: 'MODEL_UNAVAILABLE', subject: 'delay', message: 'no model; rules decided' }],
    decidedAt: request.decidedAt,
    supersedes: request.supersedes,
    chosen: candidate && { ...candidate, rank: 1, finalScore: candidate.rawScore },
    clamp: null,
    alternatives: [],
    rejected: [],
    rejectedCounts: candidate ? {} : { INSUFFICIENT_ATP: 2 },
    search: { exact: true, plansExamined: 2 },
    guard: [],
    approvals: [],
    exception: null,
    suggested: null,
    policyRevision: `sha256:${'a'.repeat(64)}`,
    models: [],
    reasonCodes: candidate ? [] : ['INSUFFICIENT_ATP'],
  };
  return {
    decision,
    features: [{ featureSetId: 'stockout@1', subjects: ['x'], rows: [[1, null]] }],
    offeredModels: [],
    prices: NO_PRICES,
  };
};
