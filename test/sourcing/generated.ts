import type { DecisionRequest } from '#domain/decision.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { DAY_MS } from '#domain/time.ts';
import { item, lane, line, NOW, node, position, request, snapshot } from '../network.ts';

/** A small deterministic generator (mulberry32): tests and benchmarks need the same network each time. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Size {
  readonly nodes: number;
  readonly lines: number;
  /** Share of positions that have enough for a line. */
  readonly stocked: number;
  readonly services?: number;
}

/** A network and an order of a given size, with lanes that differ in price and speed. */
export function generated(size: Size, seed: number): { request: DecisionRequest; snapshot: Snapshot } {
  const random = randomOf(seed);
  const between = (low: number, high: number): number => Math.round(low + random() * (high - low));
  const nodeIds = Array.from({ length: size.nodes }, (_unused, i) => `N${String(i).padStart(3, '0')}`);
  const itemIds = Array.from({ length: size.lines }, (_unused, i) => `I${String(i).padStart(3, '0')}`);
  const services = ['AIR', 'EXPRESS', 'GROUND'].slice(-(size.services ?? 3));
  return {
    request: request(
      itemIds.map((itemId, i) => line(`${i + 1}`, itemId, between(1, 8), { unitPrice: between(500, 9_000) })),
      { promiseDate: NOW + between(2, 5) * DAY_MS },
    ),
    snapshot: snapshot({
      items: itemIds.map((itemId) =>
        item(itemId, { weightGrams: between(100, 2_500), volumeCm3: between(200, 9_000) }),
      ),
      nodes: nodeIds.map((nodeId) =>
        node(nodeId, { backlog: between(0, 200), laborUtilization: between(50, 110) / 100 }),
      ),
      lanes: nodeIds.flatMap((nodeId) =>
        services.map((service, rank) => {
          const distanceKm = between(50, 1_500);
          const speed = services.length - rank;
          return lane(nodeId, service, {
            distanceKm,
            expedited: service !== 'GROUND',
            maxWeightGrams: null,
            transitDays: Math.max(1, Math.round(distanceKm / 400 / speed) + 1),
            rate: {
              base: 350 * speed + between(0, 200),
              perKg: Math.round(distanceKm * 0.1 * speed),
              minimum: 500,
              fuelShare: 0.12,
            },
          });
        }),
      ),
      supply: nodeIds.flatMap((nodeId) =>
        itemIds.map((itemId) => {
          const onHand = 20 + (random() < size.stocked ? between(8, 60) : between(0, 3));
          return position(nodeId, itemId, { onHand, reserved: 5, allocated: 5, safetyStock: 10 });
        }),
      ),
    }),
  };
}
