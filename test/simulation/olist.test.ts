import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { ModelRegistry } from '#models/registry.ts';
import { loadPolicy } from '#policies/load.ts';
import { shipped } from '#src/config.ts';
import { allKnowingPlan } from '#training/simulation/olist/all-knowing.ts';
import { effectOf, fitEffects } from '#training/simulation/olist/effects.ts';
import { listPrices } from '#training/simulation/olist/facts.ts';
import { fitRates, lateChance, type RateFit, type TransitTruth, trueDays } from '#training/simulation/olist/fits.ts';
import { type DelayRow, knownBy, trainDelay } from '#training/simulation/olist/learn.ts';
import { leastSquares } from '#training/simulation/olist/least-squares.ts';
import { execute, LEDGER_RATES, type Truth } from '#training/simulation/olist/ledger.ts';
import { nearest, type RealNetwork, stockItems } from '#training/simulation/olist/network.ts';
import { policyOf } from '#training/simulation/olist/policy.ts';
import { assignments, hasChoice, type PriceOf, planBy } from '#training/simulation/olist/rules.ts';
import { pairedBootstrap } from '#training/simulation/olist/statistics.ts';
import { type Arrival, arrivalOf, StockWorld } from '#training/simulation/olist/stock-world.ts';
import { type RealOrder, type RealProduct, type RealTables, readTables } from '#training/simulation/olist/tables.ts';
import { Random } from '#training/simulation/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'olist-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const DAY = 86_400_000;
const AT = Date.parse('2018-03-01T12:00:00Z');

const network: RealNetwork = {
  nodes: [
    { nodeId: 'NEAR-SP', state: 'SP', lat: -23.5, lng: -46.6 },
    { nodeId: 'MIDDLE-PR', state: 'PR', lat: -25.4, lng: -49.3 },
    { nodeId: 'FAR-CE', state: 'CE', lat: -3.7, lng: -38.5 },
  ],
  nodeOfSeller: new Map([['s1', 0]]),
};
const product = (productId: string): RealProduct => ({
  productId,
  category: 'toys',
  weightGrams: 500,
  volumeCm3: 1000,
  lengthCm: 20,
});
const tables: RealTables = {
  products: new Map(['a', 'b', 'c'].map((id) => [id, product(id)])),
  sellers: new Map([['s1', { sellerId: 's1', city: 'near', state: 'SP', lat: -23.5, lng: -46.6 }]]),
  orders: [],
};
const order = (orderId: string, quantities: Record<string, number>): RealOrder => ({
  orderId,
  status: 'delivered',
  state: 'SP',
  lat: -23.6,
  lng: -46.7,
  approvedAt: AT,
  carrierAt: null,
  deliveredAt: null,
  promiseAt: AT + 10 * DAY,
  lines: Object.entries(quantities).map(([productId, qty]) => ({
    productId,
    sellerId: 's1',
    qty,
    price: 10_000,
    freight: 1500,
  })),
});
const stocked = (units: Record<string, readonly number[]>): StockWorld =>
  new StockWorld(
    network,
    new Map(Object.entries(units).map(([id, row]) => [id, new Map(row.map((count, node) => [node, count]))])),
    20,
  );
const transit = (unavailable: number): TransitTruth => ({
  transit: { coefficients: [0.5, 0.2], spread: 0.1, effects: new Map() },
  handling: { coefficients: [0], spread: 0.5, effects: new Map() },
  unavailable: new Map(network.nodes.map(({ nodeId }) => [nodeId, unavailable])),
});
const truth = (unavailable: number, seed = 1): Truth => ({
  tables,
  network,
  freight: { coefficients: [6.5, 0.1, 0.5, 0, 0], effects: new Map(), spread: 0.1 },
  transit: transit(unavailable),
  seed,
});
const rates: RateFit = {
  base: 800,
  basePerKm: 0.5,
  perKg: 100,
  perKgKm: 0.1,
  minimum: 700,
  lanes: new Map([['nodeId=FAR-CE', -0.5]]),
};
const pricesOf = (arrival: Arrival): PriceOf => listPrices({ tables, network, rates, carrierDays: () => 1 }, arrival);

