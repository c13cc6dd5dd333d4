import { z } from 'zod';
import { orderId } from './parameters.ts';
import { EVERYONE, type Plan } from './plan.ts';

export const whyBlocked: Plan = {
  name: 'why-blocked',
  answers:
    'Why an order is held, not (fully) sourced, on the exception queue or waiting for approval: the binding rules and reasons.',
  parameters: z.strictObject({ orderId }),
  roles: EVERYONE,
  rowCap: 20,
  examples: ['Why is {order} stuck?', 'What is holding up {order}?', 'Why does {order} wait for approval?'],
  intent: {
    about: 'order',
    points: {
      BLOCK: 2.6,
      EXCEPTION: 2,
      APPROVAL: 2.1,
      BACKORDER: 2.2,
      NOT_SOURCED: 1.6,
      PARTIAL: 1.8,
      PENDING: 0.5,
      WHY: 1,
      DEGRADED: 0.5,
      STOCK: 0.5,
      WHY_NOT: 0.2,
      WHATIF: -2,
      WOULD_CHANGE: -0.4,
      STOCKOUT: 0.4,
      OWNER: 0.5,
    },
    together: [
      ['BLOCK', 'WHY', 0.4],
      ['WHY', 'PENDING', 1.6],
    ],
    needs: ['BLOCK', 'EXCEPTION', 'APPROVAL', 'BACKORDER', 'NOT_SOURCED', 'PARTIAL', 'PENDING'],
  },
};
