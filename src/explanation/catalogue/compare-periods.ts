import { z } from 'zod';
import { carrier, from, metric, nodeId, to } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const comparePeriods: Plan = {
  name: 'compare-periods',
  answers: 'One period against another: one KPI or the usual ones.',
  parameters: z.strictObject({
    from: from.optional(),
    to: to.optional(),
    baseFrom: from.optional().describe('start of the period compared with'),
    baseTo: to.optional().describe('end of the period compared with'),
    metric: metric.optional(),
    nodeId: nodeId.optional(),
    carrier: carrier.optional(),
  }),
  roles: OFFICE,
  rowCap: 60,
  without: 'neither period has a figure',
  plots: 'one KPI side by side',
  examples: [
    'Compare this week with last week',
    'Split rate last month vs the month before',
    'How did {node} do this week against last week?',
  ],
  intent: {
    about: 'many',
    points: {
      TWO_PERIODS: 2.8,
      COMPARE: 1.6,
      PERIOD: 0.3,
      METRIC: 0.5,
      TWO_NODES: -2,
      TWO_CARRIERS: -2,
      CHANGE: 0.3,
      NEWS: -0.3,
    },
    needs: ['TWO_PERIODS'],
  },
};
