import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { backtest } from '#training/backtest.ts';
import { inOrder, knownBefore, matrixRows, readToLearn, trainingData } from '#training/dataset.ts';
import { floorTrainer } from '#training/families.ts';
import { mappedImporter } from '#training/importers/mapping.ts';
import { modelOf } from '#training/race.ts';
import { csvOf, folderWith, MAPPING, parcels, run } from './support/parcels.ts';

const history = parcels(1500);
const later = parcels(600, 2);
const at = folderWith({
  'mapping.yaml': MAPPING,
  'history.csv.gz': gzipSync(csvOf(history)),
  'later.csv': csvOf(later),
  'unlabelled.csv': csvOf([...later].reverse(), ['late', 'known']),
});
const from = (command: string, ...more: string[]) => run(command, 'delay', '--importer', at('mapping.yaml'), ...more);

beforeAll(async () => {
  const trained = await from(
    'train',
    '--data',
    at('history.csv.gz'),
    '--family',
    'boosted',
    '--out',
    at('model'),
    '--by',
    'data team',
  );
  expect(trained.err).toBe('');
  expect(trained.code).toBe(0);
}, 60_000);

test('train writes an artifact with card, metrics, reference and manifest, and prints the families', async () => {
  expect(readdirSync(at('model')).sort()).toEqual([
    'card.json',
    'manifest.json',
    'metrics.json',
    'model.json',
    'reference.json',
  ]);
  const card = JSON.parse(readFileSync(at('model/card.json'), 'utf8'));
  expect(card).toMatchObject({ trainedBy: 'data team', rows: 1500, featureSet: 'parcels@1', data: ['history.csv.gz'] });
  const metrics = JSON.parse(readFileSync(at('model/metrics.json'), 'utf8'));
  expect(metrics.rolling.length).toBe(3);
  // A family that was asked for by name runs alone: there is nobody to be ahead of.
  expect(metrics.margin).toBeNull();
});

test('the same data and seed give the same bytes', async () => {
  const again = await from('train', '--data', at('history.csv.gz'), '--family', 'boosted', '--out', at('again'));
  expect(again.out).toMatch(/boosted/);
  expect(readFileSync(at('again/model.json'), 'utf8')).toBe(readFileSync(at('model/model.json'), 'utf8'));
  expect(readFileSync(at('again/reference.json'), 'utf8')).toBe(readFileSync(at('model/reference.json'), 'utf8'));
}, 60_000);

test('a version is never written over', async () => {
  const again = await from('train', '--data', at('history.csv.gz'), '--out', at('model'));
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining('a version is never changed') });
});

test('predict gives a row each in input order, without label and what is known later', async () => {
  const predicted = await from('predict', '--model', at('model'), '--data', at('unlabelled.csv'), '--out', at('p.csv'));
  expect(predicted.code).toBe(0);
  const lines = readFileSync(at('p.csv'), 'utf8').trim().split('\n');
  expect(lines[0]).toBe('id,probability');
  expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual([...later].reverse().map(({ id }) => id));
  for (const line of lines.slice(1)) expect(Number(line.split(',')[1])).toSatisfy((p: number) => p > 0 && p < 1);
});

