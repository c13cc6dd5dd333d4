import { type ColumnRule, numbersOf, type Table, textsOf } from '../table.ts';
import { readCsv } from './csv.ts';
import type { Facts, Importer } from './importer.ts';
import { buildPlan, column, featureSetOf, learnPlan, type Plan, type PlannedFeature, value } from './plan.ts';

const NUMBERS = [
  ['national_inv', 'onHand', 'units', 'units on hand in the network'],
  ['lead_time', 'leadTimeDays', 'weeks', 'registered replenishment time; missing where none is registered'],
  ['in_transit_qty', 'inTransit', 'units', 'units on their way'],
  ['forecast_3_month', 'forecast3Months', 'units', 'forecast of the next 3 months'],
  ['forecast_6_month', 'forecast6Months', 'units', 'forecast of the next 6 months'],
  ['forecast_9_month', 'forecast9Months', 'units', 'forecast of the next 9 months'],
  ['sales_1_month', 'sales1Month', 'units', 'sold in the last month'],
  ['sales_3_month', 'sales3Months', 'units', 'sold in the last 3 months'],
  ['sales_6_month', 'sales6Months', 'units', 'sold in the last 6 months'],
  ['sales_9_month', 'sales9Months', 'units', 'sold in the last 9 months'],
  ['min_bank', 'safetyStock', 'units', 'recommended minimum stock'],
  ['pieces_past_due', 'piecesPastDue', 'units', 'overdue from the source'],
  ['perf_6_month_avg', 'sourcePerformance6Months', 'share', 'performance of the source, 6 months; -99 is missing'],
  ['perf_12_month_avg', 'sourcePerformance12Months', 'share', 'performance of the source, 12 months; -99 is missing'],
  ['local_bo_qty', 'localBackorderQty', 'units', 'units on backorder locally'],
] as const;

const FLAGS = [
  ['potential_issue', 'potentialIssue'],
  ['deck_risk', 'deckRisk'],
  ['oe_constraint', 'oeConstraint'],
  ['ppap_risk', 'ppapRisk'],
  ['stop_auto_buy', 'stopAutoBuy'],
  ['rev_stop', 'revStop'],
] as const;

const RULES: readonly ColumnRule[] = [
  { name: 'sku', kind: 'text', required: true },
  ...NUMBERS.map(([name]): ColumnRule => ({ name, kind: 'number', missing: ['-99', '-99.0'] })),
  ...FLAGS.map(([name]): ColumnRule => ({ name, kind: 'flag' })),
  { name: 'src', kind: 'text', optional: true },
  { name: 'label', kind: 'flag', optional: true, required: true },
];
/** Only the performance columns write missing as -99; elsewhere it is a number. */
const rules = RULES.map((rule) => {
  if (rule.kind !== 'number' || rule.name.startsWith('perf_')) return rule;
  return { name: rule.name, kind: rule.kind };
});

/** Weeks in 3 months. */
const QUARTER_WEEKS = 13;

type Pick = (name: (typeof NUMBERS)[number][0]) => number;

/** A feature out of several columns of the row. */
function derived(
  name: string,
  unit: string,
  description: string,
  compute: (pick: Pick) => number,
  more: { monotone?: -1 | 1; owner?: string } = {},
): PlannedFeature {
  const read = (table: Table): ((row: number) => number) => {
    const columns = new Map(NUMBERS.map(([from]) => [from, numbersOf(table, from)]));
    let at = 0;
    const pick: Pick = (from) => columns.get(from)![at]!;
    return (row) => {
      at = row;
      return compute(pick);
    };
  };
  return value(name, unit, description, read, more);
}

/** a / b, missing where there is nothing to divide by. */
const ratio = (a: number, b: number): number => (b > 0 ? a / b : Number.NaN);
const more = { owner: 'inventory' } as const;

