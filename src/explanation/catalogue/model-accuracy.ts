import { z } from 'zod';
import { filters, task } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const modelAccuracy: Plan = {
  name: 'model-accuracy',
  answers:
    'How good a risk model is on what has happened since: predicted against actual, Brier score, in a segment where asked.',
  parameters: z.strictObject({ task: task.optional(), ...filters }),
  roles: OFFICE,
  rowCap: 60,
  without: 'no outcome of a scored order is known yet',
  plots: 'what came true against what was predicted, for each task',
  examples: [
    'How accurate is the delay model at {node}?',
    'Can we trust the stockout predictions?',
    'How sure is the model on {carrier}?',
  ],
  intent: {
    about: 'many',
    points: {
      SURE: 2.2,
      MODEL: 1.6,
      PREDICTION: 0.8,
      RISK: 0.3,
      LATE: 0.2,
      STOCKOUT: 0.3,
      OVERRIDE: -1.8,
      VERSION: -0.6,
      METRIC: -1,
      RIGHT: 0.2,
      COUNT: -0.2,
      LANE: -0.2,
    },
    together: [
      ['SURE', 'MODEL', 1],
      ['SURE', 'PREDICTION', 0.6],
    ],
    needs: ['SURE'],
  },
};
