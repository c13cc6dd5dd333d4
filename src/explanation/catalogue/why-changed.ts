import { z } from 'zod';
import { orderId } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const whyChanged: Plan = {
  name: 'why-changed',
  answers: 'Two decisions on one order compared: which input, score, policy or model moved the outcome.',
  parameters: z.strictObject({ orderId }),
  roles: OFFICE,
  rowCap: 20,
  examples: [
    'Why did the decision for {order} change?',
    'What is different between the two decisions on {order}?',
    'Why was {order} re-decided?',
  ],
  intent: {
    about: 'order',
    points: {
      CHANGE: 2.2,
      DIFFERENT_NOW: 2.4,
      WHY: 0.6,
      COMPARE: 0.4,
      NEWS: 0.3,
      CARRIER: -1,
      WHATIF: -3,
      WOULD_CHANGE: -2.5,
      RULE: 0.2,
    },
    together: [
      ['CHANGE', 'DIFFERENT_NOW', 0.6],
      ['WHY', 'CHANGE', 0.5],
    ],
    needs: ['CHANGE', 'DIFFERENT_NOW'],
  },
};
