import { DuckDBInstance } from '@duckdb/node-api';
import { DomainError } from '#domain/problems.ts';
import { type ColumnRule, type Table, TableBuilder } from '../table.ts';

/**
 * Reads Parquet files through DuckDB, in chunks and only the columns of the rules, so that a set larger than memory
 * can be read. Of more than `mostRows` rows, every n-th is taken, in the order of the file.
 */
export async function readParquet(
  files: readonly string[],
  rules: readonly ColumnRule[],
  mostRows: number,
): Promise<Table> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const builder = new TableBuilder(rules);
  try {
    for (const file of files) {
      const source = `read_parquet('${file.replaceAll("'", "''")}', file_row_number = true)`;
      const described = await connection.runAndReadAll(`describe select * exclude (file_row_number) from ${source}`);
      const names = described.getRows().map((row) => String(row[0]));
      const counted = await connection.runAndReadAll(`select count(*) from ${source}`);
      const step = Math.max(1, Math.ceil(Number(counted.getRows()[0]![0]) / mostRows));
      builder.begin(file, names);
      const columnRules = names.map((name) => builder.ruleOf(name));
      const columns = names.map((name) => asText(name, builder.ruleOf(name)));
      const sampled = step === 1 ? '' : ` where file_row_number % ${step} = 0`;
      const result = await connection.stream(`select ${columns.join(', ')} from ${source}${sampled}`);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
        for (const row of chunk.getRows())
          builder.add(
            row.map((cell) => (cell === null ? '' : String(cell))),
            columnRules,
          );
      builder.end();
    }
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const detail = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new DomainError(
      'invalid-data',
      `${files.map((file) => `\`${file}\``).join(', ')}: ${detail}`,
      { files },
      error,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return builder.finish();
}

/** Every cell as the text a CSV file would have, so that both are checked by the same rules. */
function asText(name: string, rule: ColumnRule | undefined): string {
  const column = `"${name.replaceAll('"', '""')}"`;
  if (rule?.kind === 'instant') return `strftime(cast(${column} as timestamp), '%Y-%m-%d %H:%M:%S')`;
  return `cast(${column} as varchar)`;
}
