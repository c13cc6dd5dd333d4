import { z } from 'zod';
import {
  country,
  currency,
  flag,
  gln,
  gtin,
  identifier,
  instant,
  localDate,
  localTime,
  money,
  numberBetween,
  oneOf,
  positiveQty,
  qty,
  signedQty,
  sscc,
  text,
  timeZone,
  uom,
  wholeNumber,
} from '#domain/fields.ts';
import { NODE_TYPES, TEMPERATURES } from '#domain/network.ts';
import { CREDIT_STATUSES, CUSTOMER_TIERS } from '#domain/order.ts';

/** `data` of each event, exactly: a field that is not listed is refused, so nothing personal is stored by accident. */
const exactly = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape);

const weekdays = z
  .array(wholeNumber(1, 7), { error: 'ISO weekdays, 1 is Monday' })
  .max(7)
  .transform((days) => [...new Set(days)].sort((a, b) => a - b));
const perDate = (value: z.ZodType<number, number>) =>
  z.record(localDate, value, { error: 'an object of local dates' }).describe('per local date of the node');

const dates = z.array(localDate, { error: 'a list of calendar dates' }).max(1000);
const nodeCalendar = exactly({
  workingDays: weekdays.describe('ISO weekdays on which the node ships'),
  closedDates: dates.default([]).describe('holidays and other days without shipping'),
});
const capacityUom = oneOf(['UNIT', 'LINE', 'SHIPMENT']);
const capacity = qty.nullable().describe('units of capacityUom a working day can ship; null: unlimited');
const cutoffTime = localTime.describe("in the node's own zone; orders after it leave on the next working day");

const receiptsDue = z
  .array(exactly({ qty: positiveQty, dueAt: instant }), { error: 'a list of receipts' })
  .max(200)
  .describe('replaces the earlier list; a receipt counts until a supply position with a later time has arrived');

const lane = { nodeId: identifier, zone: identifier, carrierService: identifier };
const rate = exactly({
  base: money,
  perKg: money,
  minimum: money.default(0),
  fuelShare: numberBetween(0, 5).default(0),
}).describe('freight = max(minimum, base + perKg x chargeable kg) x (1 + fuelShare), minor units');
const dimDivisor = numberBetween(1, 100_000).nullable().default(null).describe('cm3 that count as one kg');
const days = numberBetween(0, 365);

const orderFacts = exactly({
  orderId: identifier,
  customerId: identifier,
  customerTier: oneOf(CUSTOMER_TIERS).nullable().default(null),
  channel: identifier,
  priority: wholeNumber(1, 9).default(5),
  zone: identifier,
  requestedDeliveryDate: instant.nullable().default(null),
  promiseDate: instant.nullable().default(null),
  lines: z
    .array(exactly({ orderLineId: identifier, itemId: identifier, orderedQty: positiveQty }), {
      error: 'a list of 1 to 500 lines',
    })
    .min(1)
    .max(500),
}).describe('facts only: names, streets and notes have no field');

const shippedLines = z
  .array(exactly({ orderLineId: identifier, itemId: identifier, qty: positiveQty }), { error: 'a list of lines' })
  .max(500);
const holdOf = z
  .union([exactly({ decisionId: identifier }), exactly({ reservationId: identifier })], {
    error: 'either decisionId (all holds of the decision) or reservationId (one hold)',
  })
  .describe('either `decisionId` (all holds of the decision) or `reservationId` (one hold)');

