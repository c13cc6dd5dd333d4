import { z } from 'zod';
import { NODE_TYPES, TEMPERATURES } from '#domain/network.ts';
import { CREDIT_STATUSES, CUSTOMER_TIERS } from '#domain/order.ts';
import { TASKS } from '#domain/risk.ts';
import { DRIFT_STATES, type Snapshot } from '#domain/snapshot.ts';
import { DAY_MS, type Instant } from '#domain/time.ts';
import { utcOffsetsOf } from '#domain/time-zone.ts';
import {
  amount,
  currency,
  fields,
  gln,
  id,
  instant,
  listOf,
  localDate,
  localTime,
  numberBetween,
  oneOf,
  signedUnits,
  timeZone,
  units,
  uom,
  weekdays,
  wholeNumber,
} from './fields.ts';

/** Cut-offs and calendars are looked up to this far ahead. */
const HORIZON_DAYS = 60;

const MOST_NODES = 500;
const MOST_ITEMS = 2_000;
const MOST_LANES = 5_000;
const MOST_POSITIONS = 20_000;
const COUNT = wholeNumber(0, 10_000_000);

function perDate(value: z.ZodType<number>) {
  return z.record(localDate, value, 'an object of calendar dates');
}

export const item = fields({
  itemId: id,
  itemClass: id.default('GENERAL'),
  uom: uom.default('EA'),
  unitCost: amount,
  weightGrams: wholeNumber(0, 100_000_000),
  volumeCm3: wholeNumber(0, 1_000_000_000),
  lengthCm: numberBetween(0, 10_000).nullable().default(null),
  hazmat: z.boolean('true or false').default(false),
  temperature: oneOf(TEMPERATURES).default('AMBIENT'),
});

export const node = fields({
  nodeId: id,
  nodeType: oneOf(NODE_TYPES).default('DC'),
  gln: gln.nullable().default(null),
  region: id.default('ALL'),
  active: z.boolean('true or false').default(true),
  timeZone,
  cutoffTime: localTime.default('16:00'),
  nodeCalendar: fields({
    workingDays: weekdays.default([1, 2, 3, 4, 5]),
    closedDates: listOf(localDate, 0, 400).default([]),
  }).default({ workingDays: [1, 2, 3, 4, 5], closedDates: [] }),
  capacity: COUNT.nullable().default(null),
  capacityUom: oneOf(['UNIT', 'LINE', 'SHIPMENT']).default('SHIPMENT'),
  capacityConsumed: perDate(COUNT).default({}),
  backlog: COUNT.default(0),
  dockSlots: perDate(COUNT).nullable().default(null),
  laborUtilization: numberBetween(0, 5).nullable().default(null),
  processing: fields({
    perShipment: amount.default(0),
    perLine: amount.default(0),
    perUnit: amount.default(0),
  }).default({
    perShipment: 0,
    perLine: 0,
    perUnit: 0,
  }),
});

export const lane = fields({
  nodeId: id,
  zone: id,
  carrier: id,
  carrierService: id,
  expedited: z.boolean('true or false').default(false),
  active: z.boolean('true or false').default(true),
  distanceKm: numberBetween(0, 40_000),
  transitDays: numberBetween(0, 200),
  operatingDays: weekdays.default([1, 2, 3, 4, 5]),
  rate: fields({
    base: amount,
    perKg: amount.default(0),
    minimum: amount.default(0),
    fuelShare: numberBetween(0, 5).default(0),
  }),
  dimDivisor: numberBetween(1, 1_000_000).nullable().default(null),
  maxWeightGrams: wholeNumber(1, 100_000_000).nullable().default(null),
  maxLengthCm: numberBetween(1, 10_000).nullable().default(null),
  acceptsHazmat: z.boolean('true or false').default(false),
  temperatures: listOf(oneOf(TEMPERATURES), 1, 3).default(['AMBIENT']),
  performance: fields({
    delivered28: COUNT,
    late28: COUNT,
    delivered91: COUNT,
    late91: COUNT,
    meanTransitDays28: numberBetween(0, 400).nullable().default(null),
    meanTransitDays91: numberBetween(0, 400).nullable().default(null),
  })
    .nullable()
    .default(null),
  asOf: instant.optional(),
});

