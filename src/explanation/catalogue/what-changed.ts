import { z } from 'zod';
import { from, to } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const whatChanged: Plan = {
  name: 'what-changed',
  answers: 'What is new in a period: policy and model changes, new exceptions, overrides, and how the KPIs moved.',
  parameters: z.strictObject({ from: from.optional(), to: to.optional() }),
  roles: OFFICE,
  rowCap: 100,
  without: 'nothing happened',
  examples: ['What changed since yesterday?', 'Anything new since Monday?', 'Catch me up on last week'],
  intent: {
    about: 'many',
    points: {
      NEWS: 2.6,
      CHANGE: 1.4,
      PERIOD: 0.8,
      WHY: -0.8,
      RULE: -1.3,
      MODEL: -1,
      NODE_ID: -0.8,
      CARRIER_ID: -0.8,
      METRIC: -1.2,
      ORDER: -0.5,
      EXCEPTION: -0.7,
      COMPARE: -0.6,
      OVERRIDE: -3,
      CARRIER: -0.8,
      SPLIT: -1,
      LATE: -1,
    },
    together: [['NEWS', 'PERIOD', 0.6]],
    needs: ['NEWS', 'CHANGE'],
  },
};
