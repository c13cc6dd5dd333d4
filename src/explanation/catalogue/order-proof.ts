import { z } from 'zod';
import { orderId } from './parameters.ts';
import { EVERYONE, type Plan } from './plan.ts';

export const orderProof: Plan = {
  name: 'order-proof',
  answers: 'Where the decision for an order stands in the log and how to verify it.',
  parameters: z.strictObject({ orderId }),
  roles: EVERYONE,
  rowCap: 20,
  examples: ['Show me the proof for {order}', 'Where is {order} in the log?', 'Receipt for the decision on {order}'],
  intent: {
    about: 'order',
    points: { PROOF: 4.2 },
    needs: ['PROOF'],
  },
};
