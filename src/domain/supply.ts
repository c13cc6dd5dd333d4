import type { Instant } from './time.ts';

/** Recent demand of an item at a node, units and days, as known at the position's `asOf`. */
export interface DemandHistory {
  readonly units7: number;
  readonly units28: number;
  readonly units91: number;
  /** Days of the last 91 with any demand: intermittent demand has few. */
  readonly activeDays91: number;
}

/** An item at a node. Quantities are whole units and never negative, except `onHand` where the ERP says so. */
export interface SupplyPosition {
  readonly nodeId: string;
  readonly itemId: string;
  readonly onHand: number;
  /** Soft and hard holds that are not yet in `allocated`. */
  readonly reserved: number;
  readonly allocated: number;
  readonly inTransit: number;
  readonly onOrder: number;
  readonly safetyStock: number;
  readonly supplyProtectionQty: number;
  /** Orders of this priority or better may use the protected quantity; null: none may. */
  readonly protectedPriority: number | null;
  readonly receiptsDue: readonly { readonly qty: number; readonly dueAt: Instant }[];
  readonly leadTimeDays: number | null;
  /** When the oldest stock arrived: ageing. */
  readonly receivedAt: Instant | null;
  readonly demand: DemandHistory | null;
  /** Picks of the last 91 days and how many of them came up short. */
  readonly picks91: { readonly picks: number; readonly short: number } | null;
  /** Supplier receipts of the last 182 days and how many of them came late. */
  readonly receipts182: { readonly receipts: number; readonly late: number } | null;
  readonly asOf: Instant;
}

/**
 * Units that can be promised for a shipment at `shipAt`: never below 0. Receipts count when they are due by then.
 * The protected quantity is out of reach whatever the priority; the guard's reservation-priority rule opens it.
 */
export function atp(position: SupplyPosition, shipAt: Instant): number {
  let units =
    position.onHand - position.reserved - position.allocated - position.safetyStock - position.supplyProtectionQty;
  for (const receipt of position.receiptsDue) if (receipt.dueAt <= shipAt) units += receipt.qty;
  return Math.max(0, units);
}

/** ATP for an order of this priority: the protected quantity counts where the priority may use it. */
export function atpFor(position: SupplyPosition, shipAt: Instant, priority: number): number {
  const open = position.protectedPriority !== null && priority <= position.protectedPriority;
  return atp(open ? { ...position, supplyProtectionQty: 0 } : position, shipAt);
}
