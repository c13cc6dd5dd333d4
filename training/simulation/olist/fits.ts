import { DAY_MS } from '#domain/time.ts';
import { distanceKm, type Place } from '../geography.ts';
import { type Effects, effectOf, fitEffects, type Group, type Where, weekOf } from './effects.ts';
import { dot, leastSquares } from './least-squares.ts';
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
  /** Log factor of each lane: what the node and the state cost more than the list says. */
  readonly lanes: Effects;
}

type NodeOf = (sellerId: string) => string;

/** The price list the service and the rules know: least squares on the earlier orders' freight, a factor a lane. */
export function fitRates(tables: RealTables, orders: readonly RealOrder[], nodeOf: NodeOf): RateFit {
  const parcels = singleParcels(tables, orders).filter(({ kg }) => kg <= 30);
  const rows = parcels.map(({ km, kg }) => [1, km, kg, kg * km]);
  const [base, basePerKm, perKg, perKgKm] = leastSquares(
    rows,
    parcels.map(({ freight }) => freight),
  ) as [number, number, number, number];
  const sorted = parcels.map(({ freight }) => freight).sort((a, b) => a - b);
  const list = {
    base,
    basePerKm,
    perKg: Math.max(0, perKg),
    perKgKm: Math.max(0, perKgKm),
    minimum: sorted[Math.floor(sorted.length * 0.02)]!,
  };
  const left = parcels.map(({ km, kg, freight }) => Math.log(freight / listed(list, km, kg)));
  return { ...list, lanes: fitEffects(FREIGHT_GROUPS, wheresOf(parcels, nodeOf), left).effects };
}

const listed = (rates: Omit<RateFit, 'lanes'>, km: number, kg: number): number =>
  Math.max(rates.minimum, rates.base + rates.basePerKm * km + (rates.perKg + rates.perKgKm * km) * kg);

/** The price list of one lane, km included: a base, a price of a kilogram and a least price. */
export function laneRate(
  rates: RateFit,
  nodeId: string,
  state: string,
  km: number,
): { base: number; perKg: number; minimum: number } {
  const factor = Math.exp(effectOf(FREIGHT_GROUPS, rates.lanes, { nodeId, state, week: 0 }));
  return {
    base: Math.max(0, Math.round(factor * (rates.base + rates.basePerKm * km))),
    perKg: Math.round(factor * (rates.perKg + rates.perKgKm * km)),
    minimum: Math.round(factor * rates.minimum),
  };
}

function wheresOf(parcels: readonly Shipment[], nodeOf: NodeOf): Where[] {
  return parcels.map(({ order }) => whereOf(order, nodeOf));
}

function whereOf({ lines, state, approvedAt }: RealOrder, nodeOf: NodeOf): Where {
  return { nodeId: nodeOf(lines[0]!.sellerId), state, week: weekOf(approvedAt) };
}

const FREIGHT_GROUPS: readonly Group[] = [['state'], ['nodeId'], ['nodeId', 'state']];
const TRANSIT_GROUPS: readonly Group[] = [['state'], ['week'], ['state', 'week'], ['nodeId'], ['nodeId', 'state']];
const HANDLING_GROUPS: readonly Group[] = [['nodeId'], ['week'], ['nodeId', 'week']];

