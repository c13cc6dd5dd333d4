import type { LimitRule } from '../rule.ts';

export const freightCeiling: LimitRule = {
  kind: 'freight-ceiling',
  hard: false,
  reasonCode: 'COST_THRESHOLD',
  summary: 'freight of the order',
  moves: ['carrierService', 'shipments', 'node'],
  unit: 'minorUnits',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: (_plan, inScope) => {
    if (inScope.length === 0) return null;
    let value = 0;
    for (const { shipment } of inScope) value += shipment.freight;
    return { value, path: '/shipments', detail: 'freight of the plan' };
  },
};
