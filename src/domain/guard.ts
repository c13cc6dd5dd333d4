import type { Candidate } from './candidate.ts';
import type { ReasonCode } from './reason-codes.ts';

/** Ordered from mild to severe. */
export const VERDICTS = ['ALLOW', 'CLAMP', 'REQUIRE_APPROVAL', 'DENY'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a rule may move when it clamps. */
export const DIMENSIONS = ['quantity', 'carrierService', 'shipments', 'node'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export type OutcomeValue = number | string | boolean | null;

/** The smallest change that would have let the plan through, found by running the guard again. */
export interface Relaxation {
  /** What would be changed: a policy threshold, the promise, safety stock, a hold. */
  readonly lever: string;
  readonly path: string;
  readonly from: OutcomeValue;
  readonly to: OutcomeValue;
  readonly unit: string;
  /** The role that may change it. */
  readonly changeableBy: string;
  /** `freight cap +6.20 EUR`: for people. */
  readonly text: string;
}

/** One rule that spoke about one candidate. */
export interface GuardOutcome {
  readonly ruleId: string;
  readonly candidateId: string;
  readonly verdict: Verdict;
  readonly reasonCode: ReasonCode;
  /** JSON pointer into the plan, the order or the snapshot. */
  readonly path: string;
  readonly from: OutcomeValue;
  readonly to: OutcomeValue;
  readonly threshold: OutcomeValue;
  readonly unit: string;
  readonly message: string;
  /** Set when the verdict is REQUIRE_APPROVAL: the role that may approve. */
  readonly approverRole: string | null;
  readonly policyRevision: string;
  readonly relaxation: Relaxation | null;
}

/** A candidate on its way through the guard. All three are kept. */
export interface GuardedCandidate {
  readonly raw: Candidate;
  /** The cheapest permitted plan near it, where a rule clamped; null where nothing had to move or nothing could. */
  readonly clamped: Candidate | null;
  /** What may leave the service; null when the verdict is DENY. */
  readonly final: Candidate | null;
  readonly verdict: Verdict;
  readonly outcomes: readonly GuardOutcome[];
}

/** What a person must say before the plan may be executed. */
export interface ApprovalNeed {
  readonly ruleId: string;
  readonly approverRole: string;
  readonly expiresInMinutes: number;
  /** What happens to the soft hold meanwhile. */
  readonly holdMeanwhile: 'KEEP' | 'RELEASE';
}

export interface Guarded {
  /** In the order they came; one for each candidate. */
  readonly candidates: readonly GuardedCandidate[];
  readonly approvals: Readonly<Record<string, readonly ApprovalNeed[]>>;
}
