import type { Lane, Node } from '#domain/network.ts';
import {
  addDays,
  DAY_MS,
  type Instant,
  instantAt,
  isoWeekday,
  type LocalDate,
  localDateAt,
  localMinutesAt,
  minutesOf,
} from '#domain/time.ts';

/** How far ahead a ship date is looked for. */
export const SHIP_HORIZON_DAYS = 14;

/** What the node would have to ship, in each of the units a capacity may be kept in. */
export interface Workload {
  readonly UNIT: number;
  readonly LINE: number;
  readonly SHIPMENT: number;
}

/** Capacity left at a node on a local date, in its own `capacityUom`; infinite where none is kept. */
export function capacityLeft(node: Node, date: LocalDate): number {
  return node.capacity === null ? Number.POSITIVE_INFINITY : node.capacity - (node.capacityConsumed[date] ?? 0);
}

function canShipOn(node: Node, date: LocalDate, workload: Workload): boolean {
  const { workingDays, closedDates } = node.nodeCalendar;
  if (!workingDays.includes(isoWeekday(date)) || closedDates.includes(date)) return false;
  if ((node.dockSlots?.[date] ?? 1) < 1) return false;
  return capacityLeft(node, date) >= workload[node.capacityUom];
}

/**
 * The first cut-off, in the node's own zone, at or after `from` on a day when the node works, has a dock slot and can
 * take the workload; null when there is none within the horizon. The shipment leaves at the cut-off.
 */
export function shipDateAfter(node: Node, from: Instant, workload: Workload): Instant | null {
  const cutoff = minutesOf(node.cutoffTime);
  let date = localDateAt(node.utcOffsets, from);
  if (localMinutesAt(node.utcOffsets, from) > cutoff) date = addDays(date, 1);
  for (let day = 0; day < SHIP_HORIZON_DAYS; day++) {
    if (canShipOn(node, date, workload)) return instantAt(node.utcOffsets, date, cutoff);
    date = addDays(date, 1);
  }
  return null;
}

/** When the carrier says it arrives: `transitDays` of its own operating days after it has collected. */
export function carrierEta(lane: Lane, node: Node, shipDate: Instant): Instant {
  if (lane.operatingDays.length === 0) return shipDate + lane.transitDays * DAY_MS;
  let weekday = isoWeekday(localDateAt(node.utcOffsets, shipDate));
  let elapsed = 0;
  const nextDay = (): void => {
    weekday = (weekday % 7) + 1;
    elapsed++;
  };
  while (!lane.operatingDays.includes(weekday)) nextDay();
  for (let moved = 0; moved < lane.transitDays; ) {
    nextDay();
    if (lane.operatingDays.includes(weekday)) moved++;
  }
  return shipDate + elapsed * DAY_MS;
}
