import { z } from 'zod';
import { orderId } from './parameters.ts';
import { EVERYONE, type Plan } from './plan.ts';

export const whySplit: Plan = {
  name: 'why-split',
  answers: 'Why an order goes in more than one shipment (or in one only), and what a single shipment would have cost.',
  parameters: z.strictObject({ orderId }),
  roles: EVERYONE,
  rowCap: 20,
  examples: [
    'Why was {order} split?',
    'How come {order} goes out in two parcels?',
    'Reason for multiple shipments on {order}?',
  ],
  intent: {
    about: 'order',
    points: { SPLIT: 3.4, WHY: 1, NODE: 0.3, ALTERNATIVE: -0.5, WHATIF: -1.5, WOULD_CHANGE: -1, RISK: -1.5 },
    needs: ['SPLIT'],
  },
};
