import { DAY_MS } from '#domain/time.ts';
import { distanceKm, type Place } from '../geography.ts';
import { dot, leastSquares, residualSpread } from './least-squares.ts';
import type { RealOrder, RealTables } from './tables.ts';

/** Billed kilograms: actual or by volume, whichever is more. */
export const DIM_DIVISOR = 6000;
export function billedKg(weightGrams: number, volumeCm3: number): number {
  return Math.max(weightGrams / 1000, volumeCm3 / DIM_DIVISOR);
}

interface Shipment {
  readonly order: RealOrder;
  readonly from: Place & { readonly state: string };
  readonly km: number;
  readonly kg: number;
  readonly freight: number;
}

/** Orders of one line of one unit: the only ones whose freight and times are of one parcel. */
function singleParcels(tables: RealTables, orders: readonly RealOrder[]): Shipment[] {
  return orders.flatMap((order): Shipment[] => {
    const [line, ...more] = order.lines;
    if (!line || more.length > 0 || line.qty !== 1 || line.freight <= 0) return [];
    const product = tables.products.get(line.productId)!;
    const from = tables.sellers.get(line.sellerId)!;
    const km = distanceKm(from, order);
    return [{ order, from, km, kg: billedKg(product.weightGrams, product.volumeCm3), freight: line.freight }];
  });
}

/** A price list as a carrier would write it: `(base + basePerKm km) + (perKg + perKgKm km) kg`, at least `minimum`. */
export interface RateFit {
  readonly base: number;
  readonly basePerKm: number;
  readonly perKg: number;
  readonly perKgKm: number;
  readonly minimum: number;
}

/** The price list the service and the rules know: least squares on the earlier orders' freight. */
export function fitRates(tables: RealTables, orders: readonly RealOrder[]): RateFit {
  const parcels = singleParcels(tables, orders).filter(({ kg }) => kg <= 30);
  const rows = parcels.map(({ km, kg }) => [1, km, kg, kg * km]);
  const [base, basePerKm, perKg, perKgKm] = leastSquares(
    rows,
    parcels.map(({ freight }) => freight),
  ) as [number, number, number, number];
  const sorted = parcels.map(({ freight }) => freight).sort((a, b) => a - b);
  return {
    base,
    basePerKm,
    perKg: Math.max(0, perKg),
    perKgKm: Math.max(0, perKgKm),
    minimum: sorted[Math.floor(sorted.length * 0.02)]!,
  };
}

/** What the carrier really bills: log freight against log distance, log weight and the border of the state. */
export interface FreightTruth {
  readonly coefficients: readonly number[];
  /** Standard deviation of the log that the fit leaves over. */
  readonly spread: number;
}

const freightRow = (km: number, kg: number, sameState: boolean): number[] => [
  1,
  Math.log1p(km),
  Math.log(kg + 0.3),
  Math.log(kg + 0.3) ** 2,
  sameState ? 1 : 0,
];

/** Fitted on the later orders, so that nothing that was trained has seen it. */
export function fitFreightTruth(tables: RealTables, orders: readonly RealOrder[]): FreightTruth {
  const parcels = singleParcels(tables, orders);
  const rows = parcels.map(({ km, kg, from, order }) => freightRow(km, kg, from.state === order.state));
  const targets = parcels.map(({ freight }) => Math.log(freight));
  const coefficients = leastSquares(rows, targets);
  return { coefficients, spread: residualSpread(rows, targets, coefficients) };
}

/** Centavos; `noise` is a standard normal draw. */
export function trueFreight(fit: FreightTruth, km: number, kg: number, sameState: boolean, noise: number): number {
  const mean = dot(freightRow(km, kg, sameState), fit.coefficients);
  return Math.round(Math.exp(mean + fit.spread * noise));
}

/** Days from approval to the carrier, by node, and from there to the customer. */
export interface TransitTruth {
  readonly coefficients: readonly number[];
  readonly spread: number;
  /** What each customer state takes longer than the distance says, in log days. */
  readonly states: ReadonlyMap<string, number>;
  readonly handling: ReadonlyMap<string, { readonly mean: number; readonly spread: number }>;
  /** Share of a node's orders that could not be supplied. */
  readonly unavailable: ReadonlyMap<string, number>;
}

/** Rows behind a group's own mean before it counts half. */
const SHRINKAGE = 25;
const LEAST_DAYS = 0.1;

/** Handling, transit and failed picks of some orders, by the node that `nodeOf` gives their seller. */
export function fitTransit(
  tables: RealTables,
  orders: readonly RealOrder[],
  nodeOf: (sellerId: string) => string,
): TransitTruth {
  const delivered = orders.filter(
    ({ carrierAt, deliveredAt, approvedAt }) =>
      carrierAt !== null && deliveredAt !== null && carrierAt > approvedAt && deliveredAt > carrierAt,
  );
  const rows = delivered.map((order) => [
    1,
    Math.log1p(distanceKm(tables.sellers.get(order.lines[0]!.sellerId)!, order)),
  ]);
  const targets = delivered.map(({ carrierAt, deliveredAt }) =>
    Math.log(Math.max(LEAST_DAYS, (deliveredAt! - carrierAt!) / DAY_MS)),
  );
  const coefficients = leastSquares(rows, targets);
  const left = targets.map((target, index) => target - dot(rows[index]!, coefficients));
  const states = shrunk(
    delivered.map(({ state }, index) => [state, left[index]!] as const),
    0,
  );
  const final = left.map((residual, index) => residual - (states.get(delivered[index]!.state) ?? 0));
  const handled = delivered.map(
    (order) =>
      [
        nodeOf(order.lines[0]!.sellerId),
        Math.log(Math.max(LEAST_DAYS, (order.carrierAt! - order.approvedAt) / DAY_MS)),
      ] as const,
  );
  const overall = handled.reduce((sum, [, log]) => sum + log, 0) / handled.length;
  const means = shrunk(handled, overall);
  const spread = Math.sqrt(
    handled.reduce((sum, [node, log]) => sum + (log - means.get(node)!) ** 2, 0) / handled.length,
  );
  const failed = orders.map(
    ({ lines, status }) =>
      [nodeOf(lines[0]!.sellerId), status === 'unavailable' || status === 'canceled' ? 1 : 0] as const,
  );
  const failShare = failed.reduce((sum, [, fail]) => sum + fail, 0) / failed.length;
  return {
    coefficients,
    spread: Math.sqrt(final.reduce((sum, residual) => sum + residual ** 2, 0) / final.length),
    states,
    handling: new Map([...means].map(([node, mean]) => [node, { mean, spread }])),
    unavailable: shrunk(failed, failShare),
  };
}

/** Mean by key, drawn towards `centre` where there are few. */
function shrunk(values: readonly (readonly [string, number])[], centre: number): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const [key, value] of values) {
    const known = sums.get(key) ?? { sum: 0, count: 0 };
    sums.set(key, { sum: known.sum + value, count: known.count + 1 });
  }
  return new Map([...sums].map(([key, { sum, count }]) => [key, (sum + SHRINKAGE * centre) / (count + SHRINKAGE)]));
}

/** Days from the order to the door; the two noises are standard normal draws. */
export function trueDays(
  fit: TransitTruth,
  node: string,
  state: string,
  km: number,
  handlingNoise: number,
  transitNoise: number,
): number {
  const handling = fit.handling.get(node) ?? { mean: 0, spread: 0.5 };
  const transit = dot([1, Math.log1p(km)], fit.coefficients) + (fit.states.get(state) ?? 0);
  return Math.exp(handling.mean + handling.spread * handlingNoise) + Math.exp(transit + fit.spread * transitNoise);
}
