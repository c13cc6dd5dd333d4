import { z } from 'zod';
import { from, to, top } from './parameters.ts';
import { DESK, type Plan } from './plan.ts';

export const approvals: Plan = {
  name: 'approvals',
  answers: 'Decisions that wait for an approval, or were approved or refused, by whom and since when.',
  parameters: z.strictObject({
    state: z.enum(['pending', 'approved', 'refused']).optional().describe('absent: all'),
    approverRole: z.string().optional().describe('the role that may approve'),
    from: from.optional(),
    to: to.optional(),
    top: top.optional(),
  }),
  roles: DESK,
  rowCap: 100,
  without: 'no such approval is on record',
  examples: ['What is waiting for approval?', 'Which decisions did finance approve last week?', 'Pending sign-offs'],
  intent: {
    about: 'many',
    points: {
      APPROVAL: 3.2,
      COUNT: -1.5,
      PENDING: 0.4,
      GRANTED: 0.3,
      REFUSED: 0.5,
      LIST: 0.2,
      OWNER_ID: 0.5,
      WHY: -0.6,
      RULE: -0.6,
      CLAMP: -0.5,
    },
    together: [
      ['APPROVAL', 'PENDING', 0.4],
      ['APPROVAL', 'OWNER_ID', 0.5],
      ['APPROVAL', 'LIST', 0.4],
    ],
    needs: ['APPROVAL', 'GRANTED', 'REFUSED'],
  },
};
