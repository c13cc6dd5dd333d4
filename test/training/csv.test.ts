import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCsv } from '#training/importers/csv.ts';
import { type ColumnRule, numbersOf, readCell, textsOf, whereIs } from '#training/table.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'csv-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const rules: ColumnRule[] = [
  { name: 'id', kind: 'text', required: true },
  { name: 'at', kind: 'instant' },
  { name: 'price', kind: 'number', missing: ['-99'] },
  { name: 'late', kind: 'flag', optional: true },
];

function file(name: string, bytes: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
const good = 'id,at,price,late\na,2018-01-02,1.5,Yes\nb,,-99,No\n"c, d",2018-01-02 10:30:00,-2e3,1\n';
const refusal = async (...files: string[]) =>
  readCsv(files, rules).then(
    () => 'it was read',
    (error: Error & { facts?: unknown }) => ({
      message: error.message.replaceAll(`${folder}/`, ''),
      facts: error.facts,
    }),
  );

test('reads numbers, instants, flags and texts, with empty as missing, gzipped or not', async () => {
  for (const path of [file('good.csv', good), file('good.csv.gz', gzipSync(good))]) {
    const table = await readCsv([path], rules);
    expect(table.rows).toBe(3);
    expect(textsOf(table, 'id')).toEqual(['a', 'b', 'c, d']);
    expect([...numbersOf(table, 'price')]).toEqual([1.5, Number.NaN, -2000]);
    expect([...numbersOf(table, 'late')]).toEqual([1, 0, 1]);
    expect(numbersOf(table, 'at')[2]).toBe(Date.UTC(2018, 0, 2, 10, 30));
  }
});

test('several files are one table, and a row is still found in its own file', async () => {
  const table = await readCsv([file('one.csv', good), file('two.csv', good)], rules);
  expect(table.rows).toBe(6);
  expect(whereIs(table, 4)).toMatchObject({ row: 2, file: expect.stringContaining('two.csv') });
});

test('columns may come in another order, and optional ones may be absent', async () => {
  const table = await readCsv([file('order.csv', 'price,id,at\n3,x,2020-02-29\n')], rules);
  expect(table.columns.has('late')).toBe(false);
  expect([...numbersOf(table, 'price')]).toEqual([3]);
});

test('a text where a number belongs is named with file, row and column', async () => {
  const answer = await refusal(file('text.csv', 'id,at,price\na,,1\nb,,cheap\n'));
  expect(answer).toMatchObject({
    message: '`text.csv` row 2, column `price`: found `cheap`; expected a number',
    facts: { row: 2, column: 'price', found: 'cheap' },
  });
});

test.each([
  ['missing.csv', 'id,at\na,\n', 'column `price` is missing'],
  ['extra.csv', 'id,at,price,colour\na,,1,red\n', 'column `colour` is not expected'],
  ['twice.csv', 'id,at,price,price\na,,1,1\n', 'column `price` is there twice'],
  ['none.csv', 'id,at,price\n', 'has 0 rows'],
  ['empty.csv', '', 'is empty'],
  ['ragged.csv', 'id,at,price\na,,1\nb,2\n', 'row 2'],
  ['date.csv', 'id,at,price\na,2018-02-30,1\n', 'row 1, column `at`: found `2018-02-30`'],
  ['key.csv', 'id,at,price\n,2018-02-03,1\n', 'row 1, column `id`'],
  ['flag.csv', 'id,at,price,late\na,,1,2\n', 'row 1, column `late`: found `2`'],
])('%s is refused and named', async (name, text, expected) => {
  const answer = await refusal(file(name, text));
  expect(answer).toMatchObject({ message: expect.stringContaining(expected) });
  expect(answer).toMatchObject({ message: expect.stringContaining(name) });
});

test('a truncated gzip is named with the row it ends after', async () => {
  const many = `id,at,price\n${Array.from({ length: 5000 }, (_, i) => `row${i},,${(i * 7919) % 1000}`).join('\n')}\n`;
  const whole = gzipSync(many);
  const answer = await refusal(file('cut.csv.gz', whole.subarray(0, whole.length - 2000)));
  expect(answer).toMatchObject({
    message: expect.stringMatching(/`cut.csv.gz` is a broken or truncated gzip: it ends after row \d+/),
  });
});

test('a file that is not there is named', async () => {
  expect(await refusal(join(folder, 'nowhere.csv'))).toMatchObject({ message: '`nowhere.csv` cannot be read: ENOENT' });
});

test('a column in one of two files only is refused', async () => {
  const answer = await refusal(file('with.csv', good), file('without.csv', 'id,at,price\na,,1\n'));
  expect(answer).toMatchObject({ message: '`without.csv`: column `late` is in some of the files only' });
});

test.each(['0x10', '1,5', '1 ', 'NaN', 'Infinity', '--1', '1e999'])('`%s` is not a number', (text) => {
  expect(readCell(text, 'number')).toBeUndefined();
});
