import { z } from 'zod';
import { isSscc } from '#domain/identifiers.ts';
import { NODE_TYPES, TEMPERATURES } from '#domain/network.ts';
import { CREDIT_STATUSES, CUSTOMER_TIERS } from '#domain/order.ts';
import {
  amount,
  country,
  currency,
  fields,
  gln,
  gtin,
  id,
  instant,
  listOf,
  localDate,
  localTime,
  MOST_UNITS,
  numberBetween,
  oneOf,
  text,
  timeZone,
  uom,
  weekdays,
  wholeNumber,
} from '#src/wire/fields.ts';

// `data` of each event is exactly this: a field that is not listed is refused, so nothing personal is stored by accident.
const MOST_SUPPLY = 10_000_000; // screws are kept by the million; more than this was mistyped
const units = wholeNumber(0, MOST_SUPPLY);
const signedUnits = wholeNumber(-MOST_SUPPLY, MOST_SUPPLY);
const positiveUnits = wholeNumber(1, MOST_SUPPLY);
const orderedUnits = wholeNumber(1, MOST_UNITS);
const flag = z.boolean('true or false');
const reason = text(500).nullable().default(null);
const SSCC = 'an SSCC of 18 digits with a correct check digit';
const sscc = z.string(SSCC).refine(isSscc, SSCC).nullable().default(null).describe(SSCC);
const perDate = (value: z.ZodType<number, number>) =>
  z.record(localDate, value, { error: 'an object of local dates' }).describe('per local date of the node');

const dates = listOf(localDate, 0, 1000);
const nodeCalendar = fields({
  workingDays: weekdays.describe('ISO weekdays on which the node ships'),
  closedDates: dates.default([]).describe('holidays and other days without shipping'),
});
const capacityUom = oneOf(['UNIT', 'LINE', 'SHIPMENT']);
const capacity = units.nullable().describe('units of capacityUom a working day can ship; null: unlimited');
const cutoffTime = localTime.describe(
  "such as 16:30, in the node's own zone; orders after it leave on the next working day",
);

const receiptsDue = listOf(fields({ qty: positiveUnits, dueAt: instant }), 0, 200).describe(
  'replaces the earlier list; a receipt counts until a supply position with a later time has arrived',
);

const lane = { nodeId: id, zone: id, carrierService: id };
const rate = fields({
  base: amount,
  perKg: amount,
  minimum: amount.default(0),
  fuelShare: numberBetween(0, 5).default(0),
}).describe('freight = max(minimum, base + perKg x chargeable kg) x (1 + fuelShare), minor units');
const dimDivisor = numberBetween(1, 100_000).nullable().default(null).describe('cm3 that count as one kg');
const days = numberBetween(0, 365);

const orderFacts = fields({
  orderId: id,
  customerId: id,
  customerTier: oneOf(CUSTOMER_TIERS).nullable().default(null),
  channel: id,
  priority: wholeNumber(1, 9).default(5),
  zone: id,
  requestedDeliveryDate: instant.nullable().default(null),
  promiseDate: instant.nullable().default(null),
  lines: listOf(fields({ orderLineId: id, itemId: id, orderedQty: orderedUnits }), 1, 500),
}).describe('facts only: names, streets and notes have no field');

const shippedLines = listOf(fields({ orderLineId: id, itemId: id, qty: positiveUnits }), 0, 500);
const holdOf = z
  .union([fields({ decisionId: id }), fields({ reservationId: id })], {
    error: 'either decisionId (all holds of the decision) or reservationId (one hold)',
  })
  .describe('either `decisionId` (all holds of the decision) or `reservationId` (one hold)');

