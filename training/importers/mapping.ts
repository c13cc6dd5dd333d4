import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { DomainError } from '#domain/problems.ts';
import { TASKS } from '#domain/risk.ts';
import { type ColumnRule, numbersOf, type Table, textsOf } from '../table.ts';
import { readCsv } from './csv.ts';
import type { Facts, Importer } from './importer.ts';
import { readParquet } from './parquet.ts';
import { buildPlan, featureSetOf, learnPlan, type Plan, type PlannedFeature } from './plan.ts';

const feature = z.strictObject({
  type: z.enum(['number', 'category', 'flag']),
  unit: z.string().default(''),
  description: z.string().default(''),
  monotone: z.union([z.literal(-1), z.literal(1)]).optional(),
  owner: z.string().optional(),
  /** Texts that mean missing besides the empty one. */
  missing: z.array(z.string()).default([]),
});

/** What a mapping file says: which column is what. A column that is not named is refused unless it is ignored. */
export const mappingSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  task: z.enum(TASKS),
  id: z.string(),
  /** When each row was decided; rows must be in its order. */
  time: z.string().optional(),
  /** When the label became known. */
  observedAt: z.string().optional(),
  /** Yes/No, true/false or 1/0. */
  label: z.string(),
  /** Days from decision to arrival, for families of transit time; needs a feature `promisedDays`. */
  durationDays: z.string().optional(),
  features: z.record(z.string(), z.union([z.enum(['number', 'category', 'flag']), feature])),
  segments: z.array(z.string()).default([]),
  ignore: z.array(z.string()).default([]),
  /** Parquet only: at most so many rows are drawn, evenly over the file. */
  mostRows: z.int().positive().default(2_000_000),
});
export type Mapping = z.infer<typeof mappingSchema>;

/** Reads a mapping file; `invalid-data` names what does not fit. */
export function mappedImporter(path: string): Importer {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new DomainError('invalid-data', `mapping \`${path}\` cannot be read`, { file: path }, cause);
  }
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.split('\n')[0] : '';
    throw new DomainError('invalid-data', `mapping \`${path}\` is not YAML: ${detail}`, { file: path }, cause);
  }
  const found = mappingSchema.safeParse(document);
  if (found.success) return importerOf(found.data);
  const issue = found.error.issues[0]!;
  throw new DomainError('invalid-data', `mapping \`${path}\`, \`${issue.path.join('.')}\`: ${issue.message}`, {
    file: path,
  });
}

export function importerOf(mapping: Mapping): Importer {
  const features = Object.entries(mapping.features).map(([name, given]) => ({
    name,
    ...(typeof given === 'string' ? feature.parse({ type: given }) : given),
  }));
  const plan: Plan = {
    importer: mapping.name,
    featureSetId: `${mapping.name}@1`,
    task: mapping.task,
    features: features.map(({ name, type, unit, description, monotone, owner }): PlannedFeature => {
      const define = { name, unit, description: description || `column ${name}`, ...(owner ? { owner } : {}) };
      if (type === 'category')
        return { kind: 'category', define: { ...define, type }, read: (table) => (row) => textsOf(table, name)[row]! };
      return {
        kind: 'value',
        define: { ...define, type: 'number', ...(monotone ? { monotone } : {}) },
        read: (table) => {
          const numbers = numbersOf(table, name);
          return (row) => numbers[row]!;
        },
      };
    }),
  };
  const rules = rulesOf(mapping, features);
  return {
    name: mapping.name,
    task: mapping.task,
    ...(mapping.durationDays && mapping.features['promisedDays'] ? { promiseFeature: 'promisedDays' } : {}),
    ...(mapping.time ? { orderedBy: mapping.time } : {}),
    read: (files) =>
      files.every((file) => file.endsWith('.parquet'))
        ? readParquet(files, rules, mapping.mostRows)
        : readCsv(files, rules),
    facts: (table) => factsOf(mapping, table),
    learn: (table) => learnPlan(plan, table),
    featureSet: (recorded) => featureSetOf(plan, recorded),
    features: (table, recorded, mode) => buildPlan(plan, table, recorded, mode),
  };
}

type MappedFeature = {
  readonly name: string;
  readonly type: 'number' | 'category' | 'flag';
  readonly missing: string[];
};

function rulesOf(mapping: Mapping, features: readonly MappedFeature[]): ColumnRule[] {
  const rules: ColumnRule[] = [
    { name: mapping.id, kind: 'text', required: true },
    { name: mapping.label, kind: 'flag', optional: true, required: true },
  ];
  if (mapping.time) rules.push({ name: mapping.time, kind: 'instant', required: true });
  if (mapping.observedAt) rules.push({ name: mapping.observedAt, kind: 'instant', optional: true });
  if (mapping.durationDays) rules.push({ name: mapping.durationDays, kind: 'number', optional: true });
  for (const { name, type, missing } of features)
    rules.push({ name, kind: type === 'category' ? 'text' : type, missing });
  for (const name of mapping.segments)
    if (!rules.some((rule) => rule.name === name)) rules.push({ name, kind: 'text' });
  for (const name of mapping.ignore)
    if (!rules.some((rule) => rule.name === name)) rules.push({ name, kind: 'text', optional: true });
  const twice = rules.find(({ name }, i) => rules.findIndex((rule) => rule.name === name) !== i);
  if (twice)
    throw new DomainError(
      'invalid-data',
      `mapping \`${mapping.name}\` uses column \`${twice.name}\` twice: a feature is never the id, a time or the label`,
      {
        column: twice.name,
      },
    );
  return rules;
}

function factsOf(mapping: Mapping, table: Table): Facts {
  const optional = (name: string | undefined): Float64Array | undefined =>
    name !== undefined && table.columns.has(name) ? numbersOf(table, name) : undefined;
  const labels = optional(mapping.label);
  const observedAt = optional(mapping.observedAt);
  const durations = optional(mapping.durationDays);
  return {
    ids: textsOf(table, mapping.id),
    times: mapping.time ? numbersOf(table, mapping.time) : Float64Array.from({ length: table.rows }, (_, row) => row),
    dated: mapping.time !== undefined,
    ...(labels ? { labels } : {}),
    ...(observedAt ? { observedAt } : {}),
    ...(durations ? { durations } : {}),
    segments: mapping.segments.map((name) => {
      const column = table.columns.get(name)!;
      return { name, of: (row: number) => String(column[row] ?? '') };
    }),
  };
}
