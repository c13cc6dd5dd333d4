import { type ColumnRule, numbersOf, type Table, textsOf } from '../table.ts';
import { readCsv } from './csv.ts';
import type { Facts, Importer } from './importer.ts';
import { buildPlan, category, column, featureSetOf, learnPlan, type Plan, type PlannedFeature, value } from './plan.ts';

const CATEGORIES = [
  ['managed_by', 'managedBy'],
  ['fulfill_via', 'fulfilVia'],
  ['vendor_inco_term', 'incoTerm'],
  ['shipment_mode', 'shipmentMode'],
  ['product_group', 'productGroup'],
  ['sub_classification', 'subClassification'],
  ['first_line_designation', 'firstLine'],
  ['dosage_form', 'dosageForm'],
  ['country', 'country'],
  ['vendor', 'vendor'],
  ['manufacturing_site', 'manufacturingSite'],
] as const;
const NUMBERS = [
  ['unit_of_measure_per_pack', 'unitsPerPack', 'units'],
  ['line_item_quantity', 'orderedQty', 'packs'],
  ['line_item_value', 'lineValue', 'USD'],
  ['pack_price', 'packPrice', 'USD'],
  ['unit_price', 'unitPrice', 'USD'],
] as const;
const KEYS = ['vendor', 'country', 'manufacturing_site', 'shipment_mode'] as const;
const INSTANTS = ['scheduled_delivery_date', 'pq_sent_date', 'po_sent_date', 'decision_date'];
const DAY_MS = 86_400_000;

const rules: readonly ColumnRule[] = [
  { name: 'id', kind: 'text', required: true },
  ...['project_code', 'item_description', 'molecule_test_type', 'brand', 'dosage'].map(
    (name): ColumnRule => ({ name, kind: 'text' }),
  ),
  ...CATEGORIES.map(([name]): ColumnRule => ({ name, kind: 'text' })),
  ...NUMBERS.map(([name]): ColumnRule => ({ name, kind: 'number' })),
  // Follows the invoice, which is written after the decision: read, and never a feature.
  { name: 'line_item_insurance_usd', kind: 'number', optional: true },
  ...INSTANTS.map(
    (name): ColumnRule => ({
      name,
      kind: 'instant',
      required: name === 'scheduled_delivery_date' || name === 'decision_date',
    }),
  ),
  ...KEYS.flatMap((key): ColumnRule[] => [
    { name: `hist_${key}_n`, kind: 'number' },
    { name: `hist_${key}_late`, kind: 'number' },
  ]),
  { name: 'LEAK_weight_kg', kind: 'text', optional: true },
  { name: 'LEAK_freight_cost_usd', kind: 'text', optional: true },
  { name: 'LEAK_delivered_date', kind: 'instant', optional: true },
  { name: 'LEAK_recorded_date', kind: 'instant', optional: true },
  { name: 'label', kind: 'flag', optional: true, required: true },
];

function daysBefore(name: string, from: string, description: string): PlannedFeature {
  return value(name, 'days', description, (table) => {
    const scheduled = numbersOf(table, 'scheduled_delivery_date');
    const moment = numbersOf(table, from);
    return (row) => (scheduled[row]! - moment[row]!) / DAY_MS;
  });
}

/** The calendar of the scheduled date: deliveries are planned by month end and working day. */
function calendar(name: string, description: string, of: (date: Date) => number): PlannedFeature {
  return value(name, 'calendar', description, (table) => {
    const scheduled = numbersOf(table, 'scheduled_delivery_date');
    return (row) => of(new Date(scheduled[row]!));
  });
}

/** Late share of what was recorded before the decision, shrunk towards 10% with ten deliveries. */
function lateShare(key: (typeof KEYS)[number], name: string): PlannedFeature {
  return value(name, 'share', `late share of deliveries of the same ${key} recorded before the decision`, (table) => {
    const late = numbersOf(table, `hist_${key}_late`);
    const count = numbersOf(table, `hist_${key}_n`);
    return (row) => (late[row]! + 1) / (count[row]! + 10);
  });
}

const plan: Plan = {
  importer: 'scms',
  featureSetId: 'scms@1',
  task: 'delay',
  features: [
    ...CATEGORIES.map(([from, name]) => category(name, from, from.replaceAll('_', ' '))),
    ...NUMBERS.map(([from, name, unit]) => column(name, from, unit, from.replaceAll('_', ' '))),
    daysBefore('decisionLeadDays', 'decision_date', 'from the decision to the scheduled date'),
    daysBefore('quoteLeadDays', 'pq_sent_date', 'from the quotation to the scheduled date'),
    daysBefore('orderLeadDays', 'po_sent_date', 'from the purchase order to the scheduled date'),
    calendar('scheduledWeekday', 'weekday of the scheduled date, Sunday 0', (date) => date.getUTCDay()),
    calendar('scheduledMonth', 'month of the scheduled date, January 0', (date) => date.getUTCMonth()),
    calendar('scheduledDay', 'day of the month of the scheduled date', (date) => date.getUTCDate()),
    lateShare('vendor', 'vendorLateShare'),
    lateShare('country', 'countryLateShare'),
    lateShare('manufacturing_site', 'siteLateShare'),
    lateShare('shipment_mode', 'modeLateShare'),
  ],
};

/** After this many days a delivery counts half: vendors and routes change. Chosen by rolling origin, where it mattered little. */
const HALF_LIFE_DAYS = 730;

function facts(table: Table): Facts {
  const times = numbersOf(table, 'scheduled_delivery_date');
  const latest = times.reduce((most, at) => Math.max(most, at), Number.NEGATIVE_INFINITY);
  const text = (name: string) => {
    const texts = textsOf(table, name);
    return (row: number): string => texts[row]!;
  };
  return {
    ids: textsOf(table, 'id'),
    times,
    dated: true,
    weights: times.map((at) => 2 ** ((at - latest) / DAY_MS / HALF_LIFE_DAYS)),
    ...(table.columns.has('label') ? { labels: numbersOf(table, 'label') } : {}),
    ...(table.columns.has('LEAK_recorded_date') ? { observedAt: numbersOf(table, 'LEAK_recorded_date') } : {}),
    segments: [
      { name: 'fulfilVia', of: text('fulfill_via') },
      { name: 'shipmentMode', of: text('shipment_mode') },
      { name: 'country', of: text('country') },
    ],
  };
}

/** Medical supplies to 43 countries: is a delivery later than scheduled, asked when it is ordered. */
export const scms: Importer = {
  name: 'scms',
  task: 'delay',
  orderedBy: 'scheduled_delivery_date',
  read: (files) => readCsv(files, rules),
  facts,
  learn: (table) => learnPlan(plan, table),
  featureSet: (recorded) => featureSetOf(plan, recorded),
  features: (table, recorded, mode) => buildPlan(plan, table, recorded, mode),
};
