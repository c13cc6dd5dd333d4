import { z } from 'zod';
import { filters, groupBy, top } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const overrides: Plan = {
  name: 'overrides',
  answers: 'Where people overrode the recommendation, why, and who turned out to be right.',
  parameters: z.strictObject({ ...filters, groupBy: groupBy.optional(), top: top.optional() }),
  roles: OFFICE,
  rowCap: 100,
  without: 'nobody has overridden a decision',
  plots: 'overrides by group',
  examples: [
    'Where was the model overridden and who was right?',
    'List the overrides at {node}',
    'Who overruled us last month?',
  ],
  intent: {
    about: 'many',
    points: { OVERRIDE: 3.6, RIGHT: 1, MODEL: 0.3, WHY: 0.2, COUNT: -0.1, LIST: 0.1, METRIC: -1.6 },
    needs: ['OVERRIDE'],
  },
};
