import { z } from 'zod';
import { filters, groupBy, top } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const lateDeliveries: Plan = {
  name: 'late-deliveries',
  answers: 'How many deliveries came after their promise, against what the model had predicted, worst first.',
  parameters: z.strictObject({ ...filters, groupBy: groupBy.default('lane'), top: top.optional() }),
  roles: OFFICE,
  rowCap: 100,
  without: 'no delivery is on record yet',
  plots: 'the share late by group',
  examples: [
    'Which lanes run late, and against what prediction?',
    'Late deliveries by carrier last month',
    'How late is {carrier}?',
  ],
  intent: {
    about: 'many',
    points: {
      LATE: 2.5,
      DELIVERY: 1.8,
      LANE: 1.4,
      CARRIER: 0.5,
      CARRIER_ID: 0.7,
      PREDICTION: 0.6,
      MOST: 0.3,
      NODE: 0.2,
      NODE_ID: 0.2,
      ZONE_ID: 0.5,
      ZONE: 0.3,
      COUNT: 0.4,
      GROUPED: 0.3,
      ORDER: 0.1,
      RISK: -1.2,
      METRIC: -1.2,
      WHY: -0.3,
      EXCEPTION: -1.8,
      AGE: 0.2,
      COMPARE: -0.2,
      TREND: 0.2,
    },
    together: [
      ['LATE', 'LANE', 0.8],
      ['LATE', 'PREDICTION', 0.5],
    ],
    needs: ['LATE'],
  },
};