export const supplyPosition = fields({
  nodeId: id,
  itemId: id,
  onHand: signedUnits,
  reserved: units.default(0),
  allocated: units.default(0),
  inTransit: units.default(0),
  onOrder: units.default(0),
  safetyStock: units.default(0),
  supplyProtectionQty: units.default(0),
  protectedPriority: wholeNumber(1, 9).nullable().default(null),
  receiptsDue: listOf(fields({ qty: units, dueAt: instant }), 0, 200).default([]),
  leadTimeDays: numberBetween(0, 1_000).nullable().default(null),
  receivedAt: instant.nullable().default(null),
  demand: fields({ units7: COUNT, units28: COUNT, units91: COUNT, activeDays91: wholeNumber(0, 91) })
    .nullable()
    .default(null),
  picks91: fields({ picks: COUNT, short: COUNT }).nullable().default(null),
  receipts182: fields({ receipts: COUNT, late: COUNT }).nullable().default(null),
  asOf: instant.optional(),
});

/** Supply and network sent with the order, for callers whose world is elsewhere. */
export const inlineSnapshot = fields({
  /** Absent: when the request was decided. */
  asOf: instant.optional(),
  currency,
  items: listOf(item, 1, MOST_ITEMS),
  nodes: listOf(node, 1, MOST_NODES),
  lanes: listOf(lane, 0, MOST_LANES),
  supply: listOf(supplyPosition, 0, MOST_POSITIONS),
  customer: fields({ customerId: id, customerTier: oneOf(CUSTOMER_TIERS), creditStatus: oneOf(CREDIT_STATUSES) })
    .nullable()
    .default(null),
  freightSpent: listOf(fields({ nodeId: id, carrier: id, date: localDate, amount }), 0, MOST_LANES).default([]),
  dayTotals: fields({ date: localDate, orders: COUNT, suggested: COUNT, moved: COUNT }).optional(),
  drift: z.partialRecord(z.enum(TASKS, `one of ${TASKS.join(', ')}`), oneOf(DRIFT_STATES), 'an object').default({}),
}).superRefine((snapshot, context) => {
  const nodes = onceEach(snapshot.nodes, 'nodes', ({ nodeId }) => nodeId, context);
  const items = onceEach(snapshot.items, 'items', ({ itemId }) => itemId, context);
  onceEach(snapshot.lanes, 'lanes', (row) => key(row.nodeId, row.zone, row.carrierService), context);
  onceEach(snapshot.supply, 'supply', (row) => key(row.nodeId, row.itemId), context);
  const known = (list: string, index: number, field: string, ids: ReadonlySet<string>, value: string) => {
    if (!ids.has(value))
      context.addIssue({ code: 'custom', path: [list, index, field], message: 'an id that the snapshot lists' });
  };
  for (const [index, row] of snapshot.lanes.entries()) known('lanes', index, 'nodeId', nodes, row.nodeId);
  for (const [index, row] of snapshot.supply.entries()) {
    known('supply', index, 'nodeId', nodes, row.nodeId);
    known('supply', index, 'itemId', items, row.itemId);
  }
});
export type InlineSnapshot = z.output<typeof inlineSnapshot>;

function key(...parts: string[]): string {
  return parts.join('\u0000');
}

function onceEach<Row>(
  rows: readonly Row[],
  list: string,
  keyOf: (row: Row) => string,
  context: z.RefinementCtx,
): Set<string> {
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const value = keyOf(row);
    if (seen.has(value)) context.addIssue({ code: 'custom', path: [list, index], message: 'each of the list once' });
    seen.add(value);
  }
  return seen;
}

function sortedBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return rows
    .map((row) => [keyOf(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, row]) => row);
}

/** The domain's snapshot: sorted, lanes to the order's zone only, zone offsets looked up. */
export function snapshotOf(inline: InlineSnapshot, zone: string, now: Instant): Snapshot {
  const asOf = inline.asOf ?? now;
  const nodes = inline.nodes.map((row) => ({
    ...row,
    utcOffsets: utcOffsetsOf(row.timeZone, asOf, asOf + HORIZON_DAYS * DAY_MS),
  }));
  const lanes = inline.lanes.filter((row) => row.zone === zone).map((row) => ({ ...row, asOf: row.asOf ?? asOf }));
  const supply = inline.supply.map((row) => ({ ...row, asOf: row.asOf ?? asOf }));
  return {
    schema: 'snapshot@1',
    asOf,
    source: 'request',
    currency: inline.currency,
    items: sortedBy(inline.items, ({ itemId }) => itemId),
    nodes: sortedBy(nodes, ({ nodeId }) => nodeId),
    lanes: sortedBy(lanes, (row) => key(row.nodeId, row.carrierService)),
    supply: sortedBy(supply, (row) => key(row.nodeId, row.itemId)),
    customer: inline.customer,
    freightSpent: inline.freightSpent,
    dayTotals: inline.dayTotals ?? {
      date: new Date(asOf).toISOString().slice(0, 10),
      orders: 0,
      suggested: 0,
      moved: 0,
    },
    drift: { stockout: 'none', delay: 'none', split: 'none', ...inline.drift },
  };
}
