import { z } from 'zod';
import { orderId } from './parameters.ts';
import { EVERYONE, type Plan } from './plan.ts';

export const whyCarrier: Plan = {
  name: 'why-carrier',
  answers: 'Why this carrier or carrier service, and whether the guard changed it.',
  parameters: z.strictObject({ orderId }),
  roles: EVERYONE,
  rowCap: 20,
  examples: [
    'Why did the carrier change on {order}?',
    'Why is {order} going with {carrier}?',
    'What made us use {service} for {order}?',
  ],
  intent: {
    about: 'order',
    points: {
      CARRIER: 1.8,
      CARRIER_ID: 2,
      EXPEDITED: 1.6,
      WHY: 1.2,
      CHANGE: 0.8,
      CLAMP: 0.6,
      SERVICE: 0.4,
      WHATIF: -2,
      WHY_NOT: -0.6,
      NODE: -0.3,
      COST: -0.2,
      ALTERNATIVE: -1,
    },
    together: [
      ['CARRIER', 'CHANGE', 1],
      ['CARRIER_ID', 'WHY', 0.6],
      ['CARRIER', 'WHY', 1.6],
      ['CARRIER_ID', 'CHOSEN', 0.8],
    ],
    needs: ['CARRIER', 'CARRIER_ID', 'EXPEDITED', 'SERVICE'],
  },
};
