import { z } from 'zod';
import { from, metric, nodeId, to } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const compareCarriers: Plan = {
  name: 'compare-carriers',
  answers: 'Two to four carriers or carrier services side by side: one KPI or the usual ones.',
  parameters: z.strictObject({
    carriers: z.array(z.string()).min(2).max(4).describe('carriers or carrier services, in the order named'),
    metric: metric.optional(),
    nodeId: nodeId.optional(),
    from: from.optional(),
    to: to.optional(),
  }),
  roles: OFFICE,
  rowCap: 60,
  without: 'none of them has a figure',
  plots: 'one KPI side by side',
  examples: [
    'Compare {carrier} and {carrier2}',
    '{carrier} versus {carrier2} on time',
    'Who is cheaper, {carrier} or {carrier2}?',
  ],
  intent: {
    about: 'many',
    points: { TWO_CARRIERS: 2.6, COMPARE: 1.8, METRIC: 0.6, CARRIER: 0.2, LATE: 0.2, TWO_PERIODS: -1, WHY: -0.5 },
    needs: ['TWO_CARRIERS'],
  },
};