/** What the carrier really bills: log freight against log distance, log weight, the border of the state, and the lane. */
export interface FreightTruth {
  readonly coefficients: readonly number[];
  readonly effects: Effects;
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
export function fitFreightTruth(tables: RealTables, orders: readonly RealOrder[], nodeOf: NodeOf): FreightTruth {
  const parcels = singleParcels(tables, orders);
  const rows = parcels.map(({ km, kg, from, order }) => freightRow(km, kg, from.state === order.state));
  const targets = parcels.map(({ freight }) => Math.log(freight));
  const coefficients = leastSquares(rows, targets);
  const left = targets.map((target, index) => target - dot(rows[index]!, coefficients));
  return { coefficients, ...fitEffects(FREIGHT_GROUPS, wheresOf(parcels, nodeOf), left) };
}

/** A parcel from a place to a place. */
export interface Parcel extends Where {
  readonly km: number;
}

function logFreight(fit: FreightTruth, parcel: Parcel, kg: number, sameState: boolean): number {
  return dot(freightRow(parcel.km, kg, sameState), fit.coefficients) + effectOf(FREIGHT_GROUPS, fit.effects, parcel);
}

/** Centavos; `noise` is a standard normal draw. */
export function trueFreight(fit: FreightTruth, parcel: Parcel, kg: number, sameState: boolean, noise: number): number {
  return Math.round(Math.exp(logFreight(fit, parcel, kg, sameState) + fit.spread * noise));
}

/** Mean of `trueFreight` over the noise, centavos. */
export function expectedFreight(fit: FreightTruth, parcel: Parcel, kg: number, sameState: boolean): number {
  return Math.exp(logFreight(fit, parcel, kg, sameState) + fit.spread ** 2 / 2);
}

interface LogDays {
  readonly coefficients: readonly number[];
  readonly effects: Effects;
  readonly spread: number;
}

/** Days from approval to the carrier, and from there to the customer; both lognormal. */
export interface TransitTruth {
  readonly handling: LogDays;
  readonly transit: LogDays;
  /** Share of a node's orders that could not be supplied. */
  readonly unavailable: ReadonlyMap<string, number>;
}

const LEAST_DAYS = 0.1;
const logDays = (from: number, to: number): number => Math.log(Math.max(LEAST_DAYS, (to - from) / DAY_MS));

/** Handling, transit and failed picks of some orders, by the node that `nodeOf` gives their seller. */
export function fitTransit(tables: RealTables, orders: readonly RealOrder[], nodeOf: NodeOf): TransitTruth {
  const delivered = orders.filter(
    ({ carrierAt, deliveredAt, approvedAt }) =>
      carrierAt !== null && deliveredAt !== null && carrierAt > approvedAt && deliveredAt > carrierAt,
  );
  const wheres = delivered.map((order) => whereOf(order, nodeOf));
  const fit = (groups: readonly Group[], rows: readonly number[][], targets: readonly number[]): LogDays => {
    const coefficients = leastSquares(rows, targets);
    const left = targets.map((target, index) => target - dot(rows[index]!, coefficients));
    return { coefficients, ...fitEffects(groups, wheres, left) };
  };
  const failed = orders.map(({ status }) => (status === 'unavailable' || status === 'canceled' ? 1 : 0));
  const failShare = failed.reduce((sum: number, fail) => sum + fail, 0) / failed.length;
  const places = orders.map((order) => whereOf(order, nodeOf));
  const { effects } = fitEffects(
    [['nodeId']],
    places,
    failed.map((fail) => fail - failShare),
  );
  return {
    handling: fit(
      HANDLING_GROUPS,
      delivered.map(() => [1]),
      delivered.map(({ carrierAt, approvedAt }) => logDays(approvedAt, carrierAt!)),
    ),
    transit: fit(
      TRANSIT_GROUPS,
      delivered.map((order) => [1, Math.log1p(distanceKm(tables.sellers.get(order.lines[0]!.sellerId)!, order))]),
      delivered.map(({ carrierAt, deliveredAt }) => logDays(carrierAt!, deliveredAt!)),
    ),
    unavailable: new Map(
      places.map((place) => [place.nodeId, failShare + effectOf([['nodeId']], effects, place)] as const),
    ),
  };
}

const logHandling = ({ handling }: TransitTruth, parcel: Parcel): number =>
  handling.coefficients[0]! + effectOf(HANDLING_GROUPS, handling.effects, parcel);
const logTransit = ({ transit }: TransitTruth, parcel: Parcel): number =>
  dot([1, Math.log1p(parcel.km)], transit.coefficients) + effectOf(TRANSIT_GROUPS, transit.effects, parcel);

/** Days from the order to the door; the two noises are standard normal draws, 0 for the usual days. */
export function trueDays(fit: TransitTruth, parcel: Parcel, handlingNoise: number, transitNoise: number): number {
  return (
    Math.exp(logHandling(fit, parcel) + fit.handling.spread * handlingNoise) +
    Math.exp(logTransit(fit, parcel) + fit.transit.spread * transitNoise)
  );
}

const GRID = Array.from({ length: 25 }, (_, i) => -3 + i * 0.25);
const GRID_WEIGHTS = GRID.map((z) => Math.exp((-z * z) / 2));
const GRID_SUM = GRID_WEIGHTS.reduce((sum, weight) => sum + weight, 0);

/** Chance that `trueDays` exceeds `days`: the handling noise on a grid, the transit noise by the normal distribution. */
export function lateChance(fit: TransitTruth, parcel: Parcel, days: number): number {
  const transit = logTransit(fit, parcel);
  let chance = 0;
  for (const [index, z] of GRID.entries()) {
    const left = days - Math.exp(logHandling(fit, parcel) + fit.handling.spread * z);
    const late = left <= 0 ? 1 : normalAbove((Math.log(left) - transit) / fit.transit.spread);
    chance += (GRID_WEIGHTS[index]! / GRID_SUM) * late;
  }
  return chance;
}

/** Upper tail of the standard normal; logistic approximation, off by less than 0.001. */
function normalAbove(z: number): number {
  return 1 / (1 + Math.exp(1.5976 * z + 0.070566 * z ** 3));
}
