import { z } from 'zod';
import { carrier, carrierService, nodeId, orderId } from './parameters.ts';
import { EVERYONE, type Plan } from './plan.ts';

export const whyNot: Plan = {
  name: 'why-not',
  answers: 'Why an order was not sourced from a node, or not sent by a carrier or service, that the question names.',
  parameters: z.strictObject({
    orderId,
    nodeId: nodeId.optional(),
    carrier: carrier.optional(),
    carrierService: carrierService.optional(),
  }),
  roles: EVERYONE,
  rowCap: 20,
  examples: [
    'Why not {node} for {order}?',
    'Why was {service} not used for {order}?',
    'What ruled out {node} on {order}?',
  ],
  intent: {
    about: 'order',
    points: { WHY_NOT: 2.4, NODE_ID: 1.6, CARRIER_ID: 1.6, WHY: 0.8, NODE: 0.3, WHATIF: -2, WOULD_CHANGE: -1 },
    together: [
      ['WHY_NOT', 'NODE_ID', 1.2],
      ['WHY_NOT', 'CARRIER_ID', 1.2],
    ],
    needs: ['NODE_ID', 'CARRIER_ID'],
  },
};
