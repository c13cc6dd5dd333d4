/** How often, how much, how long: what a KPI is a number of. */
export type KpiUnit = 'share' | 'shipments per order' | 'minor units per order' | 'minutes' | 'hours';

/** What each row of a KPI is about, and so which table it reads: see `sources.ts`. */
export type KpiSource = 'order' | 'shipment' | 'exception';

interface Described {
  readonly id: string;
  readonly unit: KpiUnit;
  readonly better: 'higher' | 'lower';
  /** For people, one or two sentences. */
  readonly definition: string;
  readonly source: KpiSource;
  /** SQL over the source's columns: which rows count. */
  readonly where: string;
}

/** Sum of `numerator` over sum of `denominator`, both SQL over the source's columns. */
export interface Ratio extends Described {
  readonly kind: 'ratio';
  readonly numerator: string;
  readonly denominator: string;
  /** Money: amounts of different currencies are never added. */
  readonly perCurrency: boolean;
}

/** Mean, median and 90th percentile of `value`, SQL over the source's columns. */
export interface Distribution extends Described {
  readonly kind: 'distribution';
  readonly value: string;
}

export type Kpi = Ratio | Distribution;
