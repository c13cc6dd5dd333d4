import { distanceKm, type Place } from '../geography.ts';
import type { Random } from '../random.ts';
import type { RealOrder, RealTables } from './tables.ts';

export const SCARCITY_LEVELS = ['low', 'medium', 'high'] as const;
export type Scarcity = (typeof SCARCITY_LEVELS)[number];

/** Nodes of the network: the busiest seller cities, none within `APART_KM` of a busier one. */
const NODES = 10;
const APART_KM = 60;

export interface RealNode extends Place {
  readonly nodeId: string;
  readonly state: string;
}

/**
 * How much of an item's coming demand is in stock at the start, over all its nodes, and how long a sold unit takes to be
 * replaced. The demand is that of the orders to come: the decider never sees it, the world is only made to be scarce.
 */
export const SCARCITY: Record<Scarcity, { readonly cover: number; readonly replaceDays: number }> = {
  low: { cover: 0.6, replaceDays: 10 },
  medium: { cover: 0.35, replaceDays: 21 },
  high: { cover: 0.2, replaceDays: 45 },
};

export interface RealNetwork {
  readonly nodes: readonly RealNode[];
  /** Node index of each seller. */
  readonly nodeOfSeller: ReadonlyMap<string, number>;
}

/** Seller clusters by city: each seller belongs to the nearest of the chosen cities. */
export function buildNetwork(tables: RealTables, orders: readonly RealOrder[]): RealNetwork {
  const cities = new Map<string, { state: string; lat: number; lng: number; units: number }>();
  for (const { lines } of orders)
    for (const { sellerId, qty } of lines) {
      const seller = tables.sellers.get(sellerId)!;
      const key = `${seller.city}/${seller.state}`;
      const known = cities.get(key) ?? { state: seller.state, lat: seller.lat, lng: seller.lng, units: 0 };
      cities.set(key, { ...known, units: known.units + qty });
    }
  const nodes: RealNode[] = [];
  const byUnits = [...cities].sort(([a, x], [b, y]) => y.units - x.units || (a < b ? -1 : 1));
  for (const [key, { state, lat, lng }] of byUnits) {
    if (nodes.length >= NODES) break;
    if (nodes.some((node) => distanceKm(node, { lat, lng }) < APART_KM)) continue;
    const city = key
      .split('/')[0]!
      .toUpperCase()
      .replaceAll(/[^A-Z]+/g, '-');
    nodes.push({ nodeId: `${city}-${state}`, state, lat, lng });
  }
  const nodeOfSeller = new Map(
    [...tables.sellers.values()].map((seller) => [seller.sellerId, nearest(nodes, seller)[0]!]),
  );
  return { nodes, nodeOfSeller };
}

/** Node indices, nearest to a place first. */
export function nearest(nodes: readonly RealNode[], place: Place): number[] {
  return nodes
    .map((_, index) => index)
    .sort((a, b) => distanceKm(nodes[a]!, place) - distanceKm(nodes[b]!, place) || a - b);
}

/** Base stock of each item by node: where its sellers are, and in the 2 to 4 nodes nearest to the first of these. */
export function stockItems(
  network: RealNetwork,
  orders: readonly RealOrder[],
  scarcity: Scarcity,
  random: Random,
): Map<string, Map<number, number>> {
  const demand = new Map<string, { units: number; most: number; homes: Set<number> }>();
  for (const { lines } of orders)
    for (const { productId, sellerId, qty } of lines) {
      const known = demand.get(productId) ?? { units: 0, most: 0, homes: new Set<number>() };
      known.homes.add(network.nodeOfSeller.get(sellerId)!);
      demand.set(productId, { units: known.units + qty, most: Math.max(known.most, qty), homes: known.homes });
    }
  const stock = new Map<string, Map<number, number>>();
  for (const [productId, { units, homes }] of [...demand].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [home] = homes;
    const others = nearest(network.nodes, network.nodes[home!]!).filter((node) => !homes.has(node));
    const places = [...homes, ...others.slice(0, 2 + random.int(3))];
    const base = new Map(places.map((node) => [node, 0]));
    // At least one unit somewhere, and each further unit in a place by chance, the home counting double.
    const total = 1 + random.poisson(Math.max(places.length - 1, units) * SCARCITY[scarcity].cover);
    const weights = places.map((node) => (homes.has(node) ? 2 : 1));
    for (let unit = 0; unit < total; unit++) {
      const node = places[random.weighted(weights)]!;
      base.set(node, base.get(node)! + 1);
    }
    stock.set(productId, base);
  }
  return stock;
}
