import type { Instant } from '#domain/time.ts';
import type { Store } from '#store/open.ts';
import type { Distribution, Kpi, KpiUnit, Ratio } from './definition.ts';
import { ORDER_KPIS } from './order-kpis.ts';
import { PEOPLE_KPIS } from './people-kpis.ts';
import { SHIPMENT_KPIS } from './shipment-kpis.ts';
import { type Grouping, sourceSql } from './sources.ts';

/** Every KPI of the vocabulary, each defined once. */
export const KPIS = [...ORDER_KPIS, ...PEOPLE_KPIS, ...SHIPMENT_KPIS] as const;
export type KpiId = (typeof KPIS)[number]['id'];
export const KPI_IDS = KPIS.map(({ id }) => id) as [KpiId, ...KpiId[]];

export interface KpiQuery {
  /** Half-open: from <= moment < to. The moment is that of the decision, of leaving, or of opening. */
  readonly from: Instant;
  readonly to: Instant;
  readonly by: Grouping | null;
  /** Open exceptions age until now. */
  readonly now: Instant;
}

/** One group of one KPI. Without rows in a group there is no row for it; a denominator of 0 makes the value null. */
export interface KpiRow {
  readonly id: KpiId;
  readonly unit: KpiUnit;
  /** Day, node, carrier, tier or channel; empty where nothing was grouped. */
  readonly group: string;
  /** Of money; otherwise null. */
  readonly currency: string | null;
  /** The ratio, or the mean. */
  readonly value: number | null;
  /** How many orders, shipments or exceptions it is about. */
  readonly rows: number;
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
}

type Known = (typeof KPIS)[number];

function ratio(store: Pick<Store, 'sqlite'>, kpi: Ratio & Known, tenant: string, query: KpiQuery): KpiRow[] {
  const currency = kpi.perCurrency ? 'currency' : 'NULL';
  const rows = store.sqlite
    .prepare<
      unknown[],
      { group: string; currency: string | null; numerator: number; denominator: number; rows: number }
    >(
      `SELECT grp AS "group", ${currency} AS currency, sum(${kpi.numerator}) AS numerator,
         sum(${kpi.denominator}) AS denominator, count(*) AS rows
       FROM (${sourceSql(kpi.source, query.by)}) WHERE ${kpi.where} GROUP BY grp, 2 ORDER BY grp, 2`,
    )
    .all({ ...parameters(tenant, query) });
  return rows.map((row) => ({
    id: kpi.id,
    unit: kpi.unit,
    ...row,
    value: row.denominator === 0 ? null : row.numerator / row.denominator,
    p50: null,
    p90: null,
  }));
}

/** The smallest value that at least the share `p` of the sorted values does not exceed (nearest rank). */
function percentile(sorted: readonly number[], p: number): number {
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!;
}

function distribution(
  store: Pick<Store, 'sqlite'>,
  kpi: Distribution & Known,
  tenant: string,
  query: KpiQuery,
): KpiRow[] {
  const values = new Map<string, number[]>();
  const rows = store.sqlite
    .prepare<unknown[], { group: string; value: number }>(
      `SELECT grp AS "group", ${kpi.value} AS value FROM (${sourceSql(kpi.source, query.by)})
       WHERE ${kpi.where} ORDER BY grp, value`,
    )
    .iterate({ ...parameters(tenant, query) });
  for (const { group, value } of rows) {
    const known = values.get(group);
    if (known) known.push(value);
    else values.set(group, [value]);
  }
  return [...values].map(([group, sorted]) => ({
    id: kpi.id,
    unit: kpi.unit,
    group,
    currency: null,
    value: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    rows: sorted.length,
    numerator: null,
    denominator: null,
    p50: percentile(sorted, 0.5),
    p90: percentile(sorted, 0.9),
  }));
}

const parameters = (tenant: string, { from, to, now }: KpiQuery) => ({ tenant, from, to, now });

/** Measures one KPI, sorted by group. */
export function measureKpi(store: Pick<Store, 'sqlite'>, id: KpiId, tenant: string, query: KpiQuery): KpiRow[] {
  const kpi: Kpi & Known = KPIS.find((one) => one.id === id)!;
  return kpi.kind === 'ratio' ? ratio(store, kpi, tenant, query) : distribution(store, kpi, tenant, query);
}

/** Measures every KPI, in the order of `KPIS`. */
export function measureKpis(store: Pick<Store, 'sqlite'>, tenant: string, query: KpiQuery): KpiRow[] {
  return KPI_IDS.flatMap((id) => measureKpi(store, id, tenant, query));
}