describe('rules of today', () => {
  it('each equals the best of every assignment by its own measure', () => {
    const random = new Random(5);
    for (let round = 0; round < 60; round++) {
      const units = Object.fromEntries(
        ['a', 'b', 'c'].map((id) => [id, [random.int(3), random.int(3), random.int(3)]]),
      );
      const world = stocked(units);
      const arrival = arrivalOf(network, order(`o${round}`, { a: 1 + random.int(2), b: 1, c: 1 }));
      const all = assignments(world, arrival);
      const cost = (plan: (typeof all)[number]): number =>
        plan.shipments.reduce((sum, { node, takes }) => sum + pricesOf(arrival)(node, takes), 0);
      const cheapest = planBy('cheapest-freight', world, arrival, pricesOf(arrival));
      expect(cost(cheapest)).toBe(Math.min(...all.map(cost)));
      const fewest = planBy('fewest-splits', world, arrival, pricesOf(arrival));
      expect(fewest.shipments.length).toBe(Math.min(...all.map(({ shipments }) => shipments.length)));
      for (const { node, takes } of planBy('nearest', world, arrival, pricesOf(arrival)).shipments)
        for (const { line, qty } of takes)
          for (const closer of nearest(network.nodes, arrival.order).slice(0, arrival.nearest.indexOf(node)))
            if (qty === line.qty) expect(world.units(line.productId, closer)).toBeLessThan(line.qty);
    }
  });

  it('an order has a choice only when every line is whole somewhere and one of them in two places', () => {
    const arrival = arrivalOf(network, order('o', { a: 1, b: 1 }));
    expect(hasChoice(stocked({ a: [1, 0, 0], b: [1, 0, 0] }), arrival)).toBe(false);
    expect(hasChoice(stocked({ a: [1, 0, 1], b: [1, 0, 0] }), arrival)).toBe(true);
    expect(hasChoice(stocked({ a: [1, 0, 1], b: [0, 0, 0] }), arrival)).toBe(false);
  });
});

describe('ledger', () => {
  it('adds up, ships what was there, and takes it from the stock', () => {
    const world = stocked({ a: [2, 0, 0], b: [0, 3, 0] });
    const arrival = arrivalOf(network, order('o', { a: 2, b: 4 }));
    const bill = execute(truth(0), world, arrival, planBy('nearest', world, arrival, pricesOf(arrival)));
    expect(bill.shippedUnits).toBe(5);
    expect(bill.orderedUnits).toBe(6);
    expect(bill.handling).toBe(2 * LEDGER_RATES.perShipment + 2 * LEDGER_RATES.perLine);
    expect(bill.extraShipments).toBe(LEDGER_RATES.extraShipment);
    expect(bill.shortLines).toBe(LEDGER_RATES.shortLine + LEDGER_RATES.shortShareOfValue * 10_000);
    expect(bill.parcels.map(({ node }) => node)).toEqual([0, 1]);
    expect(bill.total).toBe(bill.freight + bill.handling + bill.extraShipments + bill.lateness + bill.shortLines);
    expect([world.units('a', 0), world.units('b', 1)]).toEqual([0, 0]);
    world.advance(AT + 20 * DAY);
    expect([world.units('a', 0), world.units('b', 1)]).toEqual([2, 3]);
  });

  it('looks elsewhere for what was not found, in an extra shipment, else it stays short', () => {
    const arrival = arrivalOf(network, order('o', { a: 1 }));
    const nowhere = stocked({ a: [1, 0, 0] });
    const lost = execute(truth(1), nowhere, arrival, planBy('nearest', nowhere, arrival, pricesOf(arrival)));
    expect([lost.shippedUnits, lost.shipments, lost.freight]).toEqual([0, 0, 0]);
    const failing = truth(0);
    const firstFails: Truth = {
      ...failing,
      transit: { ...failing.transit, unavailable: new Map([['NEAR-SP', 1]]) },
    };
    const elsewhere = stocked({ a: [1, 1, 0] });
    const found = execute(firstFails, elsewhere, arrival, planBy('nearest', elsewhere, arrival, pricesOf(arrival)));
    expect([found.shippedUnits, found.shipments, found.plannedShipments]).toEqual([1, 1, 1]);
    expect(elsewhere.units('a', 1)).toBe(0);
  });

  it('a pick fails for whoever draws under the chance of the node it is at', () => {
    const arrival = arrivalOf(network, order('o', { a: 1 }));
    for (let seed = 0; seed < 200; seed++) {
      const shippedFrom = (node: number): number => {
        const world = stocked({ a: [0, 1, 2].map((one) => (one === node ? 1 : 0)) });
        const chances = new Map(network.nodes.map(({ nodeId }, index) => [nodeId, [0.1, 0.3, 0.6][index]!]));
        const known = { ...truth(0, seed), transit: { ...transit(0), unavailable: chances } };
        return execute(known, world, arrival, planBy('nearest', world, arrival, pricesOf(arrival))).shippedUnits;
      };
      expect(shippedFrom(0)).toBeGreaterThanOrEqual(shippedFrom(1));
      expect(shippedFrom(1)).toBeGreaterThanOrEqual(shippedFrom(2));
    }
  });

  it('gives the same luck to whoever plans the same, and other luck under another seed', () => {
    const arrival = arrivalOf(network, order('o', { a: 1 }));
    const bills = [1, 1, 3].map((seed) => {
      const world = stocked({ a: [1, 1, 1] });
      return execute(truth(0.1, seed), world, arrival, planBy('nearest', world, arrival, pricesOf(arrival)));
    });
    expect(bills[1]).toEqual(bills[0]);
    expect(bills[2]!.freight).not.toBe(bills[0]!.freight);
  });
});

