import type { PlanDraft } from '#domain/candidate.ts';
import type { Order } from '#domain/order.ts';
import { DAY_MS, HOUR_MS, type Instant, toRfc3339 } from '#domain/time.ts';
import type { RecommendationBody } from '#src/request.ts';
import type { CloudEvent } from '#world/events.ts';
import { DEMO_CASES, type DemoCase } from './demo-cases.ts';
import { Distributor } from './distributor.ts';
import { erpPlan } from './erp-rule.ts';
import { startEvents } from './events.ts';
import { Realisation } from './realisation.ts';

/** Days lived before the demo starts, so that counts over 91 days are full. */
const LIVED_DAYS = 95;
/** The ERP's orders of these hours of the day came before the demo's. */
const DEMO_HOUR = 9;

/** The distributor on the day of `at`, with the days before it lived by the ERP's own rule. */
export function livedWorld(
  seed: number,
  at: Instant,
  days = LIVED_DAYS,
  size: { items?: number; ordersPerDay?: number } = {},
): Distributor {
  const midnight = Math.floor(at / DAY_MS) * DAY_MS;
  const world = new Distributor({ seed, start: midnight - days * DAY_MS, days: days + 30, ...size });
  const realisation = new Realisation(world);
  for (let day = 0; day < days; day++) {
    world.startDay();
    for (const order of world.ordersOfDay())
      realisation.execute(order, erpPlan(world, order, order.placedAt), order.placedAt);
    realisation.closeDay();
  }
  world.startDay();
  for (const order of world
    .ordersOfDay()
    .filter(({ placedAt }) => placedAt < Math.min(at, midnight + DEMO_HOUR * HOUR_MS)))
    realisation.execute(order, erpPlan(world, order, order.placedAt), order.placedAt);
  return world;
}

/** The events that a service starts from, as of `at`. */
export function demoWorld(seed: number, at: Instant): CloudEvent[] {
  return startEvents(livedWorld(seed, at), at);
}

/** `count` orders as an orchestrator would send them at `at`: ordinary ones, and in turn each of the cases in demo-cases.ts. */
export function demoOrders(seed: number, count: number, at: Instant): RecommendationBody[] {
  return ordersOf(livedWorld(seed, at), count, at);
}

/** Both from one world, which takes seconds to live. */
export function demo(seed: number, count: number, at: Instant): { events: CloudEvent[]; orders: RecommendationBody[] } {
  const world = livedWorld(seed, at);
  return { events: startEvents(world, at), orders: ordersOf(world, count, at) };
}

export function ordersOf(world: Distributor, count: number, at: Instant): RecommendationBody[] {
  const drawn = world.ordersOfDay(count);
  return drawn.map((order, index) => {
    // The demo's orders come now, whatever the hour that was drawn; their promises move along.
    const shift = at - order.placedAt;
    const moved = {
      ...order,
      orderId: `DEMO-${String(index + 1).padStart(4, '0')}`,
      placedAt: at,
      promiseDate:
        order.promiseDate === null ? null : order.promiseDate + Math.max(0, Math.floor(shift / DAY_MS)) * DAY_MS,
    };
    const demoCase: DemoCase | undefined =
      index % 2 === 1 ? DEMO_CASES[((index - 1) / 2) % DEMO_CASES.length] : undefined;
    const shaped = demoCase ? demoCase.shape(moved, world) : moved;
    return requestOf(shaped, erpPlan(world, shaped, at));
  });
}

/** An order as it is sent; what the ERP would do by itself goes with it. */
export function requestOf(
  order: Order,
  suggested: PlanDraft | null,
  mode: 'quote' | 'shadow' | 'hold' = 'hold',
): RecommendationBody {
  const { placedAt, requestedDeliveryDate, promiseDate, deliveryWindow, lines, preferredCarrierServices, ...rest } =
    order;
  return {
    mode,
    order: {
      ...rest,
      placedAt: toRfc3339(placedAt),
      requestedDeliveryDate: requestedDeliveryDate === null ? null : toRfc3339(requestedDeliveryDate),
      promiseDate: promiseDate === null ? null : toRfc3339(promiseDate),
      deliveryWindow:
        deliveryWindow === null ? null : { from: toRfc3339(deliveryWindow.from), to: toRfc3339(deliveryWindow.to) },
      preferredCarrierServices: [...preferredCarrierServices],
      lines: lines.map((line) => ({ ...line, uom: 'EA', substituteItemIds: [...line.substituteItemIds] })),
    },
    ...(suggested
      ? {
          suggestedOption: {
            shipments: suggested.shipments.map((shipment) => ({
              ...shipment,
              assignments: shipment.assignments.map((assignment) => ({ ...assignment })),
            })),
          },
        }
      : {}),
  };
}
