import { z } from 'zod';
import { task } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const modelVersions: Plan = {
  name: 'model-versions',
  answers: 'Which model version serves each task, since when and trained until when.',
  parameters: z.strictObject({ task: task.optional() }),
  roles: OFFICE,
  rowCap: 60,
  without: 'no model has scored a decision',
  examples: [
    'Which model is live?',
    'What version of the delay model do we run?',
    'When was the stockout model trained?',
  ],
  intent: {
    about: 'many',
    points: {
      VERSION: 1.9,
      MODEL: 1.9,
      SURE: -1,
      CHANGE: 0.4,
      PREDICTION: -0.4,
      LATE: 0.1,
      STOCKOUT: 0.1,
      OVERRIDE: -1.5,
    },
    together: [['VERSION', 'MODEL', 1]],
    needs: ['MODEL'],
  },
};
