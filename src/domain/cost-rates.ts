import type { MinorUnits } from './money.ts';
import type { CustomerTier } from './order.ts';

/** What the company says its risks cost; part of the policy, so of its revision. Probabilities are priced with these. */
export interface CostRates {
  /** What one order's lateness costs, by tier: credit notes, calls, churn. */
  readonly lateOrder: Readonly<Record<CustomerTier, MinorUnits>>;
  /** What a shipment beyond the plan's costs. */
  readonly extraShipment: MinorUnits;
  /** Share of an item's unit cost lost for each unit short when the node stocks out. */
  readonly stockoutShareOfUnitCost: number;
  /** Per short line, whatever its quantity. */
  readonly shortLine: MinorUnits;
  /** Share of the line's value lost on units that are short; backordered units lose `backorderShareOfValue`. */
  readonly shortShareOfValue: number;
  readonly backorderShareOfValue: number;
  /** Share of unit cost credited for each unit older than `ageingAfterDays`. */
  readonly ageingShareOfUnitCost: number;
  readonly ageingAfterDays: number;
}
