import { z } from 'zod';
import { from, metric, nodeId, to } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const compareNodes: Plan = {
  name: 'compare-nodes',
  answers: 'Two to four nodes side by side: one KPI or the usual ones.',
  parameters: z.strictObject({
    nodeIds: z.array(nodeId).min(2).max(4).describe('in the order named'),
    metric: metric.optional(),
    from: from.optional(),
    to: to.optional(),
  }),
  roles: OFFICE,
  rowCap: 60,
  without: 'none of them has a figure',
  plots: 'one KPI side by side',
  examples: [
    'Compare {node} and {node2}',
    '{node} vs {node2} on fill rate last month',
    'Is {node} better than {node2}?',
  ],
  intent: {
    about: 'many',
    points: { TWO_NODES: 2.6, COMPARE: 1.8, METRIC: 0.6, NODE: 0.2, TWO_PERIODS: -1, WHY: -0.5 },
    needs: ['TWO_NODES'],
  },
};
