import type { LimitRule } from '../rule.ts';

export const expediteSpend: LimitRule = {
  kind: 'expedite-spend',
  hard: false,
  reasonCode: 'COST_THRESHOLD',
  summary: 'freight of expedited shipments',
  moves: ['carrierService', 'node'],
  unit: 'minorUnits',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: (_plan, inScope) => {
    let value = 0;
    let path: string | null = null;
    for (const { shipment, index } of inScope) {
      if (!shipment.expedited) continue;
      value += shipment.freight;
      path ??= `/shipments/${index}/carrierService`;
    }
    return path === null ? null : { value, path, detail: 'freight of expedited shipments' };
  },
};
