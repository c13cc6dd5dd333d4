import type { Currency, MinorUnits } from '#domain/money.ts';
import type { Item, Lane, Node } from '#domain/network.ts';
import type { Task } from '#domain/risk.ts';
import type { DriftState, Snapshot } from '#domain/snapshot.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import type { Instant, LocalDate } from '#domain/time.ts';
import type { EventData } from './event-data.ts';
import type { StoredGroups } from './event-store.ts';

/** One field group of a subject with the moment at which it was true. */
interface Dated<T> {
  readonly value: T;
  readonly occurredAt: Instant;
}
/** The groups of a subject that have arrived; what is built from them is thrown away when one of them changes. */
type Groups = Map<string, Dated<unknown>>;

/** The groups of a subject; those read from disk are parsed when an order first needs them. */
export class LazyGroups {
  private json: string | null;
  private readonly known: Groups = new Map();

  constructor(json: string | null) {
    this.json = json;
  }

  private parsed(): Groups {
    if (this.json !== null) {
      const stored: StoredGroups = JSON.parse(this.json);
      this.json = null;
      for (const [group, [occurredAt, , , value]] of Object.entries(stored))
        this.known.set(group, { occurredAt, value });
    }
    return this.known;
  }

  get(group: string): Dated<unknown> | undefined {
    return this.parsed().get(group);
  }

  set(group: string, dated: Dated<unknown>): void {
    this.parsed().set(group, dated);
  }
}

export interface Load {
  readonly units: number;
  readonly lines: number;
  readonly shipments: number;
}

export interface NodeState {
  readonly groups: LazyGroups;
  /** What the service's own holds add, per local date. */
  readonly loads: Map<LocalDate, Load>;
  built: { readonly day: number; readonly node: Node } | null;
}

export interface LaneState {
  readonly groups: LazyGroups;
  built: { readonly lane: Lane; readonly currency: Currency } | null;
}

export interface ZoneLanes {
  /** `nodeId TAB carrierService` -> lane */
  readonly byKey: Map<string, LaneState>;
  /** By node, then carrier service; null until an order asks. */
  sorted: readonly LaneState[] | null;
}

export interface PositionState {
  readonly groups: LazyGroups;
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
  /** zone -> lanes */
  readonly lanes: Map<string, ZoneLanes>;
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

const nodeState = (state: TenantState, nodeId: string): NodeState =>
  getOrMake(state.nodes, nodeId, () => ({ groups: new LazyGroups(null), loads: new Map(), built: null }));

const positionState = (state: TenantState, itemId: string, nodeId: string): PositionState =>
  getOrMake(
    getOrMake(state.supply, itemId, () => new Map()),
    nodeId,
    () => ({ groups: new LazyGroups(null), reserved: 0, built: null }),
  );

const zoneLanes = (state: TenantState, zone: string): ZoneLanes =>
  getOrMake(state.lanes, zone, () => ({ byKey: new Map(), sorted: null }));

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Lanes to a zone, by node and then carrier service. */
export function lanesTo(zone: ZoneLanes): readonly LaneState[] {
  zone.sorted ??= [...zone.byKey]
    .map(([key, lane]) => ({ lane, parts: key.split('\t') as [string, string] }))
    .sort((a, b) => byText(a.parts[0], b.parts[0]) || byText(a.parts[1], b.parts[1]))
    .map(({ lane }) => lane);
  return zone.sorted;
}

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
      const zone = zoneLanes(state, first);
      zone.sorted = null;
      const lane = getOrMake(
        zone.byKey,
        `${second}\t${third}`,
        () => ({ groups: new LazyGroups(null), built: null }) as LaneState,
      );
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

/** Puts a subject in place as it was stored; the state has nothing of it yet. */
export function loadSubject(state: TenantState, subject: string, json: string): void {
  const [kind, first, second, third] = subject.split('\t') as [string, string, string, string];
  const groups = new LazyGroups(json);
  if (kind === 'node') state.nodes.set(first, { groups, loads: new Map(), built: null });
  else if (kind === 'lane')
    zoneLanes(state, first).byKey.set(`${second}\t${third}`, {
      groups,
      built: null,
    });
  else if (kind === 'supply')
    getOrMake(state.supply, first, () => new Map<string, PositionState>()).set(second, {
      groups,
      reserved: 0,
      built: null,
    });
  else
    for (const [group, [occurredAt, , , value]] of Object.entries(JSON.parse(json) as StoredGroups))
      applyCell(state, subject, group, value, occurredAt);
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
  /** How many reservations it sums up. @default 1 */
  readonly lines?: number;
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
    addLoad(state, nodeId, shipDate, { units: qty, lines: taken.lines ?? 1, shipments: taken.shipments }, effect.load);
}
