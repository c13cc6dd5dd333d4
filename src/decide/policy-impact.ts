import type { EvidenceV1 } from '#audit/evidence.ts';
import type { Decision } from '#domain/decision.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { ModelSet } from '#models/risk-model.ts';
import type { Policy } from '#policies/policy.ts';
import { decide } from '../decide.ts';

/** What a decision comes to: what ships how, and who is asked. */
export interface Upshot {
  readonly status: Decision['status'];
  readonly candidateId: string | null;
  /** `ruleId by role`, sorted. */
  readonly approvals: readonly string[];
  readonly category: string | null;
}

/** A decision that a policy would have made otherwise. */
export interface PolicyChange {
  readonly decisionId: string;
  readonly orderId: string;
  readonly from: Upshot;
  readonly to: Upshot;
  /** Rules that speak under one of the two only, sorted. */
  readonly rules: readonly string[];
}

/** Sums over decisions, money in minor units. */
export interface ImpactTotals {
  orders: number;
  sourced: number;
  orderedUnits: number;
  shippedUnits: number;
  shipments: number;
  freight: number;
  costToServe: number;
  clamped: number;
  exceptions: number;
  approvals: number;
}

export function noTotals(): ImpactTotals {
  return {
    orders: 0,
    sourced: 0,
    orderedUnits: 0,
    shippedUnits: 0,
    shipments: 0,
    freight: 0,
    costToServe: 0,
    clamped: 0,
    exceptions: 0,
    approvals: 0,
  };
}

export function addDecision(totals: ImpactTotals, decision: Decision, orderedUnits: number): void {
  const { chosen, flags, exception, approvals } = decision;
  totals.orders++;
  totals.orderedUnits += orderedUnits;
  totals.approvals += approvals.length;
  if (flags.includes('CLAMPED')) totals.clamped++;
  if (exception && exception.category !== 'APPROVAL') totals.exceptions++;
  if (!chosen) return;
  totals.sourced++;
  totals.costToServe += chosen.costs.total;
  totals.shipments += chosen.plan.shipments.length;
  for (const { freight, assignments } of chosen.plan.shipments) {
    totals.freight += freight;
    for (const { qty } of assignments) totals.shippedUnits += qty;
  }
}

function upshotOf({ status, chosen, approvals, exception }: Decision): Upshot {
  return {
    status,
    candidateId: chosen?.candidateId ?? null,
    approvals: approvals.map(({ ruleId, approverRole }) => `${ruleId} by ${approverRole}`).sort(),
    category: exception?.category ?? null,
  };
}

export interface Impact {
  readonly decision: Decision;
  readonly change: PolicyChange | null;
}

/** Decides a recorded order again under another policy; says what would have come of it. Writes nothing. */
export function impactOf(evidence: EvidenceV1, snapshot: Snapshot, models: ModelSet, policy: Policy): Impact {
  const recorded = evidence.decision;
  const { decision } = decide(evidence.request, snapshot, models, policy, evidence.prices);
  const [from, to] = [upshotOf(recorded), upshotOf(decision)];
  if (JSON.stringify(from) === JSON.stringify(to)) return { decision, change: null };
  const [then, now] = [recorded, decision].map(({ guard }) => new Set(guard.map(({ ruleId }) => ruleId)));
  const rules = [...then!, ...now!].filter((ruleId) => !(then!.has(ruleId) && now!.has(ruleId)));
  const { decisionId, orderId } = recorded;
  return { decision, change: { decisionId, orderId, from, to, rules: [...new Set(rules)].sort() } };
}
