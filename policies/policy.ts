import type { CostRates } from '#domain/cost-rates.ts';
import type { ApprovalNeed, Dimension } from '#domain/guard.ts';
import type { Currency } from '#domain/money.ts';
import type { CustomerTier } from '#domain/order.ts';
import type { ReasonCode } from '#domain/reason-codes.ts';
import type { DriftState } from '#domain/snapshot.ts';
import type { Instant } from '#domain/time.ts';
import type { CelProgram } from './cel.ts';
import type { AgeLimits, RuleKind } from './rule.ts';

export const LEVELS = ['company', 'region', 'customer'] as const;
/** Wide to narrow: a narrower policy may tighten, and loosen only where the wider one says so. */
export type Level = (typeof LEVELS)[number];

export const SEVERITIES = ['approve', 'clamp', 'deny'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Which orders and shipments a rule is about; an absent list is any. */
export interface Scope {
  readonly tiers?: readonly CustomerTier[];
  readonly channels?: readonly string[];
  readonly nodes?: readonly string[];
  readonly regions?: readonly string[];
  readonly itemClasses?: readonly string[];
  readonly carriers?: readonly string[];
}

/** Which orders a narrower policy is about. */
export interface AppliesTo {
  readonly countries?: readonly string[];
  readonly zones?: readonly string[];
  readonly customers?: readonly string[];
}

/** Up to a threshold, the role that may approve; `upTo` null: whatever the value. */
export interface ApprovalBand {
  readonly upTo: number | null;
  readonly role: string;
  readonly expiresInMinutes: number;
  readonly holdMeanwhile: ApprovalNeed['holdMeanwhile'];
}

/** What one policy of the stack says of a rule. */
export interface RuleVariant {
  readonly level: Level;
  /** Null: every order. */
  readonly appliesTo: AppliesTo | null;
  readonly severity: Severity;
  /** In the kind's unit; null where the rule has no threshold. */
  readonly limit: Readonly<Record<CustomerTier, number>> | null;
  readonly approvals: readonly ApprovalBand[];
}

/** A rule in plain data: what the revision is the hash of. */
export interface RuleDocument {
  readonly ruleId: string;
  readonly kind: string;
  readonly move: readonly Dimension[];
  readonly reasonCode: ReasonCode;
  readonly scope: Scope;
  /** Wide to narrow; the last one that applies to an order decides. */
  readonly variants: readonly RuleVariant[];
  readonly permit: string | null;
  readonly message: string;
  readonly owner: string;
  readonly source: string;
  /** Who may change the threshold for one order, and how far. */
  readonly relaxable: { readonly changeableBy: string; readonly upTo: number | null } | null;
}

export const LEVERS = [
  'safetyStock',
  'supplyProtection',
  'priority',
  'promiseDate',
  'creditStatus',
  'shipComplete',
  'maxSplits',
  'nodeCapacity',
] as const;
/** A fact that somebody may change to let an order through. */
export type LeverName = (typeof LEVERS)[number];

export interface ModelControls {
  /** Least share of a task's inputs that must be known. */
  readonly leastDataQuality: number;
  /** The worst drift state in which scores still count. */
  readonly worstDrift: DriftState;
  readonly oldestModelDays: number;
}

export interface ExceptionRoute {
  readonly owner: string;
  readonly slaMinutes: number;
}

/** A resolved stack of policies as plain data. */
export interface PolicyDocument {
  readonly schema: 'policy@1';
  readonly policyId: string;
  readonly version: string;
  readonly owner: string;
  readonly currency: Currency;
  readonly effectiveFrom: Instant | null;
  readonly effectiveTo: Instant | null;
  /** Every policy of the stack, wide to narrow, with who changed it and why. */
  readonly stack: readonly {
    readonly policyId: string;
    readonly version: string;
    readonly level: Level;
    readonly raisedBy: string;
    readonly approvedBy: string;
    readonly reason: string;
  }[];
  readonly limits: AgeLimits;
  readonly modelControls: ModelControls;
  /** Absent: evidence is kept until somebody removes it. */
  readonly retention?: { readonly evidenceDays: number };
  readonly costRates: CostRates;
  readonly levers: Readonly<
    Partial<Record<LeverName, { readonly changeableBy: string; readonly upTo: number | null }>>
  >;
  /** Keys that hold an approval role; `*`: every key with the role `approver`. */
  readonly approvers: Readonly<Record<string, readonly string[]>>;
  readonly exceptions: {
    readonly default: ExceptionRoute;
    readonly byCategory: Readonly<Partial<Record<ReasonCode | 'APPROVAL', ExceptionRoute>>>;
  };
  /** Sorted by id. */
  readonly rules: readonly RuleDocument[];
}

export interface PolicyRule extends RuleDocument {
  /** Null for a rule in CEL. */
  readonly code: RuleKind | null;
  readonly program: CelProgram | null;
}

/** A text that a policy was resolved from: with the others, all a replay needs. */
export interface PolicyText {
  readonly file: string;
  readonly text: string;
}

/** A policy ready to guard with. Made by `resolvePolicy`; one order is decided under one revision. */
export interface Policy extends Omit<PolicyDocument, 'rules'> {
  /** `sha256:<hex>` of the canonical JSON of the document. */
  readonly policyRevision: string;
  readonly rules: readonly PolicyRule[];
  readonly document: PolicyDocument;
  readonly texts: readonly PolicyText[];
}
