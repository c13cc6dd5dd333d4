import { z } from 'zod';
import { nodeId } from './parameters.ts';
import { DESK, type Plan } from './plan.ts';

export const exceptionsAging: Plan = {
  name: 'exceptions-aging',
  answers: 'How long open exceptions have been open, by owner or category, and how many are past their due time.',
  parameters: z.strictObject({
    groupBy: z.enum(['owner', 'category', 'node']).default('owner').describe('one row for each'),
    owner: z.string().optional().describe('who must act'),
    nodeId: nodeId.optional(),
  }),
  roles: DESK,
  rowCap: 100,
  without: 'no exception is open',
  plots: 'open exceptions by owner or category',
  examples: ['Ageing exceptions by owner', 'How old are the open exceptions?', 'Who is sitting on overdue exceptions?'],
  intent: {
    about: 'many',
    points: {
      EXCEPTION: 1.8,
      AGE: 2,
      OWNER: 0.7,
      OWNER_ID: 0.3,
      MOST: 0.2,
      LATE: 0.5,
      METRIC: -1,
      PENDING: 0.2,
      LIST: -0.4,
    },
    together: [
      ['EXCEPTION', 'AGE', 1],
      ['EXCEPTION', 'OWNER', 0.4],
      ['EXCEPTION', 'LATE', 0.6],
    ],
    needs: ['EXCEPTION', 'AGE'],
  },
};
