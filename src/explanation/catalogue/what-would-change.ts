import { z } from 'zod';
import { orderId } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const whatWouldChange: Plan = {
  name: 'what-would-change',
  answers:
    'The smallest change that would alter the outcome of an order: promise date, tier, freight cap, stock, carrier service or split allowed, each verified by deciding again.',
  parameters: z.strictObject({
    orderId,
    lever: z
      .enum(['promiseDate', 'customerTier', 'freightCap', 'stock', 'carrierService', 'split'])
      .optional()
      .describe('only this lever, where the question names one'),
  }),
  roles: OFFICE,
  rowCap: 20,
  examples: [
    'What would have to change to ship {order} whole?',
    'How can we unblock {order}?',
    'Smallest change that flips {order}?',
  ],
  intent: {
    about: 'order',
    points: { WOULD_CHANGE: 3.8, BLOCK: 0.3, WHY: -0.4, SPLIT: 0.2 },
    needs: ['WOULD_CHANGE'],
  },
};
