import { z } from 'zod';
import { orderId } from './parameters.ts';
import { EVERYONE, type Plan } from './plan.ts';

export const orderAlternatives: Plan = {
  name: 'order-alternatives',
  answers: 'The other plans that were considered for an order, ranked, with cost and why they lost.',
  parameters: z.strictObject({ orderId }),
  roles: EVERYONE,
  rowCap: 60,
  examples: [
    'What were the alternatives for {order}?',
    'What else could we have done with {order}?',
    'Which candidates were rejected for {order}?',
  ],
  intent: {
    about: 'order',
    points: { ALTERNATIVE: 3.2, WHY_NOT: 0.2, WHY: -0.6, COST: 0.1 },
    needs: ['ALTERNATIVE'],
  },
};
