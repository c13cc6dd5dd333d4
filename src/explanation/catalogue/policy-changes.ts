import { z } from 'zod';
import { from, to } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const policyChanges: Plan = {
  name: 'policy-changes',
  answers: 'Who changed the policy, when and why.',
  parameters: z.strictObject({ from: from.optional(), to: to.optional() }),
  roles: OFFICE,
  rowCap: 60,
  examples: [
    'Who changed the policy last week?',
    'Policy changes since Monday',
    'When was the freight ceiling last changed?',
  ],
  intent: {
    about: 'many',
    points: {
      RULE: 1.9,
      CHANGE: 1.9,
      RULE_ID: 1,
      PERIOD: 0.2,
      NEWS: 0.5,
      HISTORY: 1,
      VERSION: 0.3,
      CLAMP: -0.3,
      MODEL: -1,
      FIRE: -0.6,
    },
    together: [
      ['RULE', 'CHANGE', 1.4],
      ['RULE_ID', 'CHANGE', 1.2],
      ['RULE', 'HISTORY', 1],
    ],
    needs: ['CHANGE', 'NEWS', 'HISTORY', 'VERSION'],
  },
};
