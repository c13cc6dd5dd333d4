import type { EvidenceV1 } from '#audit/evidence.ts';
import type { Decision, DecisionRequest, Selection } from '#domain/decision.ts';
import type { Prices, Snapshot } from '#domain/snapshot.ts';
import type { Instant } from '#domain/time.ts';
import type { ModelSet, RiskModel } from '#models/risk-model.ts';
import type { Policy } from '#policies/policy.ts';

export type Row = Readonly<Record<string, string | number | null>>;

/** A leaf that an answer stands on: `origin#index`. */
export interface LeafCite {
  readonly kind: 'leaf';
  readonly ref: string;
  readonly decisionId: string | null;
  /** Where the tlog-proof of it is served; null for a leaf that is no decision. */
  readonly receipt: string | null;
}

/** A query an answer stands on: SHA-256 of its text and values, how far the log reached, how many rows it gave. */
export interface QueryCite {
  readonly kind: 'query';
  readonly sha256: string;
  /** `origin#0..origin#size-1` of each log; empty where nothing is logged yet. */
  readonly log: readonly string[];
  readonly rows: number;
}
export type Cite = LeafCite | QueryCite;

/** A decision as it was recorded. */
export interface Recorded {
  readonly decision: Decision;
  readonly evidence: EvidenceV1;
  readonly cite: LeafCite;
}

/** What scored and priced a decision. */
export interface Scoring {
  readonly models: ModelSet;
  readonly prices: Prices;
}

/** What `decide()` can be asked about a recorded decision: the same, or with something changed. */
export interface Redecision {
  readonly request: DecisionRequest;
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  readonly scoring: Scoring;
  /** With the decision's own models and prices where none are given. */
  decide(request: DecisionRequest, snapshot: Snapshot, policy: Policy, scoring?: Scoring): Decision;
  /** What `decide` would say becomes of the order, several times as fast where it says much else. */
  select(request: DecisionRequest, snapshot: Snapshot, policy: Policy, scoring?: Scoring): Selection;
}

/** What answers are made from. Everything only reads; the composition root binds it to the store of one tenant. */
export interface Sources {
  readonly tenant: string;
  readonly now: Instant;
  readonly zone: string;
  /** Runs a SELECT with named values; `:tenant` is always bound. */
  query(sql: string, values?: Readonly<Record<string, string | number | null>>): { rows: Row[]; cite: QueryCite };
  /** Undefined where there is no such decision, or its evidence has expired. */
  recorded(decisionId: string): Recorded | undefined;
  /** Null where the models, snapshot or policy behind it are gone. */
  redecide(decisionId: string): Redecision | null;
  /** The model that scored a task, by the hash its record names. */
  model(sha256: string, trainedAt: number): RiskModel | null;
  /** The policy in force. */
  policy(): Policy | null;
  sha256(text: string): string;
}
