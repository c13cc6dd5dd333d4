import { DAY_MS } from '#domain/time.ts';
import { Random } from '../random.ts';
import { weekOf } from './effects.ts';
import { type FreightTruth, type TransitTruth, trueDays, trueFreight } from './fits.ts';
import type { RealNetwork } from './network.ts';
import { type Arrival, type Line, type NodePlan, type StockWorld, weightOf } from './stock-world.ts';
import type { RealTables } from './tables.ts';

/** What realised events cost, in centavos: the same for whoever decided. */
export const LEDGER_RATES = {
  perShipment: 600,
  perLine: 100,
  /** Each shipment of an order beyond its first: another parcel to receive, another to ask after. */
  extraShipment: 500,
  lateOrder: 1500,
  shortLine: 4000,
  shortShareOfValue: 3,
} as const;

/** What the world does with a plan; fits that no served model has seen. */
export interface Truth {
  readonly tables: RealTables;
  readonly network: RealNetwork;
  readonly freight: FreightTruth;
  readonly transit: TransitTruth;
  /** Chance draws follow from it and the order, those of picks from the product and the attempt too: the same luck for every rule. */
  readonly seed: number;
}

export interface Bill {
  readonly freight: number;
  readonly handling: number;
  readonly extraShipments: number;
  readonly lateness: number;
  readonly shortLines: number;
  readonly total: number;
  readonly shipments: number;
  readonly plannedShipments: number;
  readonly late: boolean;
  readonly orderedUnits: number;
  readonly shippedUnits: number;
  /** What left, from where, and the days to the door. */
  readonly parcels: readonly { readonly node: number; readonly days: number }[];
}

interface Departure {
  readonly node: number;
  readonly takes: { line: Line; qty: number }[];
  readonly delayDays: number;
}

/** A shipment whose pick failed is looked for elsewhere on the next day. */
const SEARCH_DAYS = 1;

/** Executes a plan in a world and bills what happened. */
export function execute(truth: Truth, world: StockWorld, arrival: Arrival, plan: NodePlan): Bill {
  const { order, lines, nearest, km } = arrival;
  const at = order.approvedAt;
  const day = Math.floor(at / DAY_MS);
  recordDemand(world, arrival, plan);
  const departures: Departure[] = [];
  const pick = (node: number, line: Line, qty: number, attempt: 'first' | 'again'): boolean => {
    const draw = luck(truth.seed, `${order.orderId}/${line.productId}/${attempt}`).next();
    const found = draw >= (truth.transit.unavailable.get(truth.network.nodes[node]!.nodeId) ?? 0);
    world.take(line.productId, node, qty, at);
    world.picks[node]!.add(day, 1);
    if (!found) world.short[node]!.add(day, 1);
    return found;
  };
  const missing: { node: number; line: Line; qty: number }[] = [];
  for (const { node, takes } of plan.shipments) {
    const found = takes.filter(({ line, qty }) => {
      const there = pick(node, line, qty, 'first');
      if (!there) missing.push({ node, line, qty });
      return there;
    });
    if (found.length > 0) departures.push({ node, takes: found, delayDays: 0 });
  }
  for (const { node, line, qty } of missing) {
    const other = nearest.find((one) => one !== node && world.units(line.productId, one) >= qty);
    if (other !== undefined && pick(other, line, qty, 'again'))
      departures.push({ node: other, takes: [{ line, qty }], delayDays: SEARCH_DAYS });
  }
  let freight = 0;
  let late = false;
  const parcels: { node: number; days: number }[] = [];
  // One draw an order, wherever it leaves from: each parcel has its own distribution, and plans differ by the fits alone.
  const random = luck(truth.seed, order.orderId);
  const [freightNoise, handlingNoise, transitNoise] = [random.normal(), random.normal(), random.normal()];
  for (const departure of departures) {
    const { node, takes, delayDays } = departure;
    const { nodeId, state } = truth.network.nodes[node]!;
    const parcel = { nodeId, state: order.state, week: weekOf(at), km: km[node]! };
    freight += trueFreight(
      truth.freight,
      parcel,
      weightOf(truth.tables, takes).kg,
      state === order.state,
      freightNoise,
    );
    const days = delayDays + trueDays(truth.transit, parcel, handlingNoise, transitNoise);
    const shipmentLate = order.promiseAt !== null && at + days * DAY_MS > order.promiseAt;
    late ||= shipmentLate;
    parcels.push({ node, days });
    world.deliver(node, order.state, at + days * DAY_MS, days, shipmentLate);
  }
  return { ...bill(arrival, plan, departures, freight, late, lines), parcels };
}

function luck(seed: number, name: string): Random {
  return new Random(`${seed}/${name}`);
}

/** Demand is met by the nearest keeping node that has it; nearer ones that had not enough missed it. */
function recordDemand(world: StockWorld, { order, lines, nearest }: Arrival, plan: NodePlan): void {
  const taken = new Set(
    plan.shipments.flatMap(({ node, takes }) => takes.map(({ line }) => `${line.productId}/${node}`)),
  );
  for (const { productId, qty } of lines) {
    const kept = new Set(world.kept(productId));
    for (const node of nearest) {
      if (!kept.has(node)) continue;
      const enough = world.units(productId, node) >= qty;
      if (enough) break;
      world.recordDemand(productId, node, qty, order.approvedAt, false);
    }
    for (const node of kept)
      if (taken.has(`${productId}/${node}`)) world.recordDemand(productId, node, qty, order.approvedAt, true);
  }
}

function bill(
  { lines }: Arrival,
  plan: NodePlan,
  departures: readonly Departure[],
  freight: number,
  late: boolean,
  ordered: readonly Line[],
): Omit<Bill, 'parcels'> {
  const rates = LEDGER_RATES;
  const shipped = new Map<string, number>();
  for (const { takes } of departures)
    for (const { line, qty } of takes) shipped.set(line.orderLineId, (shipped.get(line.orderLineId) ?? 0) + qty);
  const picks = departures.reduce((sum, { takes }) => sum + takes.length, 0);
  const handling = departures.length * rates.perShipment + picks * rates.perLine;
  const extraShipments = Math.max(0, departures.length - 1) * rates.extraShipment;
  const lateness = late ? rates.lateOrder : 0;
  let shortLines = 0;
  for (const { orderLineId, qty, price } of ordered) {
    const short = qty - (shipped.get(orderLineId) ?? 0);
    if (short > 0) shortLines += rates.shortLine + Math.round(rates.shortShareOfValue * short * price);
  }
  return {
    freight,
    handling,
    extraShipments,
    lateness,
    shortLines,
    total: freight + handling + extraShipments + lateness + shortLines,
    shipments: departures.length,
    plannedShipments: plan.shipments.length,
    late,
    orderedUnits: lines.reduce((sum, { qty }) => sum + qty, 0),
    shippedUnits: [...shipped.values()].reduce((sum, qty) => sum + qty, 0),
  };
}
