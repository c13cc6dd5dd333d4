import { z } from 'zod';
import type { Candidate, Shipment } from '#domain/candidate.ts';
import { DECISION_STATUSES, type Decision, type RankedCandidate } from '#domain/decision.ts';
import { VERDICTS } from '#domain/guard.ts';
import { MODES } from '#domain/order.ts';
import { REASON_CODES } from '#domain/reason-codes.ts';
import { TASKS } from '#domain/risk.ts';
import { toRfc3339 } from '#domain/time.ts';

const moment = z.iso.datetime();
const amount = z.int().describe("Minor units of the order's currency");
const probability = z.number().min(0).max(1).nullable();
const value = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const reasonCode = z.enum(REASON_CODES);

export const costs = z.object({
  shipping: amount,
  processing: amount,
  split: amount,
  delay: amount,
  stockout: amount,
  opportunity: amount,
  ageing: amount,
  shortLine: amount,
  total: amount,
});
export const risks = z.object({ stockout: probability, delay: probability, split: probability });

export const shipment = z.object({
  nodeId: z.string(),
  carrier: z.string(),
  carrierService: z.string(),
  expedited: z.boolean(),
  assignments: z.array(z.object({ orderLineId: z.string(), itemId: z.string(), qty: z.int() })),
  shipDate: moment,
  eta: moment,
  etaP90: moment,
  distanceKm: z.number(),
  weightGrams: z.number(),
  chargeableGrams: z.number(),
  freight: amount,
  delayRisk: probability,
});

export const candidate = z.object({
  candidateId: z.string(),
  shipments: z.array(shipment),
  shortLines: z.array(
    z.object({
      orderLineId: z.string(),
      itemId: z.string(),
      qty: z.int(),
      disposition: z.enum(['BACKORDER', 'SHORT']),
    }),
  ),
  costs,
  risks,
  rawScore: amount,
});
export const ranked = candidate.extend({ rank: z.int(), finalScore: amount });

export const guardOutcome = z.object({
  ruleId: z.string(),
  candidateId: z.string(),
  verdict: z.enum(VERDICTS),
  reasonCode,
  path: z.string(),
  from: value,
  to: value,
  threshold: value,
  unit: z.string(),
  message: z.string(),
  approverRole: z.string().nullable(),
  policyRevision: z.string(),
  relaxation: z
    .object({
      lever: z.string(),
      path: z.string(),
      from: value,
      to: value,
      unit: z.string(),
      changeableBy: z.string(),
      text: z.string(),
    })
    .nullable(),
});

export const rejected = z.object({
  nodeIds: z.array(z.string()),
  candidateId: z.string().nullable(),
  costs: costs.nullable(),
  risks: risks.nullable(),
  reasons: z.array(
    z.object({
      code: reasonCode,
      value: z.number().nullable(),
      threshold: z.number().nullable(),
      unit: z.string(),
      subject: z.string(),
    }),
  ),
});

/** Where the decision's leaf stands in the audit log: cited as `origin#index`. */
const position = z.object({ origin: z.string(), index: z.int() });
export type Position = z.output<typeof position>;

export const hold = z.object({
  reservationId: z.string(),
  nodeId: z.string(),
  itemId: z.string(),
  qty: z.int(),
  expiresAt: moment,
});
export type Hold = z.output<typeof hold>;

