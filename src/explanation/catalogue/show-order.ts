import { z } from 'zod';
import { orderId } from './parameters.ts';
import { EVERYONE, type Plan } from './plan.ts';

export const showOrder: Plan = {
  name: 'show-order',
  answers: 'What was decided for an order: status, nodes, carrier services, dates, cost and risks.',
  parameters: z.strictObject({ orderId }),
  roles: EVERYONE,
  rowCap: 20,
  examples: ['Show me order {order}', 'Where does {order} ship from?', 'What is the status of {order}?'],
  intent: {
    about: 'order',
    points: {
      SHOW: 2,
      CARRIER: 2,
      LATE: -1.5,
      DIFFERENT_NOW: -1,
      STOCK: -0.5,
      WHY: -2,
      CHOSEN: 0.4,
      NODE: 0.4,
      RISK: -1,
      LIST: 0.6,
      CAPACITY: 0.4,
      COST: -0.8,
      CHANGE: -0.5,
      HISTORY: -1,
      WHATIF: -2,
      ALTERNATIVE: -1,
    },
  },
};
