import { describe, expect, it } from 'vitest';
import { parseRecommendation } from '#src/request.ts';
import { ordersOf, requestOf } from '#training/simulation/demo.ts';
import { Distributor } from '#training/simulation/distributor.ts';
import { erpPlan } from '#training/simulation/erp-rule.ts';
import { startEvents } from '#training/simulation/events.ts';
import { snapshotFor } from '#training/simulation/facts.ts';
import { Realisation } from '#training/simulation/realisation.ts';
import { parseEvents } from '#world/events.ts';
import { TINY, tinyWorld } from './tiny.ts';

const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('distributor', () => {
  it('lives the same days for the same seed, and others for another', () => {
    const trace = (seed: number): string => {
      const { world } = tinyWorld(20, seed);
      return JSON.stringify([startEvents(world, world.today), ordersOf(world, 8, world.today)]);
    };
    expect(trace(3)).toBe(trace(3));
    expect(trace(3)).not.toBe(trace(4));
  });

  it('neither makes nor loses units', () => {
    const world = new Distributor({ ...TINY, days: 60 });
    const onHand = (): number =>
      world.stock.flat().reduce((sum, position) => sum + (position ? position.onHand : 0), 0);
    const realisation = new Realisation(world);
    const opening = onHand();
    let left = 0;
    for (let day = 0; day < 60; day++) {
      world.startDay();
      for (const order of world.ordersOfDay())
        realisation.execute(order, erpPlan(world, order, order.placedAt), order.placedAt);
      for (const { lines } of realisation.closeDay().shipped) for (const { qty } of lines) left += qty;
    }
    expect(world.units.shipped).toBe(left);
    expect(left).toBeGreaterThan(1000);
    expect(onHand()).toBe(opening + world.units.received - world.units.shipped - world.units.writtenOff);
    for (const position of world.stock.flat()) {
      if (!position) continue;
      const queued = world.nodeStates[position.node]!.pending.flatMap(({ takes }) => takes);
      const promised = queued.filter(({ item }) => item === position.item).reduce((sum, { qty }) => sum + qty, 0);
      expect(position.allocated).toBe(promised);
      expect(position.onHand).toBeGreaterThanOrEqual(0);
    }
  });

  it('never delivers before it ships, nor ships before the order, and closes what it ships', () => {
    const { world, realisation } = tinyWorld(30);
    const placed = new Map<string, number>();
    const closed = new Map<string, number>();
    const leaves = new Map<string, number>();
    for (let day = 0; day < 25; day++) {
      if (day > 0) world.startDay();
      for (const order of day < 10 ? world.ordersOfDay() : []) {
        placed.set(order.orderId, order.placedAt);
        realisation.execute(order, erpPlan(world, order, order.placedAt), order.placedAt);
      }
      const report = realisation.closeDay();
      for (const { orderId, shippedAt, deliveredAt } of report.shipped) {
        expect(deliveredAt).toBeGreaterThan(shippedAt);
        const placedAt = placed.get(orderId);
        if (placedAt === undefined) continue;
        leaves.set(orderId, (leaves.get(orderId) ?? 0) + 1);
        expect(shippedAt).toBeGreaterThanOrEqual(placedAt);
      }
      for (const { deliveredAt, observedAt } of report.delivered) expect(observedAt).toBeGreaterThan(deliveredAt);
      for (const { orderId, shipments } of report.closed) if (placed.has(orderId)) closed.set(orderId, shipments);
    }
    expect(closed.size).toBeGreaterThan(80);
    for (const [orderId, shipments] of closed) expect(leaves.get(orderId) ?? 0).toBe(shipments);
  });

  it('says what the service can read: events, requests, snapshots sorted by id', () => {
    const { world } = tinyWorld(12);
    const at = world.today + 9 * 3_600_000;
    const events = startEvents(world, at);
    for (let first = 0; first < events.length; first += 1000)
      expect(parseEvents(sent(events.slice(first, first + 1000)), at).length).toBeGreaterThan(0);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    for (const request of ordersOf(world, 20, at)) {
      const parsed = parseRecommendation(sent(request));
      expect(parsed.order.placedAt).toBe(at);
    }
    const [order] = world.ordersOfDay(1);
    const snapshot = snapshotFor(world, order!, at);
    const keys = snapshot.supply.map(({ nodeId, itemId }) => `${nodeId}\u0000${itemId}`);
    expect(keys).toEqual([...keys].sort());
    expect(snapshot.lanes.every(({ zone }) => zone === order!.shipTo.zone)).toBe(true);
    expect(parseRecommendation(sent(requestOf(order!, erpPlan(world, order!, at), 'quote'))).mode).toBe('quote');
  });
});
