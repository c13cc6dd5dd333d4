import type { MinorUnits } from './money.ts';
import type { Instant } from './time.ts';

/** What really happened to a decision, and when it became known: the labels of the next training run. */
export interface Outcome {
  readonly decisionId: string;
  readonly orderId: string;
  /** One per shipment that left, in the order they left. */
  readonly shipments: readonly {
    readonly shipmentId: string;
    readonly nodeId: string;
    readonly carrier: string;
    readonly carrierService: string;
    readonly shippedAt: Instant;
    readonly deliveredAt: Instant | null;
    readonly failedAt: Instant | null;
    readonly freightInvoiced: MinorUnits | null;
    readonly observedAt: Instant;
  }[];
  readonly plannedShipments: number;
  readonly shortUnits: number;
  readonly overridden: boolean;
}
