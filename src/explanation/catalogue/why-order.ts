import { z } from 'zod';
import { orderId } from './parameters.ts';
import { EVERYONE, type Plan } from './plan.ts';

export const whyOrder: Plan = {
  name: 'why-order',
  answers: 'Why this plan won: nodes and services chosen, the cost terms and what the next best would have cost.',
  parameters: z.strictObject({ orderId }),
  roles: EVERYONE,
  rowCap: 20,
  plots: 'cost terms of the chosen plan beside those of the next best',
  examples: [
    'Why did {order} ship from {node}?',
    'Explain the decision for {order}',
    'What made you choose this plan for {order}?',
  ],
  intent: {
    about: 'order',
    points: {
      WHY: 2.4,
      CHOSEN: 0.7,
      NODE: 0.7,
      NODE_ID: 0.5,
      MODEL: 0.3,
      COST: 0.3,
      ALTERNATIVE: -0.5,
      CHANGE: -1.2,
      DIFFERENT_NOW: -1,
    },
    together: [['WHY', 'CHOSEN', 0.5]],
    needs: ['WHY'],
  },
};
