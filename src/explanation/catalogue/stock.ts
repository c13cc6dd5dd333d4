import { z } from 'zod';
import { itemId, nodeId } from './parameters.ts';
import { EVERYONE, type Plan } from './plan.ts';

export const stock: Plan = {
  name: 'stock',
  answers: 'What is known of stock: on hand, reserved, safety stock and available to promise of an item or at a node.',
  parameters: z.strictObject({ itemId: itemId.optional(), nodeId: nodeId.optional() }),
  roles: EVERYONE,
  rowCap: 60,
  without: 'no such stock position is on record',
  examples: ['How much stock of {item} do we have at {node}?', 'Is {item} available?', 'ATP of {item}'],
  intent: {
    about: 'many',
    points: {
      STOCK: 2.4,
      ITEM_ID: 1.6,
      ITEM: 0.4,
      NODE_ID: 0.2,
      COUNT: 0.3,
      SHOW: 0.1,
      WHY: -1.4,
      BLOCK: -0.6,
      BACKORDER: -1.2,
      STOCKOUT: -0.5,
      RISK: -1.2,
      ORDER: -0.6,
      METRIC: -1,
    },
    together: [['STOCK', 'ITEM_ID', 1]],
    needs: ['STOCK', 'ITEM_ID'],
  },
};
