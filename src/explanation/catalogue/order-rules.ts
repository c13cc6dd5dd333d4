import { z } from 'zod';
import { orderId, ruleId } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const orderRules: Plan = {
  name: 'order-rules',
  answers:
    'Which policy rules spoke about an order, what each one allowed, clamped, sent for approval or denied, and by how much.',
  parameters: z.strictObject({ orderId, ruleId: ruleId.optional() }),
  roles: OFFICE,
  rowCap: 60,
  examples: ['Which rules fired on {order}?', 'What did the guard do to {order}?', 'Why was {order} clamped?'],
  intent: {
    about: 'order',
    points: { RULE: 2.6, CLAMP: 2.4, RULE_ID: 2, FIRE: 1, WHY: 0.3, WHATIF: -1.5, WOULD_CHANGE: -0.6 },
    together: [
      ['RULE', 'FIRE', 0.4],
      ['CLAMP', 'WHY', 0.4],
    ],
    needs: ['RULE', 'CLAMP', 'RULE_ID', 'FIRE'],
  },
};
