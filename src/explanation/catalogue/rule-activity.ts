import { z } from 'zod';
import { filters, ruleId, top } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const ruleActivity: Plan = {
  name: 'rule-activity',
  answers: 'How often each rule clamped, asked for approval or denied, most frequent first.',
  parameters: z.strictObject({
    ...filters,
    ruleId: ruleId.optional(),
    verdict: z.enum(['CLAMP', 'REQUIRE_APPROVAL', 'DENY']).optional().describe('only this verdict'),
    top: top.optional(),
  }),
  roles: OFFICE,
  rowCap: 60,
  without: 'no decision is on record',
  plots: 'decisions by rule',
  examples: ['Which rule clamps most?', 'Top 5 rules by denials last month', 'How often did {rule} fire?'],
  intent: {
    about: 'many',
    points: {
      RULE: 2,
      CLAMP: 1.3,
      FIRE: 1.4,
      MOST: 0.6,
      COUNT: 0.5,
      RULE_ID: 1.6,
      APPROVAL: 0.2,
      THRESHOLD: -0.9,
      CHANGE: -0.8,
      BLOCK: 0.5,
      WHY: -0.4,
      METRIC: -1.2,
      VERSION: -0.5,
    },
    together: [
      ['RULE', 'CLAMP', 1.2],
      ['RULE', 'FIRE', 1],
      ['RULE', 'MOST', 0.6],
      ['RULE_ID', 'COUNT', 1],
      ['RULE_ID', 'APPROVAL', 2.6],
      ['RULE', 'COUNT', 0.5],
      ['RULE_ID', 'FIRE', 0.6],
      ['RULE', 'BLOCK', 0.6],
      ['CLAMP', 'MOST', 0.8],
      ['RULE_ID', 'CLAMP', 0.6],
    ],
    needs: ['RULE', 'CLAMP', 'FIRE', 'RULE_ID'],
  },
};
