import type { Currency, MinorUnits } from './money.ts';
import type { Item, Lane, Node } from './network.ts';
import type { CreditStatus, CustomerTier } from './order.ts';
import type { Task } from './risk.ts';
import type { SupplyPosition } from './supply.ts';
import type { Instant, LocalDate } from './time.ts';

export const DRIFT_STATES = ['none', 'warning', 'drifted'] as const;
export type DriftState = (typeof DRIFT_STATES)[number];

/** What was known when an order was decided: the slice of the world that it can touch. Recorded as evidence. */
export interface Snapshot {
  readonly schema: 'snapshot@1';
  readonly asOf: Instant;
  /** `world`: the service's own state; `request`: sent with the order. */
  readonly source: 'world' | 'request';
  readonly currency: Currency;
  /** Sorted by id; each id once. */
  readonly items: readonly Item[];
  readonly nodes: readonly Node[];
  /** To the order's zone, sorted by node and carrier service. */
  readonly lanes: readonly Lane[];
  /** Sorted by node and item; items of the order and their permitted substitutes. */
  readonly supply: readonly SupplyPosition[];
  readonly customer: {
    readonly customerId: string;
    readonly customerTier: CustomerTier;
    readonly creditStatus: CreditStatus;
  } | null;
  /** Freight of the day already committed, per node and carrier: the policy's daily budgets count on it. */
  readonly freightSpent: readonly {
    readonly nodeId: string;
    readonly carrier: string;
    readonly date: LocalDate;
    readonly amount: MinorUnits;
  }[];
  /** Orders decided on the day, those that had the ERP's own choice, and how many of these were moved from it. */
  readonly dayTotals: {
    readonly date: LocalDate;
    readonly orders: number;
    readonly suggested: number;
    readonly moved: number;
  };
  readonly drift: Readonly<Record<Task, DriftState>>;
}

/** Bid prices: what a unit is worth to later orders. An empty list is zero everywhere. */
export interface Prices {
  readonly schema: 'prices@1';
  readonly bids: readonly { readonly nodeId: string; readonly itemId: string; readonly price: MinorUnits }[];
}

export const NO_PRICES: Prices = { schema: 'prices@1', bids: [] };
