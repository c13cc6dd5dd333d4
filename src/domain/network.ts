import type { MinorUnits } from './money.ts';
import type { Instant, LocalDate, LocalTime, UtcOffset } from './time.ts';

export const NODE_TYPES = ['DC', 'STORE', 'VENDOR', '3PL'] as const;
export type NodeType = (typeof NODE_TYPES)[number];

export const TEMPERATURES = ['AMBIENT', 'CHILLED', 'FROZEN'] as const;
export type Temperature = (typeof TEMPERATURES)[number];

export interface Item {
  readonly itemId: string;
  readonly itemClass: string;
  readonly uom: string;
  readonly unitCost: MinorUnits;
  readonly weightGrams: number;
  readonly volumeCm3: number;
  /** Longest side; null where it is not known. */
  readonly lengthCm: number | null;
  readonly hazmat: boolean;
  readonly temperature: Temperature;
}

/** A sourcing location. */
export interface Node {
  readonly nodeId: string;
  readonly nodeType: NodeType;
  readonly gln: string | null;
  readonly region: string;
  readonly active: boolean;
  readonly timeZone: string;
  /** The zone's offsets from the snapshot's moment to its horizon. */
  readonly utcOffsets: readonly UtcOffset[];
  /** Orders after it leave on the next working day. */
  readonly cutoffTime: LocalTime;
  readonly nodeCalendar: { readonly workingDays: readonly number[]; readonly closedDates: readonly LocalDate[] };
  /** Units of `capacityUom` a working day can ship; null: unlimited. */
  readonly capacity: number | null;
  readonly capacityUom: 'UNIT' | 'LINE' | 'SHIPMENT';
  /** Already planned per local date. */
  readonly capacityConsumed: Readonly<Record<LocalDate, number>>;
  /** Shipments waiting to be picked. */
  readonly backlog: number;
  /** Free slots per local date; a date that is not listed is free; null: no slots are kept. */
  readonly dockSlots: Readonly<Record<LocalDate, number>> | null;
  /** Share of planned hours, 1 is full; null: not reported. */
  readonly laborUtilization: number | null;
  readonly processing: {
    readonly perShipment: MinorUnits;
    readonly perLine: MinorUnits;
    readonly perUnit: MinorUnits;
  };
}

/** A node to a zone by one carrier service. */
export interface Lane {
  readonly nodeId: string;
  readonly zone: string;
  readonly carrier: string;
  readonly carrierService: string;
  readonly expedited: boolean;
  readonly active: boolean;
  readonly distanceKm: number;
  /** The carrier's own figure, in days of the carrier's calendar. */
  readonly transitDays: number;
  /** ISO weekdays on which the carrier collects and moves. */
  readonly operatingDays: readonly number[];
  /** Freight of a shipment: `max(minimum, base + perKg x chargeable kg) x (1 + fuelShare)`. */
  readonly rate: {
    readonly base: MinorUnits;
    readonly perKg: MinorUnits;
    readonly minimum: MinorUnits;
    readonly fuelShare: number;
  };
  /** cm3 that count as one kg; null: actual weight only. */
  readonly dimDivisor: number | null;
  readonly maxWeightGrams: number | null;
  readonly maxLengthCm: number | null;
  readonly acceptsHazmat: boolean;
  readonly temperatures: readonly Temperature[];
  /** Deliveries of the last 28 and 91 days known at `asOf`, and how many were late; null: nothing reported. */
  readonly performance: {
    readonly delivered28: number;
    readonly late28: number;
    readonly delivered91: number;
    readonly late91: number;
    readonly meanTransitDays28: number | null;
    readonly meanTransitDays91: number | null;
  } | null;
  readonly asOf: Instant;
}

/** Grams a carrier bills: actual weight or volume by the lane's divisor, whichever is more. */
export function chargeableGrams(lane: Lane, weightGrams: number, volumeCm3: number): number {
  const dimensional = lane.dimDivisor === null ? 0 : Math.ceil((volumeCm3 * 1000) / lane.dimDivisor);
  return Math.max(weightGrams, dimensional);
}

/** Freight of one shipment, in minor units. */
export function freightOf(lane: Lane, chargeable: number): MinorUnits {
  const { base, perKg, minimum, fuelShare } = lane.rate;
  return Math.round(Math.max(minimum, base + (perKg * chargeable) / 1000) * (1 + fuelShare));
}
