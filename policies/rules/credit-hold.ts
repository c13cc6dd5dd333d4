import type { HardRule } from '../rule.ts';

/** The order's status and the customer's: the worse of the two counts. An order on hold ships nothing. */
export const creditHold: HardRule = {
  kind: 'credit-hold',
  hard: true,
  reasonCode: 'CREDIT_HOLD',
  summary: 'nothing ships to a customer on credit hold',
  moves: [],
  check: ({ context, plan }) => {
    const held = context.order.creditStatus === 'HOLD' || context.snapshot.customer?.creditStatus === 'HOLD';
    if (!held || plan.shipments.length === 0) return null;
    return {
      path: '/order/creditStatus',
      value: 'HOLD',
      threshold: 'OK',
      unit: '',
      detail: 'the credit status is HOLD',
    };
  },
};
