import type { Currency } from '#domain/money.ts';
import type { Lane, Node } from '#domain/network.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { DAY_MS, type Instant, type LocalDate, toRfc3339 } from '#domain/time.ts';
import type { EventData } from './event-data.ts';
import type { LaneState, NodeState, PositionState } from './state.ts';
import { HORIZON_DAYS, utcOffsetsOf } from './zone-offsets.ts';

type Without<T extends 'fairlead.node' | 'fairlead.lane' | 'fairlead.supply.position', K extends PropertyKey> = Omit<
  EventData<T>,
  K
>;
type Identity = Without<'fairlead.node', 'cutoffTime' | 'nodeCalendar' | 'capacity' | 'capacityUom'>;
type Calendar = Pick<EventData<'fairlead.node'>, 'cutoffTime' | 'nodeCalendar'>;
type Capacity = Pick<EventData<'fairlead.node'>, 'capacity' | 'capacityUom'>;
type Load = Pick<EventData<'fairlead.node.capacity'>, 'capacityConsumed' | 'backlog'>;
type Route = Without<'fairlead.lane', 'rate' | 'currency' | 'dimDivisor'>;
type Rate = Pick<EventData<'fairlead.lane'>, 'rate' | 'currency' | 'dimDivisor'>;
type Position = Without<'fairlead.supply.position', 'receiptsDue' | 'demand' | 'picks91' | 'receipts182'>;

// In every view what is new stands before what is spread: Node 20 gives an object that members are added to after a
// spread a hidden class of its own, which costs eight times the time, and again wherever it is read.

const groupOf = <T>(state: { readonly groups: NodeState['groups'] }, group: string): T | undefined =>
  state.groups.get(group)?.value as T | undefined;

/** Dates from the day before `day` (somewhere it is still that date) to the horizon, sorted. */
function near(dates: Readonly<Record<LocalDate, number>>, from: LocalDate, to: LocalDate): Record<LocalDate, number> {
  const kept = Object.entries(dates).filter(([date]) => date >= from && date <= to);
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function buildNode(state: NodeState, day: number): Node | null {
  const identity = groupOf<Identity>(state, 'identity');
  const calendar = groupOf<Calendar>(state, 'calendar');
  const capacity = groupOf<Capacity>(state, 'capacity');
  if (!identity || !calendar || !capacity) return null;
  const load = groupOf<Load>(state, 'load');
  const from = toRfc3339((day - 1) * DAY_MS).slice(0, 10);
  const to = toRfc3339((day + HORIZON_DAYS) * DAY_MS).slice(0, 10);
  const consumed: Record<LocalDate, number> = { ...load?.capacityConsumed };
  for (const [date, { units, lines, shipments }] of state.loads) {
    // Past dates are kept on disk alone.
    if (date < from) state.loads.delete(date);
    const own = { UNIT: units, LINE: lines, SHIPMENT: shipments }[capacity.capacityUom];
    if (own !== 0) consumed[date] = (consumed[date] ?? 0) + own;
  }
  const slots = groupOf<{ dockSlots: Record<LocalDate, number> | null }>(state, 'dockSlots')?.dockSlots ?? null;
  const { currency: _, ...own } = identity;
  return {
    utcOffsets: utcOffsetsOf(identity.timeZone, day * DAY_MS),
    cutoffTime: calendar.cutoffTime,
    nodeCalendar: {
      workingDays: calendar.nodeCalendar.workingDays,
      closedDates: calendar.nodeCalendar.closedDates.filter((date) => date >= from && date <= to).sort(),
    },
    capacityConsumed: near(consumed, from, to),
    backlog: load?.backlog ?? 0,
    dockSlots: slots && near(slots, from, to),
    laborUtilization: groupOf<{ laborUtilization: number | null }>(state, 'labor')?.laborUtilization ?? null,
    ...capacity,
    ...own,
  };
}

/** The node as an order decided at `asOf` sees it; null before its `fairlead.node` event or in another currency. */
export function nodeView(state: NodeState, asOf: Instant, currency: Currency): Node | null {
  if (groupOf<Identity>(state, 'identity')?.currency !== currency) return null;
  const day = Math.floor(asOf / DAY_MS);
  if (state.built?.day === day) return state.built.node;
  const node = buildNode(state, day);
  state.built = node && { day, node };
  return node;
}

/** The lane; null before its `fairlead.lane` event or in another currency. */
export function laneView(state: LaneState, currency: Currency): Lane | null {
  if (state.built) return state.built.currency === currency ? state.built.lane : null;
  const route = state.groups.get('route');
  const rate = groupOf<Rate>(state, 'rate');
  if (!route || !rate) return null;
  const performance = state.groups.get('performance');
  const lane: Lane = {
    rate: rate.rate,
    dimDivisor: rate.dimDivisor,
    performance: (performance?.value as Lane['performance']) ?? null,
    // The carrier's figures age; a rate card does not make them younger.
    asOf: (performance ?? route).occurredAt,
    ...(route.value as Route),
  };
  state.built = { lane, currency: rate.currency };
  return rate.currency === currency ? lane : null;
}

/** The position with the service's own holds in `reserved`; null before its first supply position. */
export function positionView(state: PositionState): SupplyPosition | null {
  if (state.built) return state.built;
  const dated = state.groups.get('position');
  if (!dated) return null;
  const position = dated.value as Position;
  const receipts = groupOf<EventData<'fairlead.receipt.due'>['receiptsDue']>(state, 'receiptsDue') ?? [];
  state.built = {
    // A receipt that fell due before the position is in `onHand`, or late with nobody knowing: it does not count.
    receiptsDue: receipts
      .filter(({ dueAt }) => dueAt > dated.occurredAt)
      .sort((a, b) => a.dueAt - b.dueAt || a.qty - b.qty),
    demand: groupOf<SupplyPosition['demand']>(state, 'demand') ?? null,
    picks91: groupOf<SupplyPosition['picks91']>(state, 'picks91') ?? null,
    receipts182: groupOf<SupplyPosition['receipts182']>(state, 'receipts182') ?? null,
    asOf: dated.occurredAt,
    ...position,
    reserved: position.reserved + state.reserved,
  };
  return state.built;
}
