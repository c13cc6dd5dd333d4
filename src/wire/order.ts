import { z } from 'zod';
import { CREDIT_STATUSES, CUSTOMER_TIERS, SERVICE_LEVELS } from '#domain/order.ts';
import {
  amount,
  country,
  currency,
  fields,
  gtin,
  id,
  instant,
  listOf,
  MOST_UNITS,
  oneOf,
  text,
  uom,
  wholeNumber,
} from './fields.ts';

/** More lines than any order of a distributor has, and few enough that one order cannot hold up the others. */
export const MOST_LINES = 500;

/** Minor units of a whole order: keeps every sum of costs an exact integer. */
const MOST_ORDER_VALUE = 100_000_000_000_000;

export const orderLine = fields({
  orderLineId: id,
  itemId: id,
  gtin: gtin.nullable().default(null),
  orderedQty: wholeNumber(1, MOST_UNITS),
  uom: uom.default('EA'),
  unitPrice: amount,
  firmNodeId: id.nullable().default(null),
  substituteItemIds: listOf(id, 0, 20).default([]),
});

/** The facts that decide. Parsed, it is the domain's `Order` but for what the world may know better. */
export const orderFacts = fields({
  orderId: id,
  customerId: id,
  /** Absent: what the world knows of the customer, else STANDARD. */
  customerTier: oneOf(CUSTOMER_TIERS).optional(),
  channel: id.default('DIRECT'),
  /** Absent: what the world knows of the customer, else OK. */
  creditStatus: oneOf(CREDIT_STATUSES).optional(),
  currency,
  priority: wholeNumber(1, 9).default(5),
  serviceLevel: oneOf(SERVICE_LEVELS).default('STANDARD'),
  /** Absent: when the request was decided. */
  placedAt: instant.optional(),
  shipTo: fields({ zone: id, country }),
  requestedDeliveryDate: instant.nullable().default(null),
  promiseDate: instant.nullable().default(null),
  deliveryWindow: fields({ from: instant, to: instant })
    .refine(({ from, to }) => from < to, 'a window that begins before it ends')
    .nullable()
    .default(null),
  shipComplete: z.boolean('true or false').default(false),
  allowPartial: z.boolean('true or false').default(true),
  allowBackorder: z.boolean('true or false').default(true),
  allowSubstitution: z.boolean('true or false').default(false),
  maxSplits: wholeNumber(1, 50).nullable().default(null),
  preferredCarrierServices: listOf(id, 0, 50).default([]),
  firmNodeId: id.nullable().default(null),
  lines: listOf(orderLine, 1, MOST_LINES),
}).superRefine((order, context) => {
  const seen = new Set<string>();
  for (const [index, line] of order.lines.entries()) {
    if (seen.has(line.orderLineId))
      context.addIssue({
        code: 'custom',
        path: ['lines', index, 'orderLineId'],
        message: 'an orderLineId that no other line of the order has',
      });
    seen.add(line.orderLineId);
  }
  const value = order.lines.reduce((sum, line) => sum + line.orderedQty * line.unitPrice, 0);
  if (value > MOST_ORDER_VALUE)
    context.addIssue({ code: 'custom', path: ['lines'], message: `an order worth at most ${MOST_ORDER_VALUE}` });
});

/** Kept apart and encrypted under the subject's key; nothing that decides has a type for it. */
export const personalData = fields({
  name: text(200).optional(),
  street: text(300).optional(),
  phone: text(50).optional(),
  email: text(200).optional(),
  notes: text(2000).optional(),
});
export type PersonalData = z.output<typeof personalData>;

/** What the ERP would have done by itself. `itemId` is for a substitute; absent, it is the line's own item. */
export const suggestedOption = fields({
  shipments: listOf(
    fields({
      nodeId: id,
      carrierService: id,
      assignments: listOf(
        fields({ orderLineId: id, itemId: id.optional(), qty: wholeNumber(1, MOST_UNITS) }),
        1,
        MOST_LINES,
      ),
    }),
    1,
    50,
  ).refine(
    (shipments) => new Set(shipments.map(({ nodeId }) => nodeId)).size === shipments.length,
    'at most one shipment per node',
  ),
});
