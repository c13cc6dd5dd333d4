import fc from 'fast-check';
import type { CostRates } from '#domain/cost-rates.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { DAY_MS } from '#domain/time.ts';
import { item, lane, line, NOW, node, position, request, snapshot } from '../network.ts';

export const rates: CostRates = {
  lateOrder: { PLATINUM: 4_000, GOLD: 2_500, SILVER: 1_500, STANDARD: 800 },
  extraShipment: 900,
  stockoutShareOfUnitCost: 0.3,
  shortLine: 1_500,
  shortShareOfValue: 0.25,
  backorderShareOfValue: 0.1,
  ageingShareOfUnitCost: 0.02,
  ageingAfterDays: 90,
};

export interface Case {
  readonly request: DecisionRequest;
  readonly snapshot: Snapshot;
}

const NODES = ['A', 'B', 'C', 'D'];
const ITEMS = ['I1', 'I2', 'I3'];

/** Small random networks and orders, scarce enough that lines are spread, short and substituted. */
export const smallCase: fc.Arbitrary<Case> = fc
  .record({
    nodes: fc.integer({ min: 1, max: 4 }),
    lines: fc.array(fc.record({ item: fc.nat(2), qty: fc.integer({ min: 1, max: 6 }), firm: fc.nat(11) }), {
      minLength: 1,
      maxLength: 4,
    }),
    stock: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 }),
    aged: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    lanes: fc.array(
      fc.record({
        base: fc.integer({ min: 200, max: 1_500 }),
        perKg: fc.integer({ min: 0, max: 400 }),
        days: fc.nat(4),
        active: fc.nat(7),
      }),
      { minLength: 8, maxLength: 8 },
    ),
    weights: fc.array(fc.integer({ min: 50, max: 4_000 }), { minLength: 3, maxLength: 3 }),
    flags: fc.record({
      shipComplete: fc.nat(4),
      allowPartial: fc.boolean(),
      allowBackorder: fc.boolean(),
      allowSubstitution: fc.boolean(),
      hazmat: fc.nat(3),
      promise: fc.integer({ min: 1, max: 6 }),
    }),
  })
  .map(({ nodes, lines, stock, aged, lanes, weights, flags }) => {
    const ids = NODES.slice(0, nodes);
    return {
      request: request(
        lines.map((l, i) =>
          line(`${i + 1}`, ITEMS[l.item]!, l.qty, {
            firmNodeId: l.firm === 0 ? 'A' : null,
            substituteItemIds: l.item === 0 ? ['I2'] : [],
          }),
        ),
        {
          shipComplete: flags.shipComplete === 0,
          allowPartial: flags.allowPartial,
          allowBackorder: flags.allowBackorder,
          allowSubstitution: flags.allowSubstitution,
          promiseDate: NOW + flags.promise * DAY_MS,
        },
      ),
      snapshot: snapshot({
        items: ITEMS.map((id, i) => item(id, { weightGrams: weights[i]!, hazmat: i === 2 && flags.hazmat === 0 })),
        nodes: ids.map((id) => node(id)),
        lanes: ids.flatMap((id, n) =>
          ['AIR', 'GROUND'].map((service, s) => {
            const { base, perKg, days, active } = lanes[n * 2 + s]!;
            return lane(id, service, {
              rate: { base, perKg, minimum: 400, fuelShare: 0.1 },
              transitDays: days,
              active: active > 0,
              acceptsHazmat: s === 1,
              maxWeightGrams: s === 0 ? 9_000 : 30_000,
            });
          }),
        ),
        supply: ids.flatMap((id, n) =>
          ITEMS.map((itemId, i) =>
            position(id, itemId, {
              onHand: stock[n * 3 + i]! + 12,
              reserved: 1,
              allocated: 1,
              receivedAt: NOW - (aged[n * 3 + i] ? 120 : 5) * DAY_MS,
            }),
          ),
        ),
      }),
    };
  });