/** What each event type carries. `time` of the event is the moment its data was true (`occurredAt`). */
export const EVENT_DATA = {
  'fairlead.item': fields({
    itemId: id,
    gtin: gtin.nullable().default(null).describe('GTIN-8, -12, -13 or -14 with a correct check digit'),
    itemClass: id,
    uom: uom.default('EA'),
    unitCost: amount,
    currency,
    weightGrams: wholeNumber(0, 100_000_000),
    volumeCm3: numberBetween(0, 1_000_000_000),
    lengthCm: numberBetween(0, 100_000).nullable().default(null).describe('longest side'),
    hazmat: flag.default(false),
    temperature: oneOf(TEMPERATURES).default('AMBIENT'),
  }),
  'fairlead.node': fields({
    nodeId: id,
    nodeType: oneOf(NODE_TYPES),
    gln: gln.nullable().default(null).describe('GLN-13 with a correct check digit'),
    region: id,
    active: flag.default(true),
    timeZone: timeZone.describe('IANA name such as `Europe/Berlin`'),
    cutoffTime,
    nodeCalendar,
    capacity,
    capacityUom,
    processing: fields({ perShipment: amount, perLine: amount, perUnit: amount }),
    currency,
  }),
  'fairlead.node.capacity': fields({
    nodeId: id,
    capacity,
    capacityUom,
    capacityConsumed: perDate(units),
    backlog: units.default(0).describe('shipments waiting to be picked'),
  }),
  'fairlead.node.labor': fields({
    nodeId: id,
    laborUtilization: numberBetween(0, 10).nullable().describe('share of planned hours, 1 is full'),
  }),
  'fairlead.node.dock-slots': fields({
    nodeId: id,
    dockSlots: perDate(units)
      .nullable()
      .describe('free slots per local date; a date not listed is free; null: none are kept'),
  }),
  'fairlead.node.calendar': fields({ nodeId: id, cutoffTime, nodeCalendar }),
  'fairlead.zone': fields({ zone: id, country }),
  'fairlead.lane': fields({
    ...lane,
    carrier: id,
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
    temperatures: listOf(oneOf(TEMPERATURES), 1, TEMPERATURES.length).default(['AMBIENT']),
  }),
  'fairlead.lane.rate': fields({ ...lane, rate, currency, dimDivisor }),
  'fairlead.carrier.performance': fields({
    ...lane,
    delivered28: units,
    late28: units,
    delivered91: units,
    late91: units,
    meanTransitDays28: days.nullable().default(null),
    meanTransitDays91: days.nullable().default(null),
  })
    .refine(({ late28, delivered28, late91, delivered91 }) => late28 <= delivered28 && late91 <= delivered91, {
      error: 'at most as many late deliveries as deliveries',
    })
    .describe('deliveries of the last 28 and 91 days on the lane'),
  'fairlead.customer': fields({
    customerId: id,
    customerTier: oneOf(CUSTOMER_TIERS),
    creditStatus: oneOf(CREDIT_STATUSES),
  }),
  'fairlead.supply.position': fields({
    nodeId: id,
    itemId: id,
    onHand: signedUnits,
    reserved: units.default(0).describe("other systems' holds that are not in `allocated`; never the service's own"),
    allocated: units.default(0),
    inTransit: units.default(0),
    onOrder: units.default(0),
    safetyStock: units.default(0),
    supplyProtectionQty: units.default(0),
    protectedPriority: wholeNumber(1, 9).nullable().default(null),
    leadTimeDays: days.nullable().default(null),
    receivedAt: instant.nullable().default(null).describe('when the oldest stock arrived: ageing'),
    receiptsDue: receiptsDue.optional(),
    demand: fields({ units7: units, units28: units, units91: units, activeDays91: wholeNumber(0, 91) })
      .optional()
      .describe('demand of the last 7, 28 and 91 days; where it is absent the last one sent stands'),
    picks91: fields({ picks: units, short: units }).optional().describe('picks of the last 91 days, and short ones'),
    receipts182: fields({ receipts: units, late: units })
      .optional()
      .describe('receipts of the last 182 days, and late ones'),
  }),
  'fairlead.receipt.due': fields({ nodeId: id, itemId: id, receiptsDue }),
  'fairlead.order.created': orderFacts,
  'fairlead.order.changed': orderFacts,
  'fairlead.order.cancelled': fields({ orderId: id, reason: reason }).describe("releases the order's holds"),
  'fairlead.shipment.shipped': fields({
    shipmentId: id,
    orderId: id,
    decisionId: id.nullable().default(null).describe("null: the order's last decision"),
    nodeId: id,
    carrier: id,
    carrierService: id,
    sscc,
    lines: shippedLines,
    shortLines: shippedLines.default([]).describe('units planned from this node that did not leave: short picks'),
  }),
  'fairlead.shipment.delivered': fields({ shipmentId: id }),
  'fairlead.shipment.failed': fields({ shipmentId: id, reason: reason }),
  'fairlead.freight.invoiced': fields({ shipmentId: id, freightInvoiced: amount, currency }),
  'fairlead.reservation.confirmed': holdOf,
  'fairlead.reservation.released': holdOf,
} as const;

export type EventType = keyof typeof EVENT_DATA;
export type EventData<T extends EventType> = z.output<(typeof EVENT_DATA)[T]>;
/** What a sender writes: defaults may be left out, moments are RFC 3339. */
export type EventInput<T extends EventType> = z.input<(typeof EVENT_DATA)[T]>;

export const EVENT_TYPES = Object.keys(EVENT_DATA) as EventType[];
