import { z } from 'zod';
import { orderId, risk } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const orderRisk: Plan = {
  name: 'order-risk',
  answers:
    'How likely an order is to be late, to run a node out of stock or to end in more shipments, what drives it and how sure the model is.',
  parameters: z.strictObject({ orderId, risk: risk.optional() }),
  roles: OFFICE,
  rowCap: 30,
  plots: 'percentage points that each input moves each risk',
  examples: ['How likely is {order} to be late?', 'How sure is the model about {order}?', 'Why is {order} at risk?'],
  intent: {
    about: 'order',
    points: {
      RISK: 2.8,
      SURE: 3,
      LATE: 2.3,
      STOCKOUT: 2,
      MODEL: 0.8,
      PREDICTION: 0.6,
      WHY: 0.2,
      SPLIT: 0.1,
      WOULD_CHANGE: -0.8,
      WHATIF: -2,
    },
    together: [
      ['RISK', 'SPLIT', 1.2],
      ['RISK', 'LATE', 0.6],
      ['WHY', 'LATE', 0.6],
    ],
    needs: ['RISK', 'SURE', 'LATE', 'STOCKOUT'],
  },
};
