import { z } from 'zod';
import { ruleId } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const policyRules: Plan = {
  name: 'policy-rules',
  answers: 'What the policy in force says: each rule with its threshold, scope and owner.',
  parameters: z.strictObject({ ruleId: ruleId.optional() }),
  roles: OFFICE,
  rowCap: 100,
  without: 'the policy in force has no such rule',
  examples: ['What does the rule {rule} say?', 'Which thresholds are in force?', 'Show me the policy'],
  intent: {
    about: 'many',
    points: {
      RULE: 2.2,
      RULE_ID: 2.2,
      THRESHOLD: 1.6,
      LIST: 0.3,
      SHOW: 0.4,
      CHANGE: -1.2,
      CLAMP: -1,
      FIRE: -0.9,
      MOST: -1,
      COUNT: -1.2,
      WHY: 0,
      PERIOD: -0.6,
      OWNER: 0.4,
      BLOCK: -0.4,
    },
    together: [
      ['RULE', 'THRESHOLD', 0.8],
      ['RULE_ID', 'THRESHOLD', 0.8],
    ],
    needs: ['RULE', 'RULE_ID'],
  },
};
