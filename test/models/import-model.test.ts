import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readArtifact, writeArtifact } from '#models/artifact.ts';
import { importModel } from '#src/cli/import-model.ts';
import { logisticTrainer } from '#training/trainers/logistic.ts';
import { sampleData } from '../trainers/samples.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../foreign-models/${name}`, import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'import-model-'));
afterAll(() => rmSync(work, { recursive: true }));

const terminal = { out: () => {}, err: () => {}, interactive: false };
const run = (...args: string[]) => importModel.run(args, terminal);

describe('fairlead import-model', () => {
  it.each([
    ['xgb_categorical', 'json'],
    ['lgb_pandas_categorical', 'txt'],
    ['xgb_regression', 'json'],
    ['xgb_binary_missing', 'json'],
  ])('scores a file with %s as the library does', async (name, ending) => {
    const out = join(work, `${name}.csv`);
    await run('--model', fixture(`${name}.model.${ending}`), '--data', fixture(`${name}.input.csv`), '--out', out);
    const [head, ...rows] = readFileSync(out, 'utf8').trim().split('\n');
    const [wantedHead, ...wanted] = readFileSync(fixture(`${name}.expected.csv`), 'utf8')
      .trim()
      .split('\n');
    expect(head).toBe(wantedHead);
    expect(rows.length).toBe(200);
    rows.forEach((row, i) => {
      const [margin, output] = row.split(',').map(Number);
      const [wantedMargin, wantedOutput] = wanted[i]!.split(',').map(Number);
      expect(margin).toBe(wantedMargin);
      expect(Math.abs(output! - wantedOutput!)).toBeLessThan(1e-6);
    });
  });

  it('makes an artifact on the feature set of another, which loads', async () => {
    const text = readFileSync(fixture('xgb_base_score.model.json'), 'utf8');
    const { learner } = JSON.parse(text) as { learner: { feature_names: string[] } };
    const features = learner.feature_names.map(
      (name) => ({ name, type: 'number', unit: '1', description: name }) as const,
    );
    const featureSet = { featureSetId: 'made-up@1', task: 'stockout', features } as const;
    const sample = sampleData(300, 1);
    const columns = features.length;
    const values = Float64Array.from({ length: 300 * columns }, (_, i) => sample.matrix.values[i % 1500]!);
    const data = { ...sample, featureSet, matrix: { rows: 300, columns, values } };
    const { body, marginUnit } = await logisticTrainer().fit(data, { seed: 1 });
    const like = join(work, 'like');
    writeArtifact(like, {
      model: {
        v: 1,
        task: 'stockout',
        family: 'logistic',
        marginUnit,
        featureSet,
        seed: 1,
        body,
        calibration: { method: 'none' },
      },
      card: { trainedAt: '2026-01-01T00:00:00Z', importer: 'made-up' },
      metrics: { auc: 1 },
      reference: { recorded: { kept: true }, score: { rows: 300 }, error: { rows: 300, mean: 0.1, deviation: 0.1 } },
    });
    const out = join(work, 'imported');
    await run('--model', fixture('xgb_base_score.model.json'), '--like', like, '--out', out);
    const artifact = readArtifact(out);
    expect(artifact.card).toMatchObject({ importer: 'made-up', importedFrom: { library: 'xgboost' } });
    expect(artifact.reference).toMatchObject({ recorded: { kept: true }, score: { rows: 0 }, error: { mean: 1 } });
    expect(artifact.metrics).toEqual({});
    expect(artifact.model.predict(data.matrix).length).toBe(300);
  });

  it('writes nothing for what it refuses', async () => {
    const out = join(work, 'none');
    const refused = run(
      '--model',
      fixture('xgb_dart_refuse.model.json'),
      '--data',
      fixture('cases.json'),
      '--out',
      out,
    );
    await expect(refused).rejects.toThrow(/dart/);
    const text = join(work, 'bad.csv');
    writeFileSync(text, 'x0,x1,x2,x3,x4,x5\n1,2,many,4,5,6\n');
    const bad = run('--model', fixture('xgb_base_score.model.json'), '--data', text, '--out', out);
    await expect(bad).rejects.toThrow(/row 2, column `x2`: `many`/);
    await expect(run('--model', fixture('cases.json'), '--data', text, '--out', out)).rejects.toThrow(/neither/);
    await expect(run('--out', out)).rejects.toThrow(/expected --model/);
    expect(() => readFileSync(out)).toThrow();
  });
});
