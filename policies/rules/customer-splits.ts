import type { HardRule } from '../rule.ts';

export const customerSplits: HardRule = {
  kind: 'customer-splits',
  hard: true,
  reasonCode: 'MAX_SPLITS',
  summary: 'no more shipments than the customer accepts',
  moves: ['shipments', 'quantity'],
  check: ({ plan, context }) => {
    const { maxSplits } = context.order;
    const shipments = plan.shipments.length;
    if (maxSplits === null || shipments <= maxSplits) return null;
    const detail = `${shipments} shipments, the customer accepts ${maxSplits}`;
    return { path: '/shipments', value: shipments, threshold: maxSplits, unit: 'shipments', detail };
  },
};