/** What each event type carries. `time` of the event is the moment its data was true (`occurredAt`). */
export const EVENT_DATA = {
  'fairlead.item': exactly({
    itemId: identifier,
    gtin: gtin.nullable().default(null),
    itemClass: identifier,
    uom: uom.default('EA'),
    unitCost: money,
    currency,
    weightGrams: wholeNumber(0, 100_000_000),
    volumeCm3: numberBetween(0, 1_000_000_000),
    lengthCm: numberBetween(0, 100_000).nullable().default(null).describe('longest side'),
    hazmat: flag.default(false),
    temperature: oneOf(TEMPERATURES).default('AMBIENT'),
  }),
  'fairlead.node': exactly({
    nodeId: identifier,
    nodeType: oneOf(NODE_TYPES),
    gln: gln.nullable().default(null),
    region: identifier,
    active: flag.default(true),
    timeZone,
    cutoffTime,
    nodeCalendar,
    capacity,
    capacityUom,
    processing: exactly({ perShipment: money, perLine: money, perUnit: money }),
    currency,
  }),
  'fairlead.node.capacity': exactly({
    nodeId: identifier,
    capacity,
    capacityUom,
    capacityConsumed: perDate(qty),
    backlog: qty.default(0).describe('shipments waiting to be picked'),
  }),
  'fairlead.node.labor': exactly({
    nodeId: identifier,
    laborUtilization: numberBetween(0, 10).nullable().describe('share of planned hours, 1 is full'),
  }),
  'fairlead.node.dock-slots': exactly({
    nodeId: identifier,
    dockSlots: perDate(qty)
      .nullable()
      .describe('free slots per local date; a date not listed is free; null: none are kept'),
  }),
  'fairlead.node.calendar': exactly({ nodeId: identifier, cutoffTime, nodeCalendar }),
  'fairlead.zone': exactly({ zone: identifier, country }),
  'fairlead.lane': exactly({
    ...lane,
    carrier: identifier,
    expedited: flag.default(false),
    active: flag.default(true),
    distanceKm: numberBetween(0, 50_000),
    transitDays: days.describe("the carrier's own figure, in days of its calendar"),
    operatingDays: weekdays,
    rate,
    currency,
    dimDivisor,
    maxWeightGrams: wholeNumber(1, 100_000_000).nullable().default(null),
    maxLengthCm: numberBetween(0, 100_000).nullable().default(null),
    acceptsHazmat: flag.default(false),
    temperatures: z.array(oneOf(TEMPERATURES), { error: 'a list of temperatures' }).min(1).default(['AMBIENT']),
  }),
  'fairlead.lane.rate': exactly({ ...lane, rate, currency, dimDivisor }),
  'fairlead.carrier.performance': exactly({
    ...lane,
    delivered28: qty,
    late28: qty,
    delivered91: qty,
    late91: qty,
    meanTransitDays28: days.nullable().default(null),
    meanTransitDays91: days.nullable().default(null),
  })
    .refine(({ late28, delivered28, late91, delivered91 }) => late28 <= delivered28 && late91 <= delivered91, {
      error: 'at most as many late deliveries as deliveries',
    })
    .describe('deliveries of the last 28 and 91 days on the lane'),
  'fairlead.customer': exactly({
    customerId: identifier,
    customerTier: oneOf(CUSTOMER_TIERS),
    creditStatus: oneOf(CREDIT_STATUSES),
  }),
  'fairlead.supply.position': exactly({
    nodeId: identifier,
    itemId: identifier,
    onHand: signedQty,
    reserved: qty.default(0).describe("other systems' holds that are not in `allocated`; never the service's own"),
    allocated: qty.default(0),
    inTransit: qty.default(0),
    onOrder: qty.default(0),
    safetyStock: qty.default(0),
    supplyProtectionQty: qty.default(0),
    protectedPriority: wholeNumber(1, 9).nullable().default(null),
    leadTimeDays: days.nullable().default(null),
    receivedAt: instant.nullable().default(null).describe('when the oldest stock arrived: ageing'),
    receiptsDue: receiptsDue.optional(),
    demand: exactly({ units7: qty, units28: qty, units91: qty, activeDays91: wholeNumber(0, 91) })
      .optional()
      .describe('demand of the last 7, 28 and 91 days; where it is absent the last one sent stands'),
    picks91: exactly({ picks: qty, short: qty }).optional().describe('picks of the last 91 days, and short ones'),
    receipts182: exactly({ receipts: qty, late: qty })
      .optional()
      .describe('receipts of the last 182 days, and late ones'),
  }),
  'fairlead.receipt.due': exactly({ nodeId: identifier, itemId: identifier, receiptsDue }),
  'fairlead.order.created': orderFacts,
  'fairlead.order.changed': orderFacts,
  'fairlead.order.cancelled': exactly({ orderId: identifier, reason: text.nullable().default(null) }).describe(
    "releases the order's holds",
  ),
  'fairlead.shipment.shipped': exactly({
    shipmentId: identifier,
    orderId: identifier,
    decisionId: identifier.nullable().default(null).describe("null: the order's last decision"),
    nodeId: identifier,
    carrier: identifier,
    carrierService: identifier,
    sscc: sscc.nullable().default(null),
    lines: shippedLines,
    shortLines: shippedLines.default([]).describe('units planned from this node that did not leave: short picks'),
  }),
  'fairlead.shipment.delivered': exactly({ shipmentId: identifier }),
  'fairlead.shipment.failed': exactly({ shipmentId: identifier, reason: text.nullable().default(null) }),
  'fairlead.freight.invoiced': exactly({ shipmentId: identifier, freightInvoiced: money, currency }),
  'fairlead.reservation.confirmed': holdOf,
  'fairlead.reservation.released': holdOf,
} as const;

export type EventType = keyof typeof EVENT_DATA;
export type EventData<T extends EventType> = z.output<(typeof EVENT_DATA)[T]>;
/** What a sender writes: defaults may be left out, moments are RFC 3339. */
export type EventInput<T extends EventType> = z.input<(typeof EVENT_DATA)[T]>;

export const EVENT_TYPES = Object.keys(EVENT_DATA) as EventType[];
