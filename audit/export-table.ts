import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '#store/open.ts';

export const TABLE_FORMATS = ['jsonl', 'csv', 'parquet'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

interface Column {
  readonly name: string;
  /** As SQLite declares it. */
  readonly type: 'text' | 'integer' | 'real' | string;
}

const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** Columns that hold a JSON array of text. */
const isList = (value: unknown): boolean => typeof value === 'string' && value.startsWith('[');

const JSON_TYPES: Readonly<Record<string, string>> = { integer: 'integer', real: 'number', text: 'string' };
const DUCKDB_TYPES: Readonly<Record<string, string>> = { integer: 'BIGINT', real: 'DOUBLE', text: 'VARCHAR' };

function columnsOf(store: Store): Column[] {
  return (store.sqlite.prepare('PRAGMA table_info(decision_index)').all() as Column[]).map(({ name, type }) => ({
    name,
    type: type.toLowerCase(),
  }));
}

/** RFC 4180: quoted where it must be. */
function csvCell(value: unknown): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonLine(row: Readonly<Record<string, unknown>>, lists: boolean): string {
  const member = (value: unknown) => (lists && isList(value) ? JSON.parse(value as string) : value);
  return JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), member(value)])));
}

async function writeParquet(lines: string, columns: readonly Column[], file: string): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const types = columns.map(({ name, type }) => `${camel(name)}: ${quoted(DUCKDB_TYPES[type] ?? 'VARCHAR')}`);
  await connection.run(
    `COPY (SELECT * FROM read_json(${quoted(lines)}, format = 'newline_delimited', columns = {${types.join(', ')}}))
     TO ${quoted(file)} (FORMAT parquet)`,
  );
  connection.closeSync();
}

/**
 * Writes one row for each decision of every tenant, in the order of their ids: `decisions.<format>`, and
 * `decisions.schema.json` (JSON Schema of a row). Times are epoch milliseconds, money is minor units. In CSV and
 * Parquet a list is its JSON text. Returns the number of rows.
 */
export async function exportDecisionTable(store: Store, folder: string, format: TableFormat): Promise<number> {
  const columns = columnsOf(store);
  const properties = Object.fromEntries(
    columns.map(({ name, type }) => [camel(name), { type: [JSON_TYPES[type] ?? 'string', 'null'] }]),
  );
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'decision',
    type: 'object',
    properties,
  };
  if (format === 'jsonl')
    for (const name of [
      'degraded',
      'itemIds',
      'nodeIds',
      'carriers',
      'carrierServices',
      'rulesFired',
      'reasonCodes',
      'models',
    ])
      if (name in properties) Object.assign(properties, { [name]: { type: 'array', items: { type: 'string' } } });
  writeFileSync(join(folder, 'decisions.schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
  const target = join(folder, `decisions.${format}`);
  const lines = format === 'parquet' ? `${target}.draft` : target;
  const descriptor = openSync(lines, 'w');
  let rows = 0;
  if (format === 'csv') writeSync(descriptor, `${columns.map(({ name }) => camel(name)).join(',')}\r\n`);
  const all = store.sqlite.prepare('SELECT * FROM decision_index ORDER BY tenant_id, decision_id').iterate();
  for (const row of all as IterableIterator<Record<string, unknown>>) {
    const line =
      format === 'csv'
        ? `${columns.map(({ name }) => csvCell(row[name])).join(',')}\r\n`
        : `${jsonLine(row, format === 'jsonl')}\n`;
    writeSync(descriptor, line);
    rows++;
  }
  closeSync(descriptor);
  if (format === 'parquet') {
    await writeParquet(lines, columns, target);
    rmSync(lines);
  }
  return rows;
}
