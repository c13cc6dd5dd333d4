import type { Candidate, Plan, Shipment } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { Dimension, OutcomeValue } from '#domain/guard.ts';
import type { Item, Lane, Node } from '#domain/network.ts';
import type { Order, OrderLine } from '#domain/order.ts';
import type { ReasonCode } from '#domain/reason-codes.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import type { Instant, LocalDate } from '#domain/time.ts';

export const UNITS = ['minorUnits', 'share', 'probability', 'shipments', 'units', 'days', 'km', 'minutes'] as const;
export type Unit = (typeof UNITS)[number];

/** The least change of a threshold: what a relaxation is counted in. */
export const STEP: Readonly<Record<Unit, number>> = {
  minorUnits: 1,
  share: 0.001,
  probability: 0.001,
  shipments: 1,
  units: 1,
  days: 1,
  km: 1,
  minutes: 1,
};

/** How old the data behind a plan may be. */
export interface AgeLimits {
  readonly snapshotAgeMinutes: number;
  readonly carrierDataAgeMinutes: number;
}

/** A moment as the clock at a node shows it. */
export interface LocalMoment {
  readonly day: LocalDate;
  /** ISO weekday, Monday 1 to Sunday 7. */
  readonly weekday: number;
  /** Since midnight. */
  readonly minutes: number;
}

/** The request and the snapshot, indexed once per order. */
export interface OrderContext {
  readonly request: DecisionRequest;
  readonly order: Order;
  readonly snapshot: Snapshot;
  readonly limits: AgeLimits;
  /** Thresholds in money are in the policy's currency; an order in another cannot be held against them. */
  readonly sameCurrency: boolean;
  readonly lines: ReadonlyMap<string, OrderLine>;
  readonly items: ReadonlyMap<string, Item>;
  readonly nodes: ReadonlyMap<string, Node>;
  /** Node, then carrier service. */
  readonly lanes: ReadonlyMap<string, ReadonlyMap<string, Lane>>;
  /** Node, then item. */
  readonly supply: ReadonlyMap<string, ReadonlyMap<string, SupplyPosition>>;
  /** Null where the node is not known or the moment is none. */
  readonly localAt: (nodeId: string, instant: Instant) => LocalMoment | null;
  readonly orderValue: number;
  readonly orderedUnits: number;
}

/** A shipment with what the snapshot knows of it; undefined where the snapshot knows nothing. */
export interface ShipmentFacts {
  readonly index: number;
  readonly shipment: Shipment;
  readonly node: Node | undefined;
  readonly lane: Lane | undefined;
  readonly units: number;
  /** At the lines' prices; NaN where a line is not the order's. */
  readonly value: number;
  /** The ship date at the node. */
  readonly shipsAt: LocalMoment | null;
  /** Its calendar date; empty where there is none. */
  readonly shipDay: LocalDate;
}

/** All units that a plan takes of an item at a node, whichever lines they are for. */
export interface Taking {
  readonly nodeId: string;
  readonly itemId: string;
  readonly units: number;
  /** The earliest of its shipments. */
  readonly shipAt: number;
  readonly position: SupplyPosition | undefined;
  readonly shipmentIndex: number;
}

/** A candidate with everything rules ask about, worked out once. */
export interface PlanFacts {
  readonly context: OrderContext;
  readonly candidate: Candidate;
  readonly plan: Plan;
  readonly shipments: readonly ShipmentFacts[];
  readonly takings: readonly Taking[];
  readonly freight: number;
  readonly shippedValue: number;
  readonly shippedUnits: number;
  /** Unit cost of what ships; NaN where an item is not known. */
  readonly goodsCost: number;
}

/** What a rule has against a plan: where, what it found, what it expected at most (or at least). */
export interface Finding {
  /** JSON pointer into the plan, the order or the snapshot. */
  readonly path: string;
  readonly value: OutcomeValue;
  readonly threshold: OutcomeValue;
  readonly unit: string;
  /** A few words for people: `DC-EAST has 3 of 5`. */
  readonly detail: string;
}

/** A rule of the ERP that no policy relaxes. Null: the plan is permitted. */
export interface HardRule {
  readonly kind: string;
  readonly hard: true;
  readonly reasonCode: ReasonCode;
  readonly summary: string;
  /** What may move where a policy lets the rule clamp. */
  readonly moves: readonly Dimension[];
  readonly check: (plan: PlanFacts) => Finding | null;
}

export interface Measure {
  readonly value: number;
  readonly path: string;
  readonly detail: string;
}

/** A rule with a threshold that a policy sets. Null: there is nothing to measure, the plan is permitted. */
export interface LimitRule {
  readonly kind: string;
  readonly hard: false;
  readonly reasonCode: ReasonCode;
  readonly summary: string;
  readonly moves: readonly Dimension[];
  readonly unit: Unit;
  /** `max`: more than the threshold is too much; `min`: less is too little. */
  readonly direction: 'max' | 'min';
  /** Least and greatest value of a plan that ships anything: a threshold beyond it never fires, or leaves nothing. */
  readonly range: readonly [number, number];
  /** Used where the policy gives no threshold; null: it must give one. */
  readonly defaultLimit: number | null;
  /** The worst value among the shipments in scope. A value that is not a number denies. */
  readonly measure: (plan: PlanFacts, inScope: readonly ShipmentFacts[]) => Measure | null;
}

export type RuleKind = HardRule | LimitRule;
