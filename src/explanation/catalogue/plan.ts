import type { z } from 'zod';
import type { Role } from '#domain/principal.ts';
import type { Concept } from '#explanation/grammar/lexicon.ts';

/** What may be evidence for a plan: a concept of the lexicon, or a kind of thing the question names. */
export type Signal =
  | Concept
  | 'METRIC'
  | 'GROUPED'
  | 'PERIOD'
  | 'TWO_PERIODS'
  | 'NUMBER'
  | 'ORDER_ID'
  | 'NODE_ID'
  | 'TWO_NODES'
  | 'CARRIER_ID'
  | 'TWO_CARRIERS'
  | 'ZONE_ID'
  | 'CUSTOMER_ID'
  | 'TIER_ID'
  | 'CHANNEL_ID'
  | 'ITEM_ID'
  | 'RULE_ID'
  | 'OWNER_ID';

/** How the grammar recognises a plan: points for what speaks for it, and for what speaks against it. */
export interface Intent {
  /** `order`: about one order; `many`: never about one order. */
  readonly about: 'order' | 'many';
  readonly points: Readonly<Partial<Record<Signal, number>>>;
  /** Extra points where both are there. */
  readonly together?: readonly (readonly [Signal, Signal, number])[];
  /** At least one of these must be there. */
  readonly needs?: readonly Signal[];
}

/** One question that can be asked: typed, read only, bounded. */
export interface Plan {
  readonly name: string;
  /** What it answers, in one sentence. */
  readonly answers: string;
  readonly parameters: z.ZodObject;
  /** Any one of these roles may ask. */
  readonly roles: readonly Role[];
  readonly rowCap: number;
  /** What is said, after `but` and before what narrowed it, where nothing is found. @default nothing on record answers it */
  readonly without?: string;
  /** What its plot shows, where it has rows to draw. @default it has no plot */
  readonly plots?: string;
  readonly examples: readonly string[];
  readonly intent: Intent;
}

export const EVERYONE: readonly Role[] = ['orchestrator', 'planner', 'approver', 'data', 'auditor', 'admin'];
/** People who work with orders. */
export const DESK: readonly Role[] = ['planner', 'approver', 'auditor', 'admin'];
/** People who look after models as well. */
export const OFFICE: readonly Role[] = ['planner', 'approver', 'data', 'auditor', 'admin'];
