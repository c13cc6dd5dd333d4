import { z } from 'zod';
import { filters, groupBy, metric } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const kpi: Plan = {
  name: 'kpi',
  answers: 'One KPI over a period, in groups or over time where asked.',
  parameters: z.strictObject({ metric, groupBy: groupBy.optional(), ...filters }),
  roles: OFFICE,
  rowCap: 100,
  without: 'nothing it is measured on is on record yet',
  plots: 'the KPI by group',
  examples: ['What was the fill rate last week?', 'OTIF by carrier', 'Plot cost to serve per week for {node}'],
  intent: {
    about: 'many',
    points: {
      METRIC: 3.4,
      METRIC_WORD: 0.5,
      TREND: 0.8,
      PERIOD: 0.2,
      MOST: 0.1,
      GROUPED: 0.3,
      COMPARE: -0.3,
      TWO_PERIODS: -0.6,
      TWO_NODES: -0.8,
      TWO_CARRIERS: -0.8,
      WHY: -0.7,
    },
    needs: ['METRIC'],
  },
};
