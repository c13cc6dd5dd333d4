import type { Kpi } from './definition.ts';

/** What became of the routes that were decided. */
export const SHIPMENT_KPIS = [
  {
    id: 'onTimeShipment',
    kind: 'ratio',
    unit: 'share',
    better: 'higher',
    definition:
      'Shipments that left on the planned ship date (UTC day) or before, over shipments that left from a planned node.',
    source: 'shipment',
    where: 'planned_ship_date IS NOT NULL',
    numerator: "date(shipped_at / 1000, 'unixepoch') <= date(planned_ship_date / 1000, 'unixepoch')",
    denominator: '1',
    perCurrency: false,
  },
  {
    id: 'routeReworkRate',
    kind: 'ratio',
    unit: 'share',
    better: 'lower',
    definition:
      'Shipments that left from another node, or by another carrier service, than was decided; over shipments that left.',
    source: 'shipment',
    where: 'true',
    numerator: 'planned_carrier_service IS NOT carrier_service OR planned_carrier IS NOT carrier',
    denominator: '1',
    perCurrency: false,
  },
  {
    id: 'freightVariance',
    kind: 'ratio',
    unit: 'share',
    better: 'lower',
    definition:
      'Freight invoiced minus freight planned, over freight planned, of invoiced shipments from a planned node; per currency.',
    source: 'shipment',
    where: 'freight_invoiced IS NOT NULL AND planned_freight IS NOT NULL AND currency = planned_currency',
    numerator: 'freight_invoiced - planned_freight',
    denominator: 'planned_freight',
    perCurrency: true,
  },
] as const satisfies readonly Kpi[];
