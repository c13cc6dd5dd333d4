import type { Kpi } from './definition.ts';

const LAST = 'superseded_by IS NULL';
/** Shipments that left where any did, otherwise those that are planned. */
const SHIPMENTS = 'CASE WHEN left_shipments > 0 THEN left_shipments ELSE planned_shipments END';

/** What customers and the company got out of the decisions. */
export const ORDER_KPIS = [
  {
    id: 'fillRate',
    kind: 'ratio',
    unit: 'share',
    better: 'higher',
    definition: 'Units that the chosen plans ship now, less short picks, over units ordered.',
    source: 'order',
    where: LAST,
    numerator: 'max(0, planned_units - short_units)',
    denominator: 'ordered_units',
    perCurrency: false,
  },
  {
    id: 'OTIF',
    kind: 'ratio',
    unit: 'share',
    better: 'higher',
    definition:
      'Orders with a promise that are over (shipped, nothing under way) which arrived whole, without a short pick or a failed delivery, by the promise.',
    source: 'order',
    where: `${LAST} AND promise_date IS NOT NULL AND left_shipments > 0 AND under_way = 0`,
    numerator:
      'failed = 0 AND short_units = 0 AND planned_units >= ordered_units AND left_shipments >= planned_shipments AND last_delivered_at <= promise_date',
    denominator: '1',
    perCurrency: false,
  },
  {
    id: 'splitRate',
    kind: 'ratio',
    unit: 'share',
    better: 'lower',
    definition:
      'Orders with a plan that ship in more than one shipment: those that left, or are planned while none has.',
    source: 'order',
    where: `${LAST} AND planned_shipments > 0`,
    numerator: `(${SHIPMENTS}) > 1`,
    denominator: '1',
    perCurrency: false,
  },
  {
    id: 'extraShipmentsPerOrder',
    kind: 'ratio',
    unit: 'shipments per order',
    better: 'lower',
    definition: 'Shipments beyond the first of each order with a plan, over these orders.',
    source: 'order',
    where: `${LAST} AND planned_shipments > 0`,
    numerator: `(${SHIPMENTS}) - 1`,
    denominator: '1',
    perCurrency: false,
  },
  {
    id: 'costToServe',
    kind: 'ratio',
    unit: 'minor units per order',
    better: 'lower',
    definition: 'Expected cost to serve of the chosen plans, all terms, over orders with a plan; per currency.',
    source: 'order',
    where: `${LAST} AND cost_total IS NOT NULL`,
    numerator: 'cost_total',
    denominator: '1',
    perCurrency: true,
  },
  {
    id: 'allocationCycleTime',
    kind: 'distribution',
    unit: 'minutes',
    better: 'lower',
    definition: 'Time from placing an order to its first decision.',
    source: 'order',
    where: 'supersedes IS NULL',
    value: 'max(0, decided_at - placed_at) / 60000.0',
  },
] as const satisfies readonly Kpi[];
