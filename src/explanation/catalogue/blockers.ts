import { z } from 'zod';
import { filters } from './parameters.ts';
import { OFFICE, type Plan } from './plan.ts';

export const blockers: Plan = {
  name: 'blockers',
  answers:
    'What keeps orders from being sourced in full: reasons for backorders, exceptions and unsourced orders, most frequent first.',
  parameters: z.strictObject({ ...filters }),
  roles: OFFICE,
  rowCap: 60,
  without: 'nothing was held back or short',
  plots: 'orders by reason',
  examples: [
    'What blocks backorders at {node}?',
    'Why are orders stuck in {node}?',
    'Main reasons for not sourcing last week',
  ],
  intent: {
    about: 'many',
    points: {
      BLOCK: 2.3,
      BACKORDER: 1.2,
      NOT_SOURCED: 1.2,
      WHY: 1.3,
      NODE_ID: 0.4,
      ITEM_ID: 0.3,
      ORDER: 0.4,
      MOST: 0.4,
      PARTIAL: 0.7,
      EXCEPTION: 0.4,
      SHOW: -0.3,
      LIST: -0.1,
      COUNT: -1.3,
      RULE: -0.2,
      STOCK: 0.1,
      OVERRIDE: -1,
      LATE: -0.6,
      WHY_NOT: 0.6,
      RISK: -0.5,
      METRIC: -1,
      SPLIT: 0.2,
    },
    together: [
      ['WHY', 'BLOCK', 0.8],
      ['WHY', 'NOT_SOURCED', 1.8],
      ['WHY', 'BACKORDER', 1.2],
      ['WHY', 'ORDER', 0.3],
      ['WHY', 'PARTIAL', 0.8],
      ['WHY', 'EXCEPTION', 0.8],
    ],
    needs: ['BLOCK', 'BACKORDER', 'NOT_SOURCED', 'WHY', 'PARTIAL'],
  },
};
