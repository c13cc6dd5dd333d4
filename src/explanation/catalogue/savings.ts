import { z } from 'zod';
import { filters, groupBy } from './parameters.ts';
import { DESK, type Plan } from './plan.ts';

export const savings: Plan = {
  name: 'savings',
  answers: "What our plans cost against the ERP's own choice, where it sent one.",
  parameters: z.strictObject({ groupBy: groupBy.optional(), ...filters }),
  roles: DESK,
  rowCap: 100,
  without: "no order with the ERP's own choice is on record",
  plots: 'the saving by group',
  examples: [
    'How much did we save against the ERP last month?',
    'Savings by node',
    'What would the ERP choice have cost?',
  ],
  intent: {
    about: 'many',
    points: {
      SAVINGS: 2.6,
      ERP: 1.2,
      COST: 0.5,
      COMPARE: 0.2,
      PERIOD: 0.2,
      METRIC: -0.6,
      MOVED: -1.5,
      LIST: -0.1,
      GROUPED: 0.3,
    },
    needs: ['SAVINGS', 'ERP'],
  },
};
