import type { Order, OrderLine, ServiceLevel } from '#domain/order.ts';
import { DAY_MS, HOUR_MS, type Instant } from '#domain/time.ts';
import { utcWeekday } from './calendar.ts';
import type { CatalogueItem } from './catalogue.ts';
import type { Customer } from './customers.ts';
import type { ZonePlan } from './geography.ts';
import type { Random } from './random.ts';

/** Orders of a weekday over those of a mean day, Monday first. */
const WEEKDAY_SHAPE = [1.35, 1.2, 1.1, 1.05, 1.1, 0.7, 0.5];
const PEAK_MONTHS = new Map([
  [7, 0.8],
  [10, 1.2],
  [11, 1.25],
]);

/** How busy a day is: 1 is a mean day. */
export function orderIntensity(day: Instant): number {
  return WEEKDAY_SHAPE[utcWeekday(day) - 1]! * (PEAK_MONTHS.get(new Date(day).getUTCMonth()) ?? 1);
}

/** What draws items: popularity with season and this week's trend, as running sums. */
export function itemWeights(items: readonly CatalogueItem[], trends: Float64Array, day: Instant): Float64Array {
  const month = new Date(day).getUTCMonth();
  const sums = new Float64Array(items.length);
  let total = 0;
  for (const [index, { popularity, season }] of items.entries()) {
    const height = Math.cos((2 * Math.PI * (month - season.peakMonth)) / 12);
    total += popularity * (1 + season.amplitude * height) * Math.exp(trends[index]!);
    sums[index] = total;
  }
  return sums;
}

/** First index whose running sum is above a uniform draw. */
export function drawIndex(sums: Float64Array, random: Random): number {
  const target = random.next() * sums[sums.length - 1]!;
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Working days that the sales desk promises, by service level. */
const PROMISE_DAYS: Record<ServiceLevel, number> = { ECONOMY: 8, STANDARD: 5, EXPRESS: 2, SAME_DAY: 1 };
const LEVELS: readonly ServiceLevel[] = ['ECONOMY', 'STANDARD', 'EXPRESS', 'SAME_DAY'];
const LEVEL_SHARES = [18, 60, 20, 2];
const MAX_LINE_QTY = 250;

export interface OrderSource {
  readonly items: readonly CatalogueItem[];
  readonly zones: readonly ZonePlan[];
  readonly customers: readonly Customer[];
  readonly customerSums: Float64Array;
  readonly itemSums: Float64Array;
}

/** One order at a moment, as the order desk would take it. */
export function drawOrder(source: OrderSource, orderId: string, placedAt: Instant, random: Random): Order {
  const customer = source.customers[drawIndex(source.customerSums, random)]!;
  const zone = source.zones[customer.zone]!;
  const serviceLevel = LEVELS[random.weighted(LEVEL_SHARES)]!;
  const shipComplete = random.chance(0.1);
  return {
    orderId,
    customerId: customer.customerId,
    customerTier: customer.customerTier,
    channel: customer.channel,
    creditStatus: customer.creditStatus,
    currency: 'EUR',
    priority: { PLATINUM: 2, GOLD: 4, SILVER: 5, STANDARD: 6 }[customer.customerTier],
    serviceLevel,
    placedAt,
    shipTo: { zone: zone.zone, country: zone.country },
    requestedDeliveryDate: null,
    promiseDate: random.chance(0.03) ? null : promise(serviceLevel, placedAt, random),
    deliveryWindow: null,
    shipComplete,
    allowPartial: !shipComplete && random.chance(0.85),
    allowBackorder: random.chance(0.7),
    allowSubstitution: random.chance(0.15),
    maxSplits: random.chance(0.2) ? 1 + random.int(3) : null,
    preferredCarrierServices: [],
    firmNodeId: null,
    lines: drawLines(source, random),
  };
}

/** 18:00 UTC of a day that is not a Sunday; sales desks promise a day more or less now and then. */
function promise(level: ServiceLevel, placedAt: Instant, random: Random): Instant {
  let day = Math.floor(placedAt / DAY_MS) * DAY_MS;
  let left = PROMISE_DAYS[level] + (level === 'SAME_DAY' ? 0 : random.weighted([1, 3, 1]) - 1);
  while (left > 0) {
    day += DAY_MS;
    const weekday = utcWeekday(day);
    if (weekday < 6 || (weekday === 6 && level === 'EXPRESS')) left--;
  }
  return day + 18 * HOUR_MS;
}

/** One item leads; what is bought with it often follows. The same item may stand on two lines. */
function drawLines(source: OrderSource, random: Random): OrderLine[] {
  const leader = drawIndex(source.itemSums, random);
  const chosen = [leader];
  for (const companion of source.items[leader]!.companions) if (random.chance(0.22)) chosen.push(companion);
  const more = random.weighted([50, 25, 12, 7, 3, 2, 1]);
  for (let i = 0; i < more; i++) chosen.push(drawIndex(source.itemSums, random));
  return chosen.map((index, position) => line(source, index, position, random));
}

function line(source: OrderSource, index: number, position: number, random: Random): OrderLine {
  const { item, unitPrice, meanQty, qtyVariation, substitutes } = source.items[index]!;
  return {
    orderLineId: String(position + 1),
    itemId: item.itemId,
    gtin: null,
    orderedQty: Math.min(MAX_LINE_QTY, Math.max(1, Math.round(random.lognormal(meanQty, qtyVariation)))),
    uom: item.uom,
    unitPrice,
    firmNodeId: null,
    substituteItemIds: substitutes.map((other) => source.items[other]!.item.itemId),
  };
}
