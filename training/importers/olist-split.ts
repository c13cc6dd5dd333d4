import { type ColumnRule, numbersOf, type Table, textsOf } from '../table.ts';
import { readCsv } from './csv.ts';
import type { Facts, Importer } from './importer.ts';
import { buildPlan, category, column, featureSetOf, learnPlan, type Plan, type PlannedFeature, value } from './plan.ts';

const COLUMNS = [
  ['n_items', 'items', 'count', 'items of the order'],
  ['n_products', 'products', 'count', 'different products of the order'],
  ['n_categories', 'categories', 'count', 'different categories of the order'],
  ['price_sum', 'price', 'BRL', 'price of all items'],
  ['price_max', 'highestPrice', 'BRL', 'highest price of an item'],
  ['price_min', 'lowestPrice', 'BRL', 'lowest price of an item'],
  ['weight_sum_g', 'weightGrams', 'g', 'weight of all items'],
  ['weight_max_g', 'heaviestGrams', 'g', 'weight of the heaviest item'],
  ['volume_sum_cm3', 'volumeCm3', 'cm3', 'volume of all items'],
  ['volume_max_cm3', 'largestCm3', 'cm3', 'volume of the largest item'],
  ['photos_max', 'photos', 'count', 'photos of the product that has most'],
  ['hist_known_frac', 'knownShare', 'share', 'share of the products that were sold before'],
  ['hist_min_sellers', 'fewestSellers', 'count', 'sellers so far of the product that has fewest'],
  ['src_common_seller_exists', 'commonSeller', 'flag', 'one seller has sold all products before'],
  ['src_known_disjoint', 'knownDisjoint', 'flag', 'the products are known and no seller has sold all'],
  ['src_union_sellers', 'sellersOfAny', 'count', 'sellers that have sold any of the products'],
  ['hist_sales_per_product', 'salesPerProduct', 'count', 'past sales over products'],
  ['hist_cats_multi_n', 'categoryOrders', 'count', 'past orders of the same categories with several products'],
  ['hist_cats_multi_split', 'categorySplits', 'count', 'of these, split'],
  ['hist_catsum_multi_n', 'anyCategoryOrders', 'count', 'past orders of any of the categories with several products'],
  ['hist_catsum_multi_split', 'anyCategorySplits', 'count', 'of these, split'],
  ['hist_min_cat_sellers', 'categorySellers', 'count', 'sellers so far of the category that has fewest'],
] as const;

const rules: readonly ColumnRule[] = [
  { name: 'order_id', kind: 'text', required: true },
  { name: 'time', kind: 'instant', required: true },
  ...COLUMNS.map(([name]): ColumnRule => ({ name, kind: 'number', required: name === 'n_products' })),
  ...['installments', 'weekday', 'hour', 'month'].map((name): ColumnRule => ({ name, kind: 'number' })),
  ...['main_category', 'customer_state', 'payment_type'].map((name): ColumnRule => ({ name, kind: 'text' })),
  { name: 'label', kind: 'flag', optional: true, required: true },
];

type Pick = (name: (typeof COLUMNS)[number][0]) => number;

function derived(name: string, unit: string, description: string, compute: (pick: Pick) => number): PlannedFeature {
  return value(name, unit, description, (table) => {
    const columns = new Map(COLUMNS.map(([from]) => [from, numbersOf(table, from)]));
    let at = 0;
    const pick: Pick = (from) => columns.get(from)![at]!;
    return (row) => {
      at = row;
      return compute(pick);
    };
  });
}

/** Past splits over past orders, shrunk with three orders towards the share of all orders with several products. */
const splitShare = (splits: number, orders: number): number => (splits + 3 * 0.38) / (orders + 3);
const ratio = (a: number, b: number): number => (b > 0 ? a / b : Number.NaN);

const plan: Plan = {
  importer: 'olist-split',
  featureSetId: 'olist-split@1',
  task: 'split',
  features: [
    ...COLUMNS.map(([from, name, unit, description]) => column(name, from, unit, description)),
    category('mainCategory', 'main_category', 'category of the first product'),
    derived('categorySplitShare', 'share', 'past split share of the same categories, shrunk', (n) =>
      splitShare(n('hist_cats_multi_split'), n('hist_cats_multi_n')),
    ),
    derived('anyCategorySplitShare', 'share', 'past split share of any of the categories, shrunk', (n) =>
      splitShare(n('hist_catsum_multi_split'), n('hist_catsum_multi_n')),
    ),
    derived('pricePerItem', 'BRL', 'price over items', (n) => n('price_sum') / n('n_items')),
    derived('priceSpread', 'ratio', 'highest over lowest price', (n) => ratio(n('price_max'), n('price_min'))),
    derived('weightSpread', 'ratio', 'heaviest item over the average item', (n) =>
      ratio(n('weight_max_g') * n('n_items'), n('weight_sum_g')),
    ),
    derived('volumeSpread', 'ratio', 'largest item over the average item', (n) =>
      ratio(n('volume_max_cm3') * n('n_items'), n('volume_sum_cm3')),
    ),
    derived('repeatedItems', 'count', 'items beyond one of each product', (n) => n('n_items') - n('n_products')),
    derived('categoriesPerProduct', 'ratio', 'categories over products', (n) => n('n_categories') / n('n_products')),
    derived(
      'sellersPerProduct',
      'ratio',
      'sellers of any of the products over products',
      (n) => n('src_union_sellers') / n('n_products'),
    ),
  ],
};

/** Orders of one product hardly ever split: they count this much, so that the trees are about the others. */
const SINGLE_PRODUCT_WEIGHT = 0.02;

function facts(table: Table): Facts {
  const products = numbersOf(table, 'n_products');
  const times = numbersOf(table, 'time');
  const category = textsOf(table, 'main_category');
  const label = table.columns.has('label') ? numbersOf(table, 'label') : undefined;
  return {
    ids: textsOf(table, 'order_id'),
    times,
    dated: true,
    // Which sellers an order needs is known as soon as it is sourced.
    ...(label ? { labels: label, observedAt: times } : {}),
    weights: products.map((count) => (count > 1 ? 1 : SINGLE_PRODUCT_WEIGHT)),
    segments: [
      { name: 'products', of: (row) => (products[row]! > 2 ? '3 or more' : String(products[row])) },
      { name: 'mainCategory', of: (row) => category[row]! },
    ],
    judged: {
      name: 'orders with more than one product',
      rows: Uint8Array.from(products, (count) => (count > 1 ? 1 : 0)),
    },
  };
}

/** Olist orders in Brazil: does an order need more than one seller, asked before it is sourced. */
export const olistSplit: Importer = {
  name: 'olist-split',
  task: 'split',
  orderedBy: 'time',
  read: (files) => readCsv(files, rules),
  facts,
  learn: (table) => learnPlan(plan, table),
  featureSet: (recorded) => featureSetOf(plan, recorded),
  features: (table, recorded, mode) => buildPlan(plan, table, recorded, mode),
};
