import type { LocalDate } from '#domain/time.ts';
import type { Store } from '#store/open.ts';
import {
  addDay,
  addFreight,
  addLoad,
  addReserved,
  type DayTotals,
  type Effect,
  type Load,
  type Taken,
  type TenantState,
} from './state.ts';

/** Changes of the running totals that one transaction makes, summed so that each row is written once. */
export interface Deltas {
  readonly reserved: Map<string, number>;
  readonly freight: Map<string, number>;
  readonly loads: Map<string, Load>;
  readonly days: Map<string, DayTotals>;
}

export const noDeltas = (): Deltas => ({ reserved: new Map(), freight: new Map(), loads: new Map(), days: new Map() });

const bump = (map: Map<string, number>, key: string, by: number) => map.set(key, (map.get(key) ?? 0) + by);

/** Adds what `applyEffect` adds in memory. */
export function addDelta(deltas: Deltas, tenant: string, taken: Taken, effect: Effect): void {
  const { nodeId, itemId, carrier, shipDate, qty } = taken;
  if (effect.reserved !== 0) bump(deltas.reserved, `${tenant}\t${nodeId}\t${itemId}`, effect.reserved * qty);
  if (effect.freight !== 0 && taken.freight !== 0)
    bump(deltas.freight, `${tenant}\t${nodeId}\t${carrier}\t${shipDate}`, effect.freight * taken.freight);
  if (effect.load !== 0) {
    const key = `${tenant}\t${nodeId}\t${shipDate}`;
    const before = deltas.loads.get(key) ?? { units: 0, lines: 0, shipments: 0 };
    deltas.loads.set(key, {
      units: before.units + effect.load * qty,
      lines: before.lines + effect.load * (taken.lines ?? 1),
      shipments: before.shipments + effect.load * taken.shipments,
    });
  }
}

export function addDayDelta(deltas: Deltas, tenant: string, date: LocalDate, day: DayTotals): void {
  const key = `${tenant}\t${date}`;
  const before = deltas.days.get(key) ?? { orders: 0, suggested: 0, moved: 0 };
  deltas.days.set(key, {
    orders: before.orders + day.orders,
    suggested: before.suggested + day.suggested,
    moved: before.moved + day.moved,
  });
}

export interface RunningTotals {
  /** Writes and empties the deltas; call it inside `store.transaction`. */
  write(deltas: Deltas): void;
  /** Adds what is on disk to empty states. */
  load(stateOf: (tenant: string) => TenantState): void;
}

/** The totals that the request path reads, kept so that a start reads them instead of every reservation. */
export function createRunningTotals({ sqlite }: Store): RunningTotals {
  const reserved = sqlite.prepare(
    `INSERT INTO reserved_totals (tenant_id, node_id, item_id, qty) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET qty = qty + excluded.qty`,
  );
  const freight = sqlite.prepare(
    `INSERT INTO freight_spent (tenant_id, node_id, carrier, date, amount) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET amount = amount + excluded.amount`,
  );
  const load = sqlite.prepare(
    `INSERT INTO planned_loads (tenant_id, node_id, date, units, lines, shipments) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET units = units + excluded.units, lines = lines + excluded.lines,
       shipments = shipments + excluded.shipments`,
  );
  const day = sqlite.prepare(
    `INSERT INTO day_totals (tenant_id, date, orders, suggested, moved) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET orders = orders + excluded.orders, suggested = suggested + excluded.suggested,
       moved = moved + excluded.moved`,
  );
  interface Row {
    readonly tenant: string;
    readonly nodeId: string;
    readonly itemId: string;
    readonly qty: number;
    readonly carrier: string;
    readonly date: string;
    readonly amount: number;
  }
  const allReserved = sqlite.prepare<unknown[], Row>(
    'SELECT tenant_id AS tenant, node_id AS nodeId, item_id AS itemId, qty FROM reserved_totals WHERE qty <> 0',
  );
  const allFreight = sqlite.prepare<unknown[], Row>(
    'SELECT tenant_id AS tenant, node_id AS nodeId, carrier, date, amount FROM freight_spent WHERE amount <> 0',
  );
  const allLoads = sqlite.prepare<unknown[], Row & Load>(
    'SELECT tenant_id AS tenant, node_id AS nodeId, date, units, lines, shipments FROM planned_loads WHERE lines <> 0',
  );
  const allDays = sqlite.prepare<unknown[], Row & DayTotals>(
    'SELECT tenant_id AS tenant, date, orders, suggested, moved FROM day_totals',
  );

  return {
    write(deltas) {
      for (const [key, qty] of deltas.reserved) if (qty !== 0) reserved.run(...key.split('\t'), qty);
      for (const [key, amount] of deltas.freight) if (amount !== 0) freight.run(...key.split('\t'), amount);
      for (const [key, { units, lines, shipments }] of deltas.loads)
        if (lines !== 0 || units !== 0 || shipments !== 0) load.run(...key.split('\t'), units, lines, shipments);
      for (const [key, { orders, suggested, moved }] of deltas.days)
        day.run(...key.split('\t'), orders, suggested, moved);
      for (const map of Object.values(deltas)) map.clear();
    },
    load(stateOf) {
      for (const { tenant, nodeId, itemId, qty } of allReserved.iterate())
        addReserved(stateOf(tenant), nodeId, itemId, qty);
      for (const { tenant, nodeId, carrier, date, amount } of allFreight.iterate())
        addFreight(stateOf(tenant), nodeId, carrier, date, amount);
      for (const { tenant, nodeId, date, ...row } of allLoads.iterate()) addLoad(stateOf(tenant), nodeId, date, row, 1);
      for (const { tenant, date, ...row } of allDays.iterate()) addDay(stateOf(tenant), date, row);
    },
  };
}
