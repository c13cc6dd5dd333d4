import type { Order } from '#domain/order.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import type { Distributor } from './distributor.ts';
import { freeUnits } from './stock.ts';

/** A kind of order that planners meet and that makes the service show something: found in the world, not made up. */
export interface DemoCase {
  readonly name: string;
  readonly shape: (order: Order, world: Distributor) => Order;
}

/** Units free at the fullest node and over all nodes. */
function supplyOf(world: Distributor, item: number): { fullest: number; all: number } {
  const free = world.stock[item]!.map((position) => (position ? freeUnits(position) : 0));
  return { fullest: Math.max(...free), all: free.reduce((sum, units) => sum + units, 0) };
}

/** The order with its lines replaced by one line of the `nth` item that fits, or as it was where none does. */
function withItem(
  order: Order,
  world: Distributor,
  fits: (item: number) => boolean,
  qty: (item: number) => number,
): Order {
  // Another item for each order, always the same for the same order.
  const start = (Number(order.orderId.slice(-4)) * 37) % world.items.length;
  for (let step = 0; step < world.items.length; step++) {
    const item = (start + step) % world.items.length;
    if (!fits(item)) continue;
    const { item: entry, unitPrice } = world.items[item]!;
    const [first] = order.lines;
    return {
      ...order,
      lines: [{ ...first!, itemId: entry.itemId, unitPrice, orderedQty: qty(item), substituteItemIds: [] }],
    };
  }
  return order;
}

const ambient = (world: Distributor, item: number): boolean => {
  const entry = world.items[item]!.item;
  return entry.temperature === 'AMBIENT' && !entry.hazmat && (entry.lengthCm ?? 0) <= 120;
};

export const DEMO_CASES: readonly DemoCase[] = [
  {
    name: 'more than any one node has: a split',
    shape: (order, world) =>
      withItem(
        { ...order, shipComplete: false, allowPartial: true, maxSplits: null, creditStatus: 'OK' },
        world,
        (item) => {
          const { fullest, all } = supplyOf(world, item);
          return ambient(world, item) && fullest >= 5 && all >= fullest * 1.6 && fullest * 1.3 < 200;
        },
        (item) => Math.ceil(supplyOf(world, item).fullest * 1.2),
      ),
  },
  {
    name: 'more than there is anywhere: short, the rest backordered',
    shape: (order, world) =>
      withItem(
        { ...order, shipComplete: false, allowPartial: true, allowBackorder: true, creditStatus: 'OK' },
        world,
        (item) => supplyOf(world, item).all >= 2 && supplyOf(world, item).all <= 12,
        (item) => supplyOf(world, item).all + 4,
      ),
  },
  {
    name: 'credit hold: an exception for the credit desk',
    shape: (order) => ({ ...order, creditStatus: 'HOLD' }),
  },
  {
    name: 'a standard customer who asks for air: clamped to the ground',
    shape: (order, world) =>
      withItem(
        {
          ...order,
          customerTier: 'STANDARD',
          creditStatus: 'OK',
          serviceLevel: 'EXPRESS',
          preferredCarrierServices: ['SKYLINK-AIR', 'PARCELA-EXPRESS', 'PARCELA-GROUND', 'NORDHAUL-ROAD'],
          promiseDate: order.placedAt + 2 * DAY_MS,
        },
        world,
        (item) =>
          ambient(world, item) && supplyOf(world, item).fullest >= 6 && world.items[item]!.item.weightGrams > 4000,
        () => 5,
      ),
  },
  {
    name: 'heavy goods over a long way: freight that has to be approved',
    shape: (order, world) =>
      withItem(
        { ...order, creditStatus: 'OK', promiseDate: order.placedAt + 9 * DAY_MS, serviceLevel: 'ECONOMY' },
        world,
        (item) =>
          ambient(world, item) && world.items[item]!.item.weightGrams > 6000 && supplyOf(world, item).fullest >= 40,
        () => 38,
      ),
  },
  {
    name: 'dangerous goods: road only, from nodes that keep them',
    shape: (order, world) =>
      withItem(
        { ...order, creditStatus: 'OK' },
        world,
        (item) => world.items[item]!.item.hazmat && supplyOf(world, item).fullest >= 4,
        () => 3,
      ),
  },
  {
    name: 'chilled: one carrier, few nodes',
    shape: (order, world) =>
      withItem(
        { ...order, creditStatus: 'OK' },
        world,
        (item) => world.items[item]!.item.temperature === 'CHILLED' && supplyOf(world, item).fullest >= 4,
        () => 2,
      ),
  },
  {
    name: 'a platinum customer and a promise of tomorrow evening',
    shape: (order) => ({
      ...order,
      customerTier: 'PLATINUM',
      priority: 1,
      creditStatus: 'OK',
      serviceLevel: 'EXPRESS',
      promiseDate: Math.floor(order.placedAt / DAY_MS) * DAY_MS + DAY_MS + 18 * HOUR_MS,
    }),
  },
  {
    name: 'ship complete or not at all, and more than any one node has',
    shape: (order, world) =>
      withItem(
        { ...order, shipComplete: true, allowPartial: false, allowBackorder: false, maxSplits: 1, creditStatus: 'OK' },
        world,
        (item) => supplyOf(world, item).fullest >= 3 && supplyOf(world, item).fullest < 150,
        (item) => supplyOf(world, item).fullest + 1,
      ),
  },
  {
    name: 'a substitute is welcome where the item itself is gone',
    shape: (order, world) => {
      const shaped = withItem(
        { ...order, allowSubstitution: true, creditStatus: 'OK' },
        world,
        (item) =>
          supplyOf(world, item).all === 0 &&
          world.items[item]!.substitutes.some((other) => supplyOf(world, other).fullest >= 2),
        () => 2,
      );
      const [line] = shaped.lines;
      const item = line ? world.itemIndex.get(line.itemId) : undefined;
      if (!line || item === undefined || shaped.lines === order.lines) return shaped;
      const substituteItemIds = world.items[item]!.substitutes.map((other) => world.items[other]!.item.itemId);
      return { ...shaped, lines: [{ ...line, substituteItemIds }] };
    },
  },
];
