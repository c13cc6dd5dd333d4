import type { Instant } from '#domain/time.ts';
import type { Store } from '#store/open.ts';
import type { KpiUnit } from './definition.ts';
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
type Sqlite = Pick<Store, 'sqlite'>;

type KnownRatio = Extract<Known, { readonly kind: 'ratio' }>;
type KnownDistribution = Extract<Known, { readonly kind: 'distribution' }>;

/** Ratios of one source in one pass over its rows; all of them per currency, or none. */
function ratios(store: Sqlite, kpis: readonly KnownRatio[], tenant: string, query: KpiQuery): KpiRow[] {
  const [first] = kpis;
  if (!first) return [];
  const sums = kpis.flatMap(({ where, numerator, denominator }, at) => [
    `sum(CASE WHEN ${where} THEN ${numerator} END) AS n${at}`,
    `sum(CASE WHEN ${where} THEN ${denominator} END) AS d${at}`,
    `count(CASE WHEN ${where} THEN 1 END) AS r${at}`,
  ]);
  const groups = store.sqlite
    .prepare<unknown[], Record<string, string | number | null>>(
      `SELECT grp, ${first.perCurrency ? 'currency' : 'NULL'} AS money, ${sums.join(', ')}
       FROM (${sourceSql(first.source, query.by, sums.join(' '))}) GROUP BY grp, money ORDER BY grp, money`,
    )
    .all({ ...parameters(tenant, query) });
  return kpis.flatMap(({ id, unit }, at) =>
    groups
      .filter((row) => row[`r${at}`] !== 0)
      .map((row) => {
        const numerator = Number(row[`n${at}`] ?? 0);
        const denominator = Number(row[`d${at}`] ?? 0);
        return {
          id,
          unit,
          group: String(row['grp']),
          currency: row['money'] === null ? null : String(row['money']),
          value: denominator === 0 ? null : numerator / denominator,
          rows: Number(row[`r${at}`]),
          numerator,
          denominator,
          p50: null,
          p90: null,
        };
      }),
  );
}

/** The smallest value that at least the share `p` of the sorted values does not exceed (nearest rank). */
function percentile(sorted: readonly number[], p: number): number {
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!;
}

function distribution(store: Sqlite, kpi: KnownDistribution, tenant: string, query: KpiQuery): KpiRow[] {
  const values = new Map<string, number[]>();
  const rows = store.sqlite
    .prepare<unknown[], { group: string; value: number }>(
      `SELECT grp AS "group", ${kpi.value} AS value FROM (${sourceSql(kpi.source, query.by, `${kpi.where} ${kpi.value}`)})
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

/** Measures the KPIs named, each sorted by group, in the order of `KPIS`. */
export function measureKpis(store: Sqlite, tenant: string, query: KpiQuery, ids: readonly KpiId[] = KPI_IDS): KpiRow[] {
  const wanted: readonly Known[] = KPIS.filter(({ id }) => ids.includes(id));
  const passes = new Map<string, KnownRatio[]>();
  for (const kpi of wanted)
    if (kpi.kind === 'ratio') {
      const pass = `${kpi.source} ${kpi.perCurrency}`;
      passes.set(pass, [...(passes.get(pass) ?? []), kpi]);
    }
  const rows = [
    ...[...passes.values()].flatMap((kpis) => ratios(store, kpis, tenant, query)),
    ...wanted
      .filter((kpi): kpi is KnownDistribution => kpi.kind === 'distribution')
      .flatMap((kpi) => distribution(store, kpi, tenant, query)),
  ];
  return wanted.flatMap(({ id }) => rows.filter((row) => row.id === id));
}

/** Measures one KPI, sorted by group. */
export function measureKpi(store: Sqlite, id: KpiId, tenant: string, query: KpiQuery): KpiRow[] {
  return measureKpis(store, tenant, query, [id]);
}
