import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { DomainError } from '#domain/problems.ts';
import { type ColumnRule, type Table, TableBuilder } from '../table.ts';

/**
 * Reads CSV files, gzipped or not, into one table, strictly: a missing, extra or repeated column, a cell that is not of
 * its kind, a ragged row, 0 rows or a broken gzip is `invalid-data` with file, row and column.
 */
export async function readCsv(files: readonly string[], rules: readonly ColumnRule[]): Promise<Table> {
  const builder = new TableBuilder(rules);
  for (const file of files) await readFile(file, builder);
  return builder.finish();
}

async function readFile(file: string, builder: TableBuilder): Promise<void> {
  const gzipped = await startsWithGzip(file);
  const source = createReadStream(file, { highWaterMark: 1 << 18 });
  const parser = parse({ bom: true });
  const bytes = gzipped ? source.pipe(createGunzip({ chunkSize: 1 << 18 })) : source;
  source.on('error', (error) => bytes.destroy(error));
  bytes.on('error', (error: Error) => parser.destroy(error));
  bytes.pipe(parser);
  const first = builder.rows;
  let rules: (ColumnRule | undefined)[] | undefined;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      if (rules) builder.add(record, rules);
      else rules = builder.begin(file, record).map((name) => (name === undefined ? undefined : builder.ruleOf(name)));
    }
  } catch (error) {
    throw translated(error, file, builder.rows - first);
  } finally {
    source.destroy();
  }
  if (!rules)
    throw new DomainError('invalid-data', `\`${file}\` is empty; expected a header and rows`, { file, row: 0 });
  builder.end();
}

async function startsWithGzip(file: string): Promise<boolean> {
  try {
    const handle = await open(file);
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await handle.close();
    }
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new DomainError('invalid-data', `\`${file}\` cannot be read: ${cause}`, { file }, error);
  }
}

function translated(error: unknown, file: string, rows: number): unknown {
  if (error instanceof DomainError) return error;
  const row = rows + 1;
  if (error instanceof CsvError)
    return new DomainError('invalid-data', `\`${file}\` row ${row}: ${error.message}`, { file, row }, error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return new DomainError(
      'invalid-data',
      `\`${file}\` is a broken or truncated gzip: it ends after row ${rows}`,
      { file, row: rows },
      error,
    );
  return error;
}
