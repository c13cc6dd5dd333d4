import type { LimitRule } from '../rule.ts';

export const marginFloor: LimitRule = {
  kind: 'margin-floor',
  hard: false,
  reasonCode: 'MARGIN_FLOOR',
  summary: 'what is left of the value shipped after goods and cost to serve, as a share of it',
  moves: ['carrierService', 'shipments', 'node'],
  unit: 'share',
  direction: 'min',
  range: [Number.NEGATIVE_INFINITY, 1],
  defaultLimit: null,
  measure: ({ candidate, shippedValue, goodsCost, plan }) => {
    if (plan.shipments.length === 0) return null;
    const left = shippedValue - goodsCost - candidate.costs.total;
    // Nothing earned on goods given away: any loss is below any floor.
    const value = shippedValue === 0 ? Math.min(0, left) : left / shippedValue;
    return { value, path: '/costs/total', detail: 'margin after cost to serve' };
  },
};
