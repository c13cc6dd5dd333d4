import { z } from 'zod';
import { from, nodeId, to, top } from './parameters.ts';
import { DESK, type Plan } from './plan.ts';

export const listExceptions: Plan = {
  name: 'list-exceptions',
  answers: 'The exceptions on the queue with what failed, the binding constraint, the owner and the due time.',
  parameters: z.strictObject({
    state: z.enum(['open', 'snoozed', 'resolved']).optional().describe('absent: open'),
    owner: z.string().optional().describe('who must act'),
    category: z.string().optional().describe('a reason code, or APPROVAL'),
    nodeId: nodeId.optional(),
    from: from.optional(),
    to: to.optional(),
    top: top.optional(),
  }),
  roles: DESK,
  rowCap: 100,
  without: 'no such exception is on record',
  examples: ['Show me the open exceptions', 'Which exceptions does {owner} own?', 'List exceptions raised yesterday'],
  intent: {
    about: 'many',
    points: {
      EXCEPTION: 2.9,
      LIST: 0.8,
      PENDING: 0.4,
      RESOLVED: 0.6,
      SNOOZED: 0.8,
      OWNER_ID: 0.8,
      OWNER: 0.3,
      PERIOD: 0.3,
      SHOW: 0.4,
      AGE: -0.4,
      COUNT: -0.2,
      WHY: -0.8,
      METRIC: -1,
      MOST: -0.1,
    },
    needs: ['EXCEPTION'],
  },
};
