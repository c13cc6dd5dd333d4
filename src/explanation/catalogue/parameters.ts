import { z } from 'zod';
import { CUSTOMER_TIERS } from '#domain/order.ts';
import { TASKS } from '#domain/risk.ts';
import { METRICS } from '#explanation/grammar/metrics.ts';

const id = z.string().min(1).max(200);

export const orderId = id.describe('an order, or a decision by its id');
export const nodeId = id.describe('a sourcing location');
export const carrier = id.describe('a carrier');
export const carrierService = id.describe('a service of a carrier');
export const zone = id.describe('the delivery zone, the far end of a lane');
export const customerId = id.describe('a customer');
export const customerTier = z.enum(CUSTOMER_TIERS).describe('the tier of the customer');
export const channel = id.describe('the sales channel');
export const itemId = id.describe('an item');
export const ruleId = id.describe('a rule of the policy');
export const from = z.iso.datetime().describe('start of the period, counted in; absent: all that is recorded');
export const to = z.iso.datetime().describe('end of the period, not counted in');
export const top = z.int().min(1).max(100).describe('only this many rows, where the question names a number');

/** What narrows a question about many decisions; every one may be absent. */
export const filters = {
  from: from.optional(),
  to: to.optional(),
  nodeId: nodeId.optional(),
  carrier: carrier.optional(),
  carrierService: carrierService.optional(),
  zone: zone.optional(),
  customerId: customerId.optional(),
  customerTier: customerTier.optional(),
  channel: channel.optional(),
  itemId: itemId.optional(),
} as const;

export const period = { from: from.optional(), to: to.optional() } as const;

export const CONDITIONS = [
  'split',
  'clamped',
  'pendingApproval',
  'exception',
  'notSourced',
  'partiallySourced',
  'fullySourced',
  'backordered',
  'late',
  'overridden',
  'expedited',
  'degraded',
  'movedFromErp',
] as const;
export type Condition = (typeof CONDITIONS)[number];
export const condition = z
  .enum(CONDITIONS)
  .describe(
    'what the orders have in common: `late` is delivered after the promise, `backordered` has a short line, `movedFromErp` differs from the suggested option',
  );

/** Approvals, exceptions and overrides have plans of their own, so a list of orders has none of these. */
export const listed = condition
  .exclude(['pendingApproval', 'exception', 'overridden'])
  .describe(
    'what the orders have in common: `late` is delivered after the promise, `backordered` has a short line, `movedFromErp` differs from the suggested option',
  );

export const GROUPS = [
  'node',
  'carrier',
  'carrierService',
  'lane',
  'zone',
  'customer',
  'customerTier',
  'channel',
  'item',
  'day',
  'week',
  'month',
] as const;
export type Group = (typeof GROUPS)[number];
export const groupBy = z.enum(GROUPS).describe('one row for each; `which node`, `by week`, `per carrier`');

export const metric = z.enum(METRICS).describe('a KPI by its name; `freight` is planned freight');
export const task = z.enum(TASKS).describe('one of the three risk models');
export const risk = z.enum(TASKS).describe('which risk');
