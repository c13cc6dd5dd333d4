import type { LimitRule } from '../rule.ts';

export const fillRateFloor: LimitRule = {
  kind: 'fill-rate-floor',
  hard: false,
  reasonCode: 'INSUFFICIENT_ATP',
  summary: 'share of the ordered units that ship',
  moves: ['node'],
  unit: 'share',
  direction: 'min',
  range: [0, 1],
  defaultLimit: null,
  measure: ({ context, shippedUnits, plan }) =>
    plan.shipments.length === 0
      ? null
      : { value: shippedUnits / context.orderedUnits, path: '/shortLines', detail: 'share of the ordered units' },
};
