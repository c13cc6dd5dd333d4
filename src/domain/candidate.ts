import type { MinorUnits } from './money.ts';
import type { ReasonCode } from './reason-codes.ts';
import type { Instant } from './time.ts';

/** Units of a line from a node. A substitute has the item that goes, not the one that was ordered. */
export interface Assignment {
  readonly orderLineId: string;
  readonly itemId: string;
  readonly qty: number;
}

/** A plan before it has dates, costs and risks. At most one shipment per node. */
export interface PlanDraft {
  readonly shipments: readonly {
    readonly nodeId: string;
    readonly carrierService: string;
    readonly assignments: readonly Assignment[];
  }[];
}

export interface Shipment {
  readonly nodeId: string;
  readonly carrier: string;
  readonly carrierService: string;
  readonly expedited: boolean;
  readonly assignments: readonly Assignment[];
  readonly shipDate: Instant;
  readonly eta: Instant;
  readonly etaP90: Instant;
  readonly distanceKm: number;
  readonly weightGrams: number;
  readonly chargeableGrams: number;
  readonly freight: MinorUnits;
  /** Probability of arriving after the promise; null: no model, or no promise. */
  readonly delayRisk: number | null;
}

/** What the plan does not ship now. */
export interface ShortLine {
  readonly orderLineId: string;
  readonly itemId: string;
  readonly qty: number;
  readonly disposition: 'BACKORDER' | 'SHORT';
}

export interface Plan {
  readonly shipments: readonly Shipment[];
  readonly shortLines: readonly ShortLine[];
}

/** Cost to serve, each term in minor units of the order's currency; `total` is their sum. */
export interface Costs {
  readonly shipping: MinorUnits;
  readonly processing: MinorUnits;
  /** Split likelihood x cost of an extra shipment. */
  readonly split: MinorUnits;
  /** Expected lateness, by tier. */
  readonly delay: MinorUnits;
  /** Expected stockout that taking these units causes. */
  readonly stockout: MinorUnits;
  /** Bid prices of the units taken. */
  readonly opportunity: MinorUnits;
  /** Credit for moving old stock; never positive. */
  readonly ageing: MinorUnits;
  /** Every short line is penalised. */
  readonly shortLine: MinorUnits;
  readonly total: MinorUnits;
}

export const COST_TERMS = [
  'shipping',
  'processing',
  'split',
  'delay',
  'stockout',
  'opportunity',
  'ageing',
  'shortLine',
] as const satisfies readonly (keyof Costs)[];

/** Probabilities for the plan as a whole; null where no model decides. */
export interface Risks {
  /** The worst item and node it takes from. */
  readonly stockout: number | null;
  /** At least one shipment arrives after the promise. */
  readonly delay: number | null;
  /** The plan ends in more shipments than it has. */
  readonly split: number | null;
}

export interface Candidate {
  /** Follows from the plan alone: `DC-EAST/GROUND:1=5,2=3+DC-WEST/AIR:3=1`. */
  readonly candidateId: string;
  readonly plan: Plan;
  readonly costs: Costs;
  readonly risks: Risks;
  /** Expected cost to serve, minor units: less is better. Before the guard `rawScore`, after it `finalScore`. */
  readonly rawScore: MinorUnits;
}

/** A candidate that lost, with why: the best of its node or node pair. */
export interface RejectedCandidate {
  readonly nodeIds: readonly string[];
  readonly candidateId: string | null;
  readonly costs: Costs | null;
  readonly risks: Risks | null;
  readonly reasons: readonly RejectionReason[];
}

/** Why, with the value that was found and the limit it met. */
export interface RejectionReason {
  readonly code: ReasonCode;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly unit: string;
  /** Where: a line, item, node, carrier service. */
  readonly subject: string;
}

/** Dates, prices and scores a draft as of the decision; null where no active lane or node can carry it. */
export type Reprice = (draft: PlanDraft) => Candidate | null;
