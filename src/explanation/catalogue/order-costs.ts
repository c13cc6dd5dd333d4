import { z } from 'zod';
import { orderId } from './parameters.ts';
import { DESK, type Plan } from './plan.ts';

export const orderCosts: Plan = {
  name: 'order-costs',
  answers: 'The cost to serve of an order, term by term.',
  parameters: z.strictObject({ orderId }),
  roles: DESK,
  rowCap: 20,
  plots: 'the cost terms',
  examples: [
    'What does {order} cost to serve?',
    'Cost breakdown for {order}',
    'How much freight do we pay on {order}?',
  ],
  intent: {
    about: 'order',
    points: { COST: 3, METRIC: 1.4, SHOW: 0.1, WHY: -0.5, WHATIF: -2, SAVINGS: 0.5, ALTERNATIVE: -0.4, STOCK: -0.5 },
    needs: ['COST', 'METRIC'],
  },
};
