import { z } from 'zod';
import { filters, risk, top } from './parameters.ts';
import { DESK, type Plan } from './plan.ts';

export const riskyOrders: Plan = {
  name: 'risky-orders',
  answers: 'The open orders most at risk of being late, of running a node out of stock, or of splitting further.',
  parameters: z.strictObject({
    ...filters,
    risk: risk.optional(),
    above: z.number().min(0).max(1).optional().describe('only above this probability'),
    top: top.optional(),
  }),
  roles: DESK,
  rowCap: 100,
  without: 'no open order with such a risk is on record',
  plots: 'the risk by order',
  examples: [
    'Which orders are likely to be late?',
    'Top 10 orders at risk of stockout',
    'Orders in danger of missing their promise',
  ],
  intent: {
    about: 'many',
    points: {
      RISK: 2.8,
      ORDER: 1,
      LATE: 0.6,
      STOCKOUT: 0.9,
      LIST: 0.4,
      MOST: 0.3,
      NUMBER: 0.2,
      SPLIT: 0.1,
      COUNT: -1.5,
      SURE: -1,
      WHY: -1,
      MODEL: -0.3,
      PREDICTION: -0.3,
      METRIC: -1,
    },
    together: [['RISK', 'ORDER', 0.5]],
    needs: ['RISK', 'STOCKOUT'],
  },
};
