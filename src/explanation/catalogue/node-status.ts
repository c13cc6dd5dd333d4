import { z } from 'zod';
import { nodeId } from './parameters.ts';
import { EVERYONE, type Plan } from './plan.ts';

export const nodeStatus: Plan = {
  name: 'node-status',
  answers: 'How a node stands: open or closed, capacity used, backlog, labour, cut-off time.',
  parameters: z.strictObject({ nodeId: nodeId.optional() }),
  roles: EVERYONE,
  rowCap: 60,
  without: 'no such node is on record',
  examples: ['Is {node} full?', 'What is the cut-off time at {node}?', 'Backlog at {node}'],
  intent: {
    about: 'many',
    points: {
      CAPACITY: 1.7,
      NODE_ID: 1,
      NODE: 0.8,
      SHOW: 0.4,
      STOCK: -0.8,
      ORDER: -0.4,
      EXCEPTION: -1.5,
      WHY: -0.8,
      BACKORDER: -1.2,
      METRIC: -1.2,
      LATE: -0.8,
      APPROVAL: -1.5,
      BLOCK: -0.5,
    },
    together: [
      ['CAPACITY', 'NODE_ID', 0.6],
      ['CAPACITY', 'NODE', 0.4],
    ],
    needs: ['CAPACITY', 'NODE_ID'],
  },
};
