import type { Currency, MinorUnits } from './money.ts';
import type { Instant } from './time.ts';

export const CUSTOMER_TIERS = ['PLATINUM', 'GOLD', 'SILVER', 'STANDARD'] as const;
export type CustomerTier = (typeof CUSTOMER_TIERS)[number];

export const CREDIT_STATUSES = ['OK', 'REVIEW', 'HOLD'] as const;
export type CreditStatus = (typeof CREDIT_STATUSES)[number];

export const SERVICE_LEVELS = ['ECONOMY', 'STANDARD', 'EXPRESS', 'SAME_DAY'] as const;
export type ServiceLevel = (typeof SERVICE_LEVELS)[number];

export const MODES = ['quote', 'shadow', 'hold'] as const;
export type Mode = (typeof MODES)[number];

export interface OrderLine {
  readonly orderLineId: string;
  readonly itemId: string;
  readonly gtin: string | null;
  /** Whole units of `uom`, at least 1. */
  readonly orderedQty: number;
  readonly uom: string;
  readonly unitPrice: MinorUnits;
  /** The caller has fixed the node for this line. */
  readonly firmNodeId: string | null;
  /** Items that may go instead, best first; used only where the order allows substitution. */
  readonly substituteItemIds: readonly string[];
}

/** What decides: an order without anything personal. Personal data has no type in the domain at all. */
export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly customerTier: CustomerTier;
  readonly channel: string;
  readonly creditStatus: CreditStatus;
  readonly currency: Currency;
  /** 1 is served first, 9 last. */
  readonly priority: number;
  readonly serviceLevel: ServiceLevel;
  readonly placedAt: Instant;
  /** The zone that lanes lead to. */
  readonly shipTo: { readonly zone: string; readonly country: string };
  readonly requestedDeliveryDate: Instant | null;
  /** Delivered after this moment is late. */
  readonly promiseDate: Instant | null;
  /** The customer takes deliveries between these moments only. */
  readonly deliveryWindow: { readonly from: Instant; readonly to: Instant } | null;
  readonly shipComplete: boolean;
  readonly allowPartial: boolean;
  readonly allowBackorder: boolean;
  readonly allowSubstitution: boolean;
  /** The most shipments the customer accepts; null: the policy's limit alone. */
  readonly maxSplits: number | null;
  /** Empty: any. */
  readonly preferredCarrierServices: readonly string[];
  readonly firmNodeId: string | null;
  readonly lines: readonly OrderLine[];
}
