import { z } from 'zod';
import { condition, filters, groupBy, ruleId } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const countOrders: Plan = {
  name: 'count-orders',
  answers: 'How many orders fit, with their share of all, in groups where asked.',
  parameters: z.strictObject({
    ...filters,
    condition: condition.optional(),
    ruleId: ruleId.optional(),
    groupBy: groupBy.optional(),
  }),
  roles: OFFICE,
  rowCap: 100,
  without: 'no order is on record',
  plots: 'orders by group',
  examples: [
    'How many orders were split last week?',
    'Number of backorders per node',
    'How often did we expedite in {month}?',
  ],
  intent: {
    about: 'many',
    points: {
      COUNT: 3,
      ORDER: 0.8,
      SPLIT: 0.5,
      CLAMP: 0.4,
      BACKORDER: 0.5,
      EXPEDITED: 0.7,
      DEGRADED: 0.8,
      NOT_SOURCED: 0.7,
      PARTIAL: 0.7,
      COMPLETE: 0.5,
      OVERRIDE: 0.2,
      LATE: 0.2,
      MOVED: 1,
      PERIOD: 0.2,
      TREND: 0.4,
      WHY: -1.5,
      RISK: -0.5,
      METRIC: -1.2,
      RULE: -0.2,
      STOCK: -1,
      LIST: -0.2,
      GROUPED: 0.9,
      APPROVAL: 0.6,
    },
    together: [
      ['COUNT', 'APPROVAL', 1],
      ['ORDER', 'GROUPED', 0.5],
    ],
    needs: ['COUNT', 'TREND', 'GROUPED'],
  },
};
