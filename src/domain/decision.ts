import type { Candidate, PlanDraft, RejectedCandidate } from './candidate.ts';
import type { ApprovalNeed, GuardOutcome } from './guard.ts';
import type { MinorUnits } from './money.ts';
import type { Mode, Order } from './order.ts';
import type { ReasonCode } from './reason-codes.ts';
import type { Task } from './risk.ts';
import type { Instant } from './time.ts';

export const DECISION_STATUSES = ['FULLY_SOURCED', 'PARTIALLY_SOURCED', 'NOT_SOURCED', 'EXCEPTION'] as const;
export type DecisionStatus = (typeof DECISION_STATUSES)[number];

/** What `decide()` is asked: the order's facts, and the moment and id that the shell gave it. */
export interface DecisionRequest {
  readonly schema: 'recommendationRequest@1';
  readonly decisionId: string;
  readonly decidedAt: Instant;
  readonly mode: Mode;
  readonly order: Order;
  /** What the ERP would have done by itself. */
  readonly suggestedOption: PlanDraft | null;
  readonly supersedes: string | null;
}

/** Something was missing, and what decided instead. */
export interface Degradation {
  readonly what: 'model' | 'supply' | 'carrier' | 'customer';
  readonly code: ReasonCode;
  /** The task, node or lane concerned. */
  readonly subject: string;
  readonly message: string;
}

export interface ModelUsed {
  readonly task: Task;
  readonly alias: 'champion' | 'challenger';
  readonly modelVersion: string;
  readonly sha256: string;
}

/** An exception in the making: the queue gives it an id and a clock. */
export interface ExceptionDraft {
  readonly category: ReasonCode | 'APPROVAL';
  readonly owner: string;
  readonly slaMinutes: number;
  /** The nearest three, best first, each with what its rules said. */
  readonly nearest: readonly {
    readonly candidateId: string;
    readonly costs: Candidate['costs'];
    readonly outcomes: readonly GuardOutcome[];
  }[];
}

export interface RankedCandidate extends Candidate {
  readonly rank: number;
  readonly finalScore: MinorUnits;
}

/** A candidate before and after the guard moved it. */
export interface ClampTrace {
  readonly raw: Candidate;
  readonly clamped: Candidate;
}

/** Everything `decide()` says; its canonical bytes are what `outputSha256` is of. */
export interface Decision {
  readonly schema: 'decision@1';
  readonly decisionId: string;
  readonly orderId: string;
  readonly mode: Mode;
  readonly status: DecisionStatus;
  readonly flags: readonly ('CLAMPED' | 'PENDING_APPROVAL')[];
  readonly degraded: readonly Degradation[];
  readonly decidedAt: Instant;
  readonly supersedes: string | null;
  readonly chosen: RankedCandidate | null;
  /** Where the guard moved the chosen plan. */
  readonly clamp: ClampTrace | null;
  /** Other permitted plans, cheapest first, at most ten; cheaper than the chosen one only where the cheapest needs an approval. */
  readonly alternatives: readonly RankedCandidate[];
  /** Best of each node and node pair, at most 50; the rest is counted. */
  readonly rejected: readonly RejectedCandidate[];
  /** `exact`: no plan of up to three shipments is cheaper; otherwise the best that a bounded search found. */
  readonly search: { readonly exact: boolean; readonly plansExamined: number };
  readonly rejectedCounts: Readonly<Partial<Record<ReasonCode, number>>>;
  /** Rules that spoke about the chosen plan, or about the nearest one when none was permitted. */
  readonly guard: readonly GuardOutcome[];
  readonly approvals: readonly ApprovalNeed[];
  readonly exception: ExceptionDraft | null;
  /** The ERP's own choice, priced and guarded the same way; `saving` is its expected cost minus ours. */
  readonly suggested: {
    readonly candidate: Candidate | null;
    readonly outcomes: readonly GuardOutcome[];
    readonly saving: MinorUnits | null;
  } | null;
  readonly policyRevision: string;
  readonly models: readonly ModelUsed[];
  readonly reasonCodes: readonly ReasonCode[];
}

/** What becomes of the order, without the reasons. */
export type Selection = Pick<Decision, 'status' | 'chosen' | 'approvals'>;