const plan: Plan = {
  importer: 'backorder',
  featureSetId: 'backorder@1',
  task: 'stockout',
  features: [
    ...NUMBERS.map(([from, name, unit, description]) =>
      column(name, from, unit, description, from === 'national_inv' ? more : {}),
    ),
    ...FLAGS.map(([from, name]) => column(name, from, 'flag', `the flag ${from} is set`)),
    derived(
      'cover3Months',
      'units',
      'on hand and in transit less the 3-month forecast',
      (n) => n('national_inv') + n('in_transit_qty') - n('forecast_3_month'),
      more,
    ),
    derived(
      'cover6Months',
      'units',
      'on hand and in transit less the 6-month forecast',
      (n) => n('national_inv') + n('in_transit_qty') - n('forecast_6_month'),
      more,
    ),
    derived(
      'onHandCover3Months',
      'units',
      'on hand less the 3-month forecast',
      (n) => n('national_inv') - n('forecast_3_month'),
      more,
    ),
    derived(
      'weeksOfSupply',
      'weeks',
      'on hand over weekly sales of 3 months',
      (n) => ratio(n('national_inv'), n('sales_3_month') / QUARTER_WEEKS),
      more,
    ),
    derived(
      'forecastWeeksOfSupply',
      'weeks',
      'on hand over the weekly 3-month forecast',
      (n) => ratio(n('national_inv'), n('forecast_3_month') / QUARTER_WEEKS),
      more,
    ),
    derived(
      'supplyWeeks',
      'weeks',
      'on hand and in transit over the weekly forecast',
      (n) => ratio(n('national_inv') + n('in_transit_qty'), n('forecast_3_month') / QUARTER_WEEKS),
      more,
    ),
    derived('aboveSafetyStock', 'units', 'on hand less safety stock', (n) => n('national_inv') - n('min_bank'), more),
    derived(
      'safetyStockCover',
      'ratio',
      'on hand over safety stock',
      (n) => ratio(n('national_inv'), n('min_bank')),
      more,
    ),
    derived(
      'leadTimeGap',
      'units',
      'on hand less the forecast over the lead time',
      (n) => n('national_inv') - (n('forecast_3_month') * n('lead_time')) / QUARTER_WEEKS,
      more,
    ),
    derived(
      'leadTimeCover',
      'ratio',
      'on hand over the forecast over the lead time',
      (n) => ratio(n('national_inv'), (n('forecast_3_month') * n('lead_time')) / QUARTER_WEEKS),
      more,
    ),
    derived(
      'leadTimeSalesGap',
      'units',
      'on hand less sales over the lead time',
      (n) => n('national_inv') - (n('sales_3_month') * n('lead_time')) / QUARTER_WEEKS,
      more,
    ),
    derived(
      'monthCover',
      'ratio',
      'on hand over the last month sold',
      (n) => ratio(n('national_inv'), n('sales_1_month')),
      more,
    ),
    derived('salesTrend', 'ratio', 'last month sold against the 3-month pace', (n) =>
      ratio(3 * n('sales_1_month'), n('sales_3_month')),
    ),
    derived('salesTrend6Months', 'ratio', '3 months sold against the 6-month pace', (n) =>
      ratio(2 * n('sales_3_month'), n('sales_6_month')),
    ),
    derived('forecastToSales', 'ratio', '3-month forecast over 3 months sold', (n) =>
      ratio(n('forecast_3_month'), n('sales_3_month')),
    ),
    derived(
      'forecastLater',
      'units',
      'forecast of months 4 to 6',
      (n) => n('forecast_6_month') - n('forecast_3_month'),
    ),
    derived('transitCover', 'ratio', 'in transit over the 3-month forecast', (n) =>
      ratio(n('in_transit_qty'), n('forecast_3_month')),
    ),
    derived('salesToForecast9Months', 'ratio', '9-month forecast over 9 months sold', (n) =>
      ratio(n('forecast_9_month'), n('sales_9_month')),
    ),
  ],
};

function facts(table: Table): Facts {
  const ids = textsOf(table, 'sku');
  const inventory = numbersOf(table, 'national_inv');
  const leadTime = numbersOf(table, 'lead_time');
  return {
    ids,
    // The set has no dates. Its sku numbers were given in the order of time, so they order the rows and are no feature.
    times: Float64Array.from(ids, (sku) => Number(sku)),
    dated: false,
    ...(table.columns.has('label') ? { labels: numbersOf(table, 'label') } : {}),
    segments: [
      { name: 'onHand', of: (row) => (inventory[row]! < 0 ? 'below 0' : inventory[row]! === 0 ? '0' : 'above 0') },
      {
        name: 'leadTime',
        of: (row) => (Number.isNaN(leadTime[row]!) ? 'missing' : leadTime[row]! <= 4 ? 'to 4' : 'above 4'),
      },
    ],
  };
}

/** Kaggle's product backorders: stockout risk of an item, one row per item, without dates. */
export const backorder: Importer = {
  name: 'backorder',
  task: 'stockout',
  read: (files) => readCsv(files, rules),
  facts,
  learn: (table) => learnPlan(plan, table),
  featureSet: (recorded) => featureSetOf(plan, recorded),
  features: (table, recorded, history) => buildPlan(plan, table, recorded, history),
};