describe('delay rows', () => {
  const width = SERVICE_FEATURE_SETS.delay.features.length;
  const parcel = (at: number, promisedDays: number, days: number): DelayRow => {
    const values = new Float64Array(width).fill(Number.NaN);
    values[0] = promisedDays;
    return { values, at, promiseAt: at + promisedDays * DAY, days, label: days > promisedDays ? 1 : 0 };
  };

  it('count once the promise has passed, late ones on the road too, and not because they were delivered', () => {
    const lateOnTheRoad = parcel(AT, 10, 40);
    const early = parcel(AT, 30, 3);
    const onTime = parcel(AT, 12, 3);
    expect(knownBy([lateOnTheRoad, early, onTime], AT + 20 * DAY)).toEqual([{ ...lateOnTheRoad, days: 20 }, onTime]);
  });

  it('train a model again, and the newer one is the champion', async () => {
    const root = mkdtempSync(join(folder, 'registry-'));
    const registry = new ModelRegistry(root);
    const random = new Random(6);
    const rows = Array.from({ length: 900 }, (_, i) =>
      parcel(AT + i * 3_600_000, 10, 10 * Math.exp(random.normal() - 0.7)),
    );
    await trainDelay(root, rows, AT + 30 * DAY, 1);
    const first = registry.aliases('delay').champion;
    await trainDelay(root, rows, AT + 60 * DAY, 1);
    expect(first).toBeDefined();
    expect(registry.aliases('delay')).toEqual({ champion: expect.not.stringMatching(first!), previous: first });
  });
});

describe('the all-knowing bound', () => {
  it('takes what is cheapest by the ledger in the mean over its draws', () => {
    const known: Truth = {
      ...truth(0.02),
      freight: { coefficients: [6.5, 0.1, 0.5, 0, 0], effects: new Map([['nodeId=MIDDLE-PR', -0.5]]), spread: 0.1 },
    };
    const arrival = arrivalOf(network, order('o', { a: 1, b: 1 }));
    const world = (): StockWorld => stocked({ a: [1, 1, 1], b: [1, 1, 1] });
    const meanBill = (plan: ReturnType<typeof allKnowingPlan>): number => {
      let sum = 0;
      for (let seed = 0; seed < 400; seed++) sum += execute({ ...known, seed }, world(), arrival, plan).total;
      return sum / 400;
    };
    const means = assignments(world(), arrival).map(meanBill);
    expect(meanBill(allKnowingPlan(known, world(), arrival))).toBe(Math.min(...means));
  });
});

describe('statistics', () => {
  it('finds a paired difference that is there and none that is not', () => {
    const random = new Random(9);
    const shifted = Array.from({ length: 400 }, () => ({
      sum: random.normal() + random.normal() - 1,
      count: 2,
    }));
    const found = pairedBootstrap(shifted, 1);
    expect(found.high).toBeLessThan(0);
    const none = pairedBootstrap(
      Array.from({ length: 400 }, () => ({ sum: random.normal(), count: 1 })),
      1,
    );
    expect(none.low).toBeLessThan(0);
    expect(none.high).toBeGreaterThan(0);
  });

  it('least squares gives back the coefficients that made the data', () => {
    const random = new Random(2);
    const rows = Array.from({ length: 50 }, () => [1, random.normal(), random.normal()]);
    const targets = rows.map(([, x, y]) => 3 - 2 * x! + 0.5 * y!);
    const found = leastSquares(rows, targets);
    for (const [index, expected] of [3, -2, 0.5].entries()) expect(found[index]).toBeCloseTo(expected, 5);
  });
});

