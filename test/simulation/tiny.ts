import { Distributor } from '#training/simulation/distributor.ts';
import { erpPlan } from '#training/simulation/erp-rule.ts';
import { NODES, ZONES } from '#training/simulation/geography.ts';
import { Realisation } from '#training/simulation/realisation.ts';

export const START = Date.parse('2025-02-03T00:00:00Z');

/** Small enough to live a season in a second. */
export const TINY = {
  seed: 7,
  start: START,
  items: 60,
  customers: 40,
  ordersPerDay: 14,
  nodes: NODES.slice(0, 4),
  zones: ZONES.slice(0, 5),
};

/** A tiny world on the morning after `days` days of the ERP's own rule. */
export function tinyWorld(days: number, seed = TINY.seed): { world: Distributor; realisation: Realisation } {
  const world = new Distributor({ ...TINY, seed, days: days + 5 });
  const realisation = new Realisation(world);
  for (let day = 0; day < days; day++) {
    world.startDay();
    for (const order of world.ordersOfDay())
      realisation.execute(order, erpPlan(world, order, order.placedAt), order.placedAt);
    realisation.closeDay();
  }
  world.startDay();
  return { world, realisation };
}