test('evaluate measures as JSON, as text and as a page that needs no network', async () => {
  const json = await from(
    'evaluate',
    '--model',
    at('model'),
    '--data',
    at('later.csv'),
    '--json',
    '--html',
    at('report.html'),
  );
  const evaluation = JSON.parse(json.out);
  expect(evaluation.all.metrics.rocAuc).toBeGreaterThan(0.7);
  expect(evaluation.all.intervals.rocAuc[0]).toBeLessThan(evaluation.all.metrics.rocAuc);
  expect(evaluation.segments.map(({ value }: { value: string }) => value)).toContain('ACE');
  const page = readFileSync(at('report.html'), 'utf8');
  expect(page).toContain('on history.csv.gz, feature set parcels@1');
  expect(page).toContain('<td>ROC AUC</td>');
  expect(page.match(/<svg/g)?.length).toBe(5);
  expect(page).not.toMatch(/https?:|<script|src=|@import|url\(/);
  expect((await from('evaluate', '--model', at('model'), '--data', at('later.csv'))).out).toContain('ROC AUC');
});

test('backtest predicts each week from what was known before it', async () => {
  const back = await from(
    'backtest',
    '--data',
    at('history.csv.gz'),
    '--from',
    '2024-05-06',
    '--retrain',
    'weekly',
    '--family',
    'logistic',
    '--out',
    at('b.csv'),
    '--json',
  );
  expect(back.err).toBe('');
  const expected = history.filter((row) => row.at >= '2024-05-06').map(({ id }) => id);
  const lines = readFileSync(at('b.csv'), 'utf8').trim().split('\n').slice(1);
  expect(lines.map((line) => line.split(',')[0])).toEqual(expected);
  expect(JSON.parse(back.out)).toMatchObject({ family: 'logistic', periods: 8, predicted: expected.length });
}, 60_000);

test('backtest doubts the level of the next period as a trained model does', async () => {
  const dataset = await readToLearn(mappedImporter(at('mapping.yaml')), [at('history.csv.gz')]);
  const start = Date.parse('2024-05-06');
  const found = await backtest(dataset, {
    family: 'logistic',
    seed: 1,
    from: start,
    everyDays: 7,
    progress: () => {},
  });
  // In the first period too little is known to calibrate by: what is left is the model's own word and the doubt.
  const order = inOrder(dataset).filter((row) => dataset.facts.times[row]! < start);
  const data = trainingData(dataset, knownBefore(dataset, order, start), start);
  const model = modelOf(floorTrainer, data, await floorTrainer.fit(data, { seed: 1 }), 1);
  const first = found.rows.filter((row) => dataset.facts.times[row]! < start + 7 * 86_400_000);
  const bare = model.predict(matrixRows(dataset.matrix, first));
  const odds = (p: number): number => Math.abs(Math.log(p / (1 - p)));
  expect(first.length).toBeGreaterThan(20);
  bare.forEach((p, i) => {
    expect(odds(found.probabilities[i]!)).toBeLessThan(odds(p));
  });
}, 60_000);

test('backtest never sees an outcome before it was observed', async () => {
  // All labels after the first predicted week are turned around: its predictions stay the same.
  const turned = history.map((row) =>
    row.at < '2024-05-01' ? row : { ...row, late: row.late === 'Yes' ? 'No' : 'Yes' },
  );
  writeFileSync(at('turned.csv'), csvOf(turned));
  const options = ['--from', '2024-05-06', '--family', 'logistic'];
  await from('backtest', '--data', at('history.csv.gz'), ...options, '--out', at('one.csv'));
  await from('backtest', '--data', at('turned.csv'), ...options, '--out', at('two.csv'));
  const firstWeek = (name: string) => {
    const rows = history.filter((row) => row.at >= '2024-05-06' && row.at < '2024-05-13').length;
    return readFileSync(at(name), 'utf8')
      .split('\n')
      .slice(0, rows + 1);
  };
  expect(firstWeek('two.csv')).toEqual(firstWeek('one.csv'));
}, 60_000);

test('a byte that changed in an artifact is found', async () => {
  const path = at('again/card.json');
  if (existsSync(path)) writeFileSync(path, readFileSync(path, 'utf8').replace('parcels', 'parcelz'));
  const predicted = await from('predict', '--model', at('again'), '--data', at('later.csv'), '--out', at('q.csv'));
  expect(predicted).toMatchObject({ code: 2, err: expect.stringContaining('card.json') });
  expect(existsSync(at('q.csv'))).toBe(false);
});

test('Parquet is read through DuckDB with the same mapping and gives the same scores', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `copy (select * from read_csv('${at('later.csv')}')) to '${at('later.parquet')}' (format parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  await from('predict', '--model', at('model'), '--data', at('later.csv'), '--out', at('csv.csv'));
  const predicted = await from(
    'predict',
    '--model',
    at('model'),
    '--data',
    at('later.parquet'),
    '--out',
    at('parquet.csv'),
  );
  expect(predicted.err).toBe('');
  expect(readFileSync(at('parquet.csv'), 'utf8')).toBe(readFileSync(at('csv.csv'), 'utf8'));
});

describe('bad input is named and nothing is written', () => {
  const rows = parcels(300, 5);
  const variants: [string, string, string][] = [
    ['one class', csvOf(rows.map((row) => ({ ...row, late: 'No' }))), 'all 300 labels are 0'],
    ['no values', csvOf(rows.map((row) => ({ ...row, load: '' }))), 'column `load` has no value in 300 rows'],
    ['dates out of order', csvOf([...rows.slice(0, 200), rows[10]!, ...rows.slice(200)]), 'row 201, column `at`'],
    [
      'label in a feature',
      csvOf(
        parcels(300, 5, (row, late) => {
          row.load = late ? '1' : '0';
        }),
      ),
      'feature `load` alone has an AUC of 1.0000',
    ],
    ['no label', csvOf(rows, ['late']), 'no column of labels'],
    ['a missing column', csvOf(rows, ['load']), 'column `load` is missing'],
    ['too few rows', csvOf(rows.slice(0, 12)), 'too few'],
  ];
  test.each(variants)('%s', async (name, text, expected) => {
    const file = at(`${name}.csv`);
    writeFileSync(file, text);
    const answer = await from('train', '--data', file, '--out', at(`out of ${name}`));
    expect(answer.code).toBe(2);
    expect(answer.err).toContain(expected);
    expect(existsSync(at(`out of ${name}`))).toBe(false);
  });

  test('a suspected leak is excused by name', async () => {
    const file = at('label in a feature.csv');
    const answer = await from(
      'train',
      '--data',
      file,
      '--family',
      'logistic',
      '--allow-leak',
      'load',
      '--out',
      at('excused'),
    );
    expect(answer.code).toBe(0);
    expect(JSON.parse(readFileSync(at('excused/card.json'), 'utf8')).allowedLeaks).toEqual(['load']);
  });

  test.each([
    [
      'an unknown importer',
      ['train', 'delay', '--importer', 'nothing', '--data', 'x', '--out', 'y'],
      'unknown importer `nothing`',
    ],
    [
      'another task',
      ['train', 'split', '--importer', 'scms', '--data', 'x', '--out', 'y'],
      'importer `scms` is for task `delay`',
    ],
    ['an unknown task', ['train', 'theft', '--importer', 'scms'], 'expected one task of'],
    ['no data', ['train', 'delay', '--importer', 'scms', '--out', 'y'], '`--data` is missing'],
    [
      'an unknown family',
      ['train', 'delay', '--importer', 'scms', '--data', 'x', '--family', 'magic', '--out', 'y'],
      '`--family magic`',
    ],
  ])('%s', async (_, args, expected) => {
    expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining(expected) });
  });

  test('a mapping that uses the label as a feature', async () => {
    writeFileSync(at('bad.yaml'), MAPPING.replace('load: number', 'late: flag'));
    const answer = await run(
      'train',
      'delay',
      '--importer',
      at('bad.yaml'),
      '--data',
      at('later.csv'),
      '--out',
      at('never'),
    );
    expect(answer).toMatchObject({ code: 2, err: expect.stringContaining('uses column `late` twice') });
  });
});