/** What a decision says, as it leaves the service. */
export const answerSchema = z
  .object({
    decisionId: z.string(),
    orderId: z.string(),
    mode: z.enum(MODES),
    status: z.enum(DECISION_STATUSES),
    flags: z.array(z.enum(['CLAMPED', 'PENDING_APPROVAL'])),
    decidedAt: moment,
    supersedes: z.string().nullable(),
    degraded: z.array(
      z.object({
        what: z.enum(['model', 'supply', 'carrier', 'customer']),
        code: reasonCode,
        subject: z.string(),
        message: z.string(),
      }),
    ),
    chosen: ranked.nullable(),
    clamp: z.object({ raw: candidate, clamped: candidate }).nullable(),
    alternatives: z.array(ranked),
    rejected: z.array(rejected),
    rejectedCounts: z.partialRecord(reasonCode, z.int()),
    search: z.object({ exact: z.boolean(), plansExamined: z.int() }),
    guard: z.array(guardOutcome),
    approvals: z.array(
      z.object({
        ruleId: z.string(),
        approverRole: z.string(),
        expiresInMinutes: z.number(),
        holdMeanwhile: z.enum(['KEEP', 'RELEASE']),
      }),
    ),
    exception: z
      .object({
        category: z.enum([...REASON_CODES, 'APPROVAL']),
        owner: z.string(),
        slaMinutes: z.number(),
        nearest: z.array(z.object({ candidateId: z.string(), costs, outcomes: z.array(guardOutcome) })),
      })
      .nullable(),
    suggested: z
      .object({
        candidate: candidate.nullable(),
        outcomes: z.array(guardOutcome),
        saving: amount.nullable(),
      })
      .nullable(),
    holds: z.array(hold),
    policyRevision: z.string(),
    models: z.array(
      z.object({
        task: z.enum(TASKS),
        alias: z.enum(['champion', 'challenger']),
        modelVersion: z.string(),
        sha256: z.string(),
      }),
    ),
    reasonCodes: z.array(reasonCode),
    log: position,
  })
  .describe('A decision');
export type Answer = z.output<typeof answerSchema>;

/** A type whose lists may be written: what zod infers is writable, the domain is not. */
type Writable<T> = T extends readonly (infer Item)[]
  ? Writable<Item>[]
  : T extends object
    ? { -readonly [Name in keyof T]: Writable<T[Name]> }
    : T;

function shipmentOf(row: Shipment): z.output<typeof shipment> {
  return {
    nodeId: row.nodeId,
    carrier: row.carrier,
    carrierService: row.carrierService,
    expedited: row.expedited,
    assignments: row.assignments as Writable<typeof row.assignments>,
    shipDate: toRfc3339(row.shipDate),
    eta: toRfc3339(row.eta),
    etaP90: toRfc3339(row.etaP90),
    distanceKm: row.distanceKm,
    weightGrams: row.weightGrams,
    chargeableGrams: row.chargeableGrams,
    freight: row.freight,
    delayRisk: row.delayRisk,
  };
}

function candidateOf({ candidateId, plan, costs, risks, rawScore }: Candidate): z.output<typeof candidate> {
  return {
    candidateId,
    shipments: plan.shipments.map(shipmentOf),
    shortLines: plan.shortLines as Writable<typeof plan.shortLines>,
    costs,
    risks,
    rawScore,
  };
}

function rankedOf(row: RankedCandidate): z.output<typeof ranked> {
  return { rank: row.rank, ...candidateOf(row), finalScore: row.finalScore };
}

/** The answer to a decision whose leaf is written. */
export function answerOf(decision: Decision, holds: readonly Hold[], log: Position): Answer {
  const { chosen, clamp, suggested } = decision as Writable<Decision>;
  const lists = decision as Writable<Decision>;
  return {
    decisionId: decision.decisionId,
    orderId: decision.orderId,
    mode: decision.mode,
    status: decision.status,
    flags: lists.flags,
    decidedAt: toRfc3339(decision.decidedAt),
    supersedes: decision.supersedes,
    degraded: lists.degraded,
    chosen: chosen && rankedOf(chosen),
    clamp: clamp && { raw: candidateOf(clamp.raw), clamped: candidateOf(clamp.clamped) },
    alternatives: lists.alternatives.map(rankedOf),
    rejected: lists.rejected,
    rejectedCounts: decision.rejectedCounts,
    search: decision.search,
    guard: lists.guard,
    approvals: lists.approvals,
    exception: lists.exception,
    suggested: suggested && {
      candidate: suggested.candidate && candidateOf(suggested.candidate),
      outcomes: suggested.outcomes,
      saving: suggested.saving,
    },
    holds: [...holds],
    policyRevision: decision.policyRevision,
    models: lists.models,
    reasonCodes: lists.reasonCodes,
    log,
  };
}
