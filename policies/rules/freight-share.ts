import type { LimitRule } from '../rule.ts';

/** Goods without a value make any freight too much. */
export const freightShare: LimitRule = {
  kind: 'freight-share',
  hard: false,
  reasonCode: 'COST_THRESHOLD',
  summary: 'freight as a share of the value that ships',
  moves: ['carrierService', 'shipments', 'node'],
  unit: 'share',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: (_plan, inScope) => {
    if (inScope.length === 0) return null;
    let freight = 0;
    let value = 0;
    for (const facts of inScope) {
      freight += facts.shipment.freight;
      value += facts.value;
    }
    if (freight === 0) return null;
    return { value: freight / value, path: '/shipments', detail: 'freight as a share of the value shipped' };
  },
};
