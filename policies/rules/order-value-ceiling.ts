import type { LimitRule } from '../rule.ts';

/** For orders that are large enough to be looked at, whatever the plan. */
export const orderValueCeiling: LimitRule = {
  kind: 'order-value-ceiling',
  hard: false,
  reasonCode: 'COST_THRESHOLD',
  summary: 'value of the order',
  moves: [],
  unit: 'minorUnits',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: ({ context, plan }) =>
    plan.shipments.length === 0
      ? null
      : { value: context.orderValue, path: '/order/lines', detail: 'value of the order' },
};
