import type { Currency, MinorUnits } from '#domain/money.ts';
import type { Item, Lane, Node } from '#domain/network.ts';
import type { Task } from '#domain/risk.ts';
import type { DriftState, Snapshot } from '#domain/snapshot.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import type { Instant, LocalDate } from '#domain/time.ts';
import type { EventData } from './event-data.ts';

/** One field group of a subject with the moment at which it was true. */
interface Dated<T> {
  readonly value: T;
  readonly occurredAt: Instant;
}
/** The groups of a subject that have arrived; what is built from them is thrown away when one of them changes. */
type Groups = Map<string, Dated<unknown>>;

export interface Load {
  readonly units: number;
  readonly lines: number;
  readonly shipments: number;
}

export interface NodeState {
  readonly groups: Groups;
  /** What the service's own holds add, per local date. */
  readonly loads: Map<LocalDate, Load>;
  built: { readonly day: number; readonly node: Node } | null;
}

export interface LaneState {
  readonly groups: Groups;
  built: { readonly lane: Lane; readonly currency: Currency } | null;
}

export interface PositionState {
  readonly groups: Groups;
  /** Units of the service's own holds that count. */
  reserved: number;
  built: SupplyPosition | null;
}

export type DayTotals = Omit<Snapshot['dayTotals'], 'date'>;

/** What is known of one tenant, in memory; what an order asks by comes first. */
export interface TenantState {
  readonly items: Map<string, { readonly item: Item; readonly currency: Currency }>;
  readonly nodes: Map<string, NodeState>;
  readonly zones: Set<string>;
  /** zone -> `nodeId TAB carrierService` -> lane */
  readonly lanes: Map<string, Map<string, LaneState>>;
  readonly customers: Map<string, EventData<'fairlead.customer'>>;
  /** itemId -> nodeId -> position */
  readonly supply: Map<string, Map<string, PositionState>>;
  /** nodeId -> `carrier TAB date` -> freight committed */
  readonly freight: Map<string, Map<string, MinorUnits>>;
  readonly days: Map<LocalDate, DayTotals>;
  drift: Readonly<Record<Task, DriftState>>;
}

export function emptyState(): TenantState {
  return {
    items: new Map(),
    nodes: new Map(),
    zones: new Set(),
    lanes: new Map(),
    customers: new Map(),
    supply: new Map(),
    freight: new Map(),
    days: new Map(),
    drift: { stockout: 'none', delay: 'none', split: 'none' },
  };
}

export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

export const nodeState = (state: TenantState, nodeId: string): NodeState =>
  getOrMake(state.nodes, nodeId, () => ({ groups: new Map(), loads: new Map(), built: null }));

export const positionState = (state: TenantState, itemId: string, nodeId: string): PositionState =>
  getOrMake(
    getOrMake(state.supply, itemId, () => new Map()),
    nodeId,
    () => ({ groups: new Map(), reserved: 0, built: null }),
  );

/** The moment of the position that stands; before any position it is the beginning of time. */
export function positionAsOf(state: TenantState, itemId: string, nodeId: string): Instant {
  return state.supply.get(itemId)?.get(nodeId)?.groups.get('position')?.occurredAt ?? Number.NEGATIVE_INFINITY;
}

/** The moment of the capacity report that stands for a node. */
export function loadAsOf(state: TenantState, nodeId: string): Instant {
  return state.nodes.get(nodeId)?.groups.get('load')?.occurredAt ?? Number.NEGATIVE_INFINITY;
}

function itemOf({ gtin: _, currency, ...item }: EventData<'fairlead.item'>): { item: Item; currency: Currency } {
  return { item, currency };
}

/**
 * Puts a field group in place; the caller has made sure that it is the newest. Subjects that no order reads (orders,
 * shipments) are not kept in memory.
 */
export function applyCell(
  state: TenantState,
  subject: string,
  group: string,
  value: unknown,
  occurredAt: Instant,
): void {
  const [kind, first, second, third] = subject.split('\t') as [string, string, string, string];
  const dated: Dated<unknown> = { value, occurredAt };
  switch (kind) {
    case 'item':
      state.items.set(first, itemOf(value as EventData<'fairlead.item'>));
      break;
    case 'node': {
      const node = nodeState(state, first);
      node.groups.set(group, dated);
      node.built = null;
      break;
    }
    case 'zone':
      state.zones.add(first);
      break;
    case 'lane': {
      const lanes = getOrMake(state.lanes, first, () => new Map<string, LaneState>());
      const lane = getOrMake(lanes, `${second}\t${third}`, () => ({ groups: new Map(), built: null }) as LaneState);
      lane.groups.set(group, dated);
      lane.built = null;
      break;
    }
    case 'customer':
      state.customers.set(first, value as EventData<'fairlead.customer'>);
      break;
    case 'supply': {
      const position = positionState(state, first, second);
      position.groups.set(group, dated);
      position.built = null;
      break;
    }
  }
}

/** What one reservation adds to the running totals, times +1, -1 or 0 each. */
export interface Effect {
  readonly reserved: -1 | 0 | 1;
  readonly freight: -1 | 0 | 1;
  readonly load: -1 | 0 | 1;
}

/** The part of a reservation that the totals are made of. */
export interface Taken {
  readonly nodeId: string;
  readonly itemId: string;
  readonly qty: number;
  readonly carrier: string;
  readonly shipDate: LocalDate;
  readonly freight: MinorUnits;
  readonly shipments: number;
}

export function addLoad(state: TenantState, nodeId: string, date: LocalDate, load: Load, sign: number): void {
  const node = nodeState(state, nodeId);
  const before = node.loads.get(date);
  node.loads.set(date, {
    units: (before?.units ?? 0) + sign * load.units,
    lines: (before?.lines ?? 0) + sign * load.lines,
    shipments: (before?.shipments ?? 0) + sign * load.shipments,
  });
  node.built = null;
}

export function addFreight(state: TenantState, nodeId: string, carrier: string, date: LocalDate, amount: number): void {
  const budgets = getOrMake(state.freight, nodeId, () => new Map<string, MinorUnits>());
  const key = `${carrier}\t${date}`;
  budgets.set(key, (budgets.get(key) ?? 0) + amount);
}

export function addReserved(state: TenantState, nodeId: string, itemId: string, qty: number): void {
  const position = positionState(state, itemId, nodeId);
  position.reserved += qty;
  position.built = null;
}

export function addDay(state: TenantState, date: LocalDate, { orders, suggested, moved }: DayTotals): void {
  const day = state.days.get(date) ?? { orders: 0, suggested: 0, moved: 0 };
  state.days.set(date, {
    orders: day.orders + orders,
    suggested: day.suggested + suggested,
    moved: day.moved + moved,
  });
}

export function applyEffect(state: TenantState, taken: Taken, effect: Effect): void {
  const { nodeId, itemId, carrier, shipDate, qty } = taken;
  if (effect.reserved !== 0) addReserved(state, nodeId, itemId, effect.reserved * qty);
  if (effect.freight !== 0 && taken.freight !== 0)
    addFreight(state, nodeId, carrier, shipDate, effect.freight * taken.freight);
  if (effect.load !== 0)
    addLoad(state, nodeId, shipDate, { units: qty, lines: 1, shipments: taken.shipments }, effect.load);
}
