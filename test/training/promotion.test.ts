import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { ModelRegistry } from '#models/registry.ts';
import { csvOf, folderWith, MAPPING, parcels, run } from './support/parcels.ts';

const all = parcels(2600);
const at = folderWith({
  'mapping.yaml': MAPPING,
  'early.csv': csvOf(all.slice(0, 700)),
  'more.csv': csvOf(all.slice(0, 1600)),
  'later.csv': csvOf(all.slice(1600)),
  // Labels the wrong way round: a champion that anything better replaces.
  'mistaken.csv': csvOf(all.slice(0, 1600).map((row) => ({ ...row, late: row.late === 'Yes' ? 'No' : 'Yes' }))),
});
const train = (data: string, out: string, family: string) =>
  run('train', 'delay', '--importer', at('mapping.yaml'), '--data', at(data), '--family', family, '--out', at(out));
const promote = (model: string, ...more: string[]) =>
  run(
    'models',
    'promote',
    'delay',
    '--model',
    at(model),
    '--importer',
    at('mapping.yaml'),
    '--data',
    at('later.csv'),
    '--registry',
    at('registry'),
    '--json',
    ...more,
  );
const list = async () => JSON.parse((await run('models', 'list', '--registry', at('registry'), '--json')).out);

beforeAll(async () => {
  for (const [data, out, family] of [
    ['more.csv', 'good', 'boosted'],
    ['early.csv', 'stale', 'logistic'],
    ['mistaken.csv', 'mistaken', 'logistic'],
  ] as const)
    expect(await train(data, out, family)).toMatchObject({ code: 0, err: '' });
}, 60_000);

test('a first champion is measured against the logistic floor, and refused in writing', async () => {
  const refused = await promote('stale', '--approve', 'Ana,Ben');
  const result = JSON.parse(refused.out);
  expect(result).toMatchObject({ champion: 'logistic-floor', passed: false });
  expect(refused.code).toBe(1);
  expect(await list()).toEqual([]);
  const file = at(`registry/gates/delay-${result.challenger}-against-logistic-floor.json`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(result);
});

test('every check is in the result, and one approver is one too few', async () => {
  const result = JSON.parse((await promote('good', '--approve', 'Ana')).out);
  expect(result.checks.map(({ name }: { name: string }) => name)).toEqual([
    'rows later than the training',
    'not older than the champion',
    'every feature known at decision time',
    'lower log loss, paired bootstrap',
    'calibration slope',
    'calibration error',
    'no segment loses over 2 points',
    'two people approve',
  ]);
  expect(result.checks.at(-1)).toMatchObject({ passed: false, found: 'ana' });
  expect(existsSync(at('registry/delay'))).toBe(false);
});

test('two approvers let a better model replace a champion, and a rollback is one move back', async () => {
  const registry = new ModelRegistry(at('second'));
  const before = registry.add(at('mistaken'));
  registry.promote('delay', before);
  const inSecond = ['--registry', at('second')];
  expect((await promote('good', '--approve', 'Ana', ...inSecond)).code).toBe(1);
  expect(registry.aliases('delay')).toEqual({ champion: before });
  const opened = await promote('good', '--approve', 'Ana', '--approve', 'Ben', ...inSecond);
  const result = JSON.parse(opened.out);
  expect(result.checks.filter(({ passed }: { passed: boolean }) => !passed)).toEqual([]);
  expect(opened.code).toBe(0);
  expect(result).toMatchObject({ champion: before, passed: true, approvals: ['ana', 'ben'] });
  expect(registry.aliases('delay')).toEqual({ champion: result.challenger, previous: before });
  expect(await run('models', 'rollback', 'delay', ...inSecond)).toMatchObject({ code: 0 });
  expect(registry.aliases('delay')).toEqual({ champion: before, previous: result.challenger });
});

test('drift compares a file with the champion when no model is named', async () => {
  const drift = (registry: string) =>
    run(
      'drift',
      'delay',
      '--importer',
      at('mapping.yaml'),
      '--data',
      at('later.csv'),
      '--registry',
      at(registry),
      '--json',
    );
  const { champion } = new ModelRegistry(at('second')).aliases('delay');
  expect(JSON.parse((await drift('second')).out)).toMatchObject({ modelVersion: champion, rows: 1000 });
  expect(await drift('empty')).toMatchObject({ code: 2, err: expect.stringContaining('has no champion of delay') });
});

test('an artifact of another importer is refused before anything is measured', async () => {
  const answer = await run(
    'models',
    'promote',
    'delay',
    '--model',
    at('good'),
    '--importer',
    'scms',
    '--data',
    at('later.csv'),
    '--registry',
    at('registry'),
  );
  expect(answer).toMatchObject({ code: 2, err: expect.stringContaining('through importer `parcels`, not `scms`') });
});

test('rolling back without a previous champion is a conflict that says so', async () => {
  const answer = await run('models', 'rollback', 'delay', '--registry', at('registry'));
  expect(answer).toMatchObject({ code: 2, err: expect.stringContaining('no previous champion') });
});