describe('fits', () => {
  it('the chance of being late is the share of drawn days beyond the promise', () => {
    const random = new Random(3);
    const parcel = { nodeId: 'NEAR-SP', state: 'SP', week: 1, km: 400 };
    for (const days of [4, 6, 8]) {
      const draws = Array.from({ length: 20_000 }, () =>
        trueDays(transit(0), parcel, random.normal(), random.normal()) > days ? 1 : 0,
      );
      const share = draws.reduce((sum: number, late) => sum + late, 0) / draws.length;
      expect(lateChance(transit(0), parcel, days)).toBeCloseTo(share, 1.7);
    }
  });

  it('effects of groups are found where rows are many and drawn to 0 where they are few', () => {
    const random = new Random(4);
    const wheres = Array.from({ length: 4001 }, (_, i) => ({
      nodeId: i === 4000 ? 'RARE' : i % 2 ? 'SLOW' : 'FAST',
      state: 'SP',
      week: 1,
    }));
    const left = wheres.map(({ nodeId }) => ({ RARE: 2, SLOW: 0.3, FAST: -0.3 })[nodeId]! + 0.1 * random.normal());
    const groups = [['nodeId']] as const;
    const { effects, spread } = fitEffects(groups, wheres, left);
    const effect = (nodeId: string): number => effectOf(groups, effects, { nodeId, state: 'RJ', week: 9 });
    expect(effect('SLOW')).toBeCloseTo(0.3, 1);
    expect(effect('FAST')).toBeCloseTo(-0.3, 1);
    expect(effect('RARE')).toBeLessThan(0.2);
    expect(effect('NEVER')).toBe(0);
    expect(spread).toBeLessThan(0.15);
  });
});

describe('tables', () => {
  const write = (name: string, text: string): void => writeFileSync(join(folder, `${name}.csv.gz`), gzipSync(text));
  it('reads orders in time, whole ones only, and names what is missing', () => {
    write('geo_zip_prefix', 'geolocation_zip_code_prefix,geolocation_lat,geolocation_lng\n1001,-23.5,-46.6\n');
    write(
      'products',
      'product_id,product_weight_g,product_length_cm,volume_cm3,category\np,500,20,1000,toys\nq,,20,1000,toys\n',
    );
    write('sellers', 'seller_id,seller_zip_code_prefix,seller_city,seller_state\ns1,1001,sao paulo,SP\n');
    write('customers', 'customer_id,customer_zip_code_prefix,customer_state\nc1,1001,SP\n');
    write(
      'order_items',
      'order_id,product_id,seller_id,price,freight_value\no2,p,s1,10.00,5.00\no1,p,s1,10.00,5.50\no1,p,s1,10.00,5.50\no3,q,s1,1,1\n',
    );
    const orders = (more: string): string =>
      `order_id,customer_id,order_status,order_approved_at,order_estimated_delivery_date\n${more}`;
    write(
      'orders_partial',
      orders(
        'o2,c1,delivered,2018-03-02 10:00:00,2018-03-12\no1,c1,delivered,2018-03-01 10:00:00,\no3,c1,x,2018-03-01 10:00:00,\n',
      ),
    );
    const read = readTables(folder);
    expect(read.orders.map(({ orderId }) => orderId)).toEqual(['o1', 'o2']);
    expect(read.orders[0]!.lines).toEqual([{ productId: 'p', sellerId: 's1', qty: 2, price: 1000, freight: 1100 }]);
    expect(read.orders[1]!.promiseAt).toBe(Date.parse('2018-03-13T00:00:00Z') - 1);
    expect(fitRates(read, read.orders, () => 'NEAR-SP').minimum).toBe(500);
    expect(() => readTables(join(folder, 'nowhere'))).toThrow(/is not there/);
  });

  it('stocks every item at least once, in its home or the nodes nearest to it', () => {
    const orders = Array.from({ length: 40 }, (_, i) => order(`o${i}`, { a: 1, b: 2 }));
    const stock = stockItems(network, orders, 'medium', new Random(1));
    for (const byNode of stock.values()) {
      expect([...byNode.values()].reduce((sum, units) => sum + units, 0)).toBeGreaterThan(0);
      expect(byNode.has(0)).toBe(true);
    }
    expect(stockItems(network, orders, 'medium', new Random(1))).toEqual(stock);
  });
});

it('the policy of the comparison is one that the service takes', () => {
  const path = join(folder, 'olist.policy.yaml');
  writeFileSync(path, policyOf(readFileSync(join(shipped.policies, 'default.policy.yaml'), 'utf8')));
  const policy = loadPolicy([path]);
  expect(policy.currency).toBe('BRL');
  expect(policy.costRates.lateOrder.STANDARD).toBe(LEDGER_RATES.lateOrder);
  expect(policy.costRates.shortLine).toBe(LEDGER_RATES.shortLine);
});
