import { type ColumnRule, numbersOf, type Table, textsOf } from '../table.ts';
import type { History } from './averages.ts';
import { readCsv } from './csv.ts';
import type { Facts, Importer } from './importer.ts';
import { average, buildPlan, category, column, featureSetOf, learnPlan, type Plan, value } from './plan.ts';
import { instantAt, workingDays } from './working-days.ts';

const TEXTS = [
  'order_id',
  'customer_id',
  'order_status',
  'customer_state',
  'seller_id',
  'seller_state',
  'category',
  'route',
  'payment_type',
];
const NUMBERS = [
  'customer_zip_code_prefix',
  'distance_km',
  'n_items',
  'n_sellers',
  'price_sum',
  'freight_sum',
  'weight_sum_g',
  'volume_sum_cm3',
  'promised_days',
  'handling_days',
  'weekday',
  'hour',
  'month',
  'same_state',
  'freight_per_kg',
  'seller_load14',
];
const KEYS = ['seller', 'route', 'custstate', 'zip3', 'all'];
const HISTORY = KEYS.flatMap((key) => [`hist_${key}_n`, `hist_${key}_late`, `hist30_${key}_n`, `hist30_${key}_late`]);

const rules: readonly ColumnRule[] = [
  ...TEXTS.map((name): ColumnRule => ({ name, kind: 'text', required: name === 'order_id' })),
  ...[...NUMBERS, ...HISTORY].map((name): ColumnRule => ({ name, kind: 'number' })),
  { name: 'order_approved_at', kind: 'instant', required: true },
  { name: 'order_estimated_delivery_date', kind: 'instant', required: true },
  { name: 'LEAK_carrier_date', kind: 'instant', optional: true },
  { name: 'LEAK_delivered_date', kind: 'instant', optional: true },
  { name: 'label', kind: 'flag', optional: true, required: true },
];

/** Shorter transit and promises are read as this many working days, so that their logarithm stays ordinary. */
const LEAST_DAYS = 0.1;

function durationsOf(table: Table): Float64Array {
  const approved = numbersOf(table, 'order_approved_at');
  const delivered = numbersOf(table, 'LEAK_delivered_date');
  return delivered.map((at, row) => Math.max(LEAST_DAYS, workingDays(at) - workingDays(approved[row]!)));
}

/** Transit times on a log scale; half-life, weight and period were chosen by rolling origin on the training part. */
function history(table: Table): History {
  return {
    times: numbersOf(table, 'order_approved_at'),
    outcomes: durationsOf(table).map((days) => Math.log(days)),
    knownAt: numbersOf(table, 'LEAK_delivered_date'),
    halfLifeDays: 400,
    prior: 10,
    periodDays: 30,
  };
}

const text = (name: string) => (table: Table) => {
  const texts = textsOf(table, name);
  return (row: number): string => texts[row]!;
};
const zip = (divisor: number) => (table: Table) => {
  const numbers = numbersOf(table, 'customer_zip_code_prefix');
  return (row: number): number => Math.floor(numbers[row]! / divisor);
};

const plan: Plan = {
  importer: 'olist-delay',
  featureSetId: 'olist-delay@1',
  task: 'delay',
  history,
  features: [
    value(
      'promisedDays',
      'working days',
      'working days from approval to the promised date',
      (table) => {
        const approved = numbersOf(table, 'order_approved_at');
        const promised = numbersOf(table, 'order_estimated_delivery_date');
        return (row) => Math.max(LEAST_DAYS, workingDays(promised[row]!) - workingDays(approved[row]!));
      },
      { monotone: -1, owner: 'sales' },
    ),
    category('customerState', 'customer_state', 'state of the customer'),
    category('sellerState', 'seller_state', 'state of the first seller'),
    category('category', 'category', 'category of the first product'),
    category('paymentType', 'payment_type', 'main way of payment'),
    column('distanceKm', 'distance_km', 'km', 'from seller to customer by the centres of their zip prefixes'),
    column('items', 'n_items', 'count', 'items of the order'),
    column('sellers', 'n_sellers', 'count', 'sellers of the order'),
    column('price', 'price_sum', 'BRL', 'price of all items'),
    column('freight', 'freight_sum', 'BRL', 'freight of all items'),
    column('weightGrams', 'weight_sum_g', 'g', 'weight of all items'),
    column('volumeCm3', 'volume_sum_cm3', 'cm3', 'volume of all items'),
    column('handlingDays', 'handling_days', 'days', 'from approval to the date the seller must hand over by'),
    column('weekday', 'weekday', 'day', 'weekday of the approval, Monday 0'),
    column('hour', 'hour', 'hour', 'hour of the approval'),
    column('sameState', 'same_state', 'flag', 'seller and customer are in one state'),
    column('freightPerKg', 'freight_per_kg', 'BRL/kg', 'freight over weight'),
    column('sellerLoad14Days', 'seller_load14', 'count', 'orders of the seller in the last 14 days'),
    value('zipRegion', 'region', 'first two digits of the customer zip code', zip(1000)),
    average('sellerTransit', 'log days', 'transit of the seller against all, as known', text('seller_id')),
    average('routeTransit', 'log days', 'transit of the route against all, as known', text('route')),
    average('customerStateTransit', 'log days', 'transit to the state against all, as known', text('customer_state')),
    average('sellerStateTransit', 'log days', 'transit from the state against all, as known', text('seller_state')),
    average('zip3Transit', 'log days', 'transit to the 3-digit zip area against all, as known', (table) => {
      const area = zip(100)(table);
      return (row) => String(area(row));
    }),
  ],
};

function facts(table: Table): Facts {
  const approved = numbersOf(table, 'order_approved_at');
  const promised = numbersOf(table, 'order_estimated_delivery_date');
  const common = {
    ids: textsOf(table, 'order_id'),
    times: approved,
    dated: true,
    calendarDays: (row: number, days: number) =>
      (instantAt(workingDays(approved[row]!) + days) - approved[row]!) / 86_400_000,
    segments: [
      { name: 'customerState', of: text('customer_state')(table) },
      { name: 'sameState', of: (row: number) => (numbersOf(table, 'same_state')[row] === 1 ? 'yes' : 'no') },
      { name: 'paymentType', of: text('payment_type')(table) },
    ],
  };
  if (!table.columns.has('label')) return common;
  const labels = numbersOf(table, 'label');
  if (!table.columns.has('LEAK_delivered_date')) return { ...common, labels };
  const delivered = numbersOf(table, 'LEAK_delivered_date');
  // A late order is known to be late when its promise passes, before it arrives.
  const observedAt = delivered.map((at, row) => (labels[row] === 1 ? Math.min(at, promised[row]!) : at));
  const elapsed = (row: number, moment: number): number =>
    Math.max(LEAST_DAYS, workingDays(moment) - workingDays(approved[row]!));
  return { ...common, labels, observedAt, settledAt: delivered, elapsed, durations: durationsOf(table) };
}

/** Olist orders in Brazil: does an order arrive after its promised date, asked when it is approved. */
export const olistDelay: Importer = {
  name: 'olist-delay',
  task: 'delay',
  promiseFeature: 'promisedDays',
  orderedBy: 'order_approved_at',
  read: (files) => readCsv(files, rules),
  facts,
  learn: (table) => learnPlan(plan, table),
  featureSet: (recorded) => featureSetOf(plan, recorded),
  features: (table, recorded, mode) => buildPlan(plan, table, recorded, mode),
};
