import { z } from 'zod';
import { orderId } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const orderHistory: Plan = {
  name: 'order-history',
  answers:
    'Everything on record about an order in time order: decisions, approvals, overrides, exceptions, shipments, deliveries.',
  parameters: z.strictObject({ orderId }),
  roles: OFFICE,
  rowCap: 100,
  examples: ['What happened to {order}?', 'Timeline of {order}', 'Show the history of {order}'],
  intent: {
    about: 'order',
    points: { HISTORY: 3, SHOW: 0.2, WHY: -1, CHANGE: -0.3 },
    needs: ['HISTORY'],
  },
};
