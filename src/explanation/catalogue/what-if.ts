import { z } from 'zod';
import { carrierService, customerTier, itemId, nodeId, orderId } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const whatIf: Plan = {
  name: 'what-if',
  answers: 'The order decided again with one or more things changed, compared with what was decided.',
  parameters: z.strictObject({
    orderId,
    promiseShiftDays: z.int().min(-60).max(60).optional().describe('days later (+) or earlier (-)'),
    promiseDate: z.iso.datetime().optional().describe('the new promise'),
    customerTier: customerTier.optional(),
    freightCap: z.number().min(0).optional().describe('freight per order, in major units of its currency'),
    carrierService: carrierService.optional().describe('only this service'),
    splitAllowed: z.boolean().optional().describe('false: one shipment'),
    nodeId: nodeId.optional().describe('where stock is added, or the node it must ship from'),
    itemId: itemId.optional(),
    addQty: z.int().min(1).max(1_000_000).optional().describe('units added at `nodeId`'),
  }),
  roles: OFFICE,
  rowCap: 20,
  examples: [
    'What if the promise for {order} was 2 days later?',
    'What if {order} could not be split?',
    'Suppose {order} had a GOLD customer, what then?',
  ],
  intent: {
    about: 'order',
    points: { WHATIF: 4, NUMBER: 0.3, WOULD_CHANGE: -0.4, WHY: -1 },
    needs: ['WHATIF'],
  },
};
