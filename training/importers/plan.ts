import type { FeatureDefinition, FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import { numbersOf, type Table, textsOf } from '../table.ts';
import { averagesAsOf, averagesAtEnd, type History } from './averages.ts';
import type { Recorded } from './importer.ts';

type Define = Omit<FeatureDefinition, 'categories'>;

/** A feature and how it is read: out of its row, as a category's code, or as the outcome average of a key. */
export type PlannedFeature =
  | { readonly kind: 'value'; readonly define: Define; readonly read: (table: Table) => (row: number) => number }
  | { readonly kind: 'category'; readonly define: Define; readonly read: (table: Table) => (row: number) => string }
  | { readonly kind: 'average'; readonly define: Define; readonly read: (table: Table) => (row: number) => string };

/** The features of a set beside how outcomes are averaged for those that need it. */
export interface Plan {
  readonly importer: string;
  readonly featureSetId: string;
  readonly task: FeatureSet['task'];
  readonly features: readonly PlannedFeature[];
  readonly history?: (table: Table) => History;
}

/** Categories keep their most frequent values; the rest is missing. */
const MOST_CATEGORIES = 60;
/** A category seen less often says nothing that would hold later. */
const LEAST_SEEN = 20;

export function value(
  name: string,
  unit: string,
  description: string,
  read: (table: Table) => (row: number) => number,
  more: { monotone?: -1 | 1; owner?: string } = {},
): PlannedFeature {
  return { kind: 'value', define: { name, type: 'number', unit, description, ...more }, read };
}

/** A column of numbers as it is. */
export function column(
  name: string,
  from: string,
  unit: string,
  description: string,
  more: { monotone?: -1 | 1; owner?: string } = {},
): PlannedFeature {
  const read = (table: Table): ((row: number) => number) => {
    const numbers = numbersOf(table, from);
    return (row) => numbers[row]!;
  };
  return value(name, unit, description, read, more);
}

export function category(name: string, from: string, description: string): PlannedFeature {
  const read = (table: Table): ((row: number) => string) => {
    const texts = textsOf(table, from);
    return (row) => texts[row]!;
  };
  return { kind: 'category', define: { name, type: 'category', unit: 'category', description }, read };
}

export function average(
  name: string,
  unit: string,
  description: string,
  read: (table: Table) => (row: number) => string,
): PlannedFeature {
  return { kind: 'average', define: { name, type: 'number', unit, description }, read };
}

export function learnPlan(plan: Plan, table: Table): Recorded {
  const categories: Record<string, readonly string[]> = {};
  const averages: Record<string, Readonly<Record<string, number>>> = {};
  const history = plan.history?.(table);
  for (const feature of plan.features) {
    if (feature.kind === 'category') categories[feature.define.name] = frequent(feature.read(table), table.rows);
    if (feature.kind === 'average' && history)
      averages[feature.define.name] = averagesAtEnd(history, feature.read(table), table.rows);
  }
  return { v: 1, importer: plan.importer, categories, averages };
}

function frequent(read: (row: number) => string, rows: number): string[] {
  const counts = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const text = read(row);
    if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= LEAST_SEEN)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_CATEGORIES)
    .map(([text]) => text)
    .sort();
}

export function featureSetOf(plan: Plan, recorded: Recorded): FeatureSet {
  const features = plan.features.map(({ kind, define }) =>
    kind === 'category' ? { ...define, categories: recorded.categories[define.name] ?? [] } : define,
  );
  return { featureSetId: plan.featureSetId, task: plan.task, features };
}

export function buildPlan(plan: Plan, table: Table, recorded: Recorded, mode: 'recorded' | 'asOf'): FeatureMatrix {
  const columns = plan.features.length;
  const values = new Float64Array(table.rows * columns);
  const history = mode === 'asOf' ? plan.history?.(table) : undefined;
  plan.features.forEach((feature, f) => {
    const read = readerOf(feature, table, recorded, history);
    for (let row = 0; row < table.rows; row++) values[row * columns + f] = read(row);
  });
  return { rows: table.rows, columns, values };
}

function readerOf(
  feature: PlannedFeature,
  table: Table,
  recorded: Recorded,
  history: History | undefined,
): (row: number) => number {
  if (feature.kind === 'value') return feature.read(table);
  const key = feature.read(table);
  if (feature.kind === 'category') {
    const codes = new Map((recorded.categories[feature.define.name] ?? []).map((text, code) => [text, code]));
    return (row) => codes.get(key(row)) ?? Number.NaN;
  }
  if (history) {
    const known = averagesAsOf(history, key, table.rows);
    return (row) => known[row]!;
  }
  const averages = new Map(Object.entries(recorded.averages[feature.define.name] ?? {}));
  return (row) => averages.get(key(row)) ?? 0;
}
