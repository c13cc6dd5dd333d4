import { expect, test } from 'vitest';
import type { FeatureDefinition } from '#domain/risk.ts';
import { riskReasons, tightFlip } from '#explanation/attributions.ts';
import type { Recorded, Sources } from '#explanation/sources.ts';
import type { ModelFile, TreesBody } from '#models/model-file.ts';
import type { RiskModel } from '#models/risk-model.ts';
import { treeModel } from '#models/tree-model.ts';
import { randomRows, randomTrees } from '../models/random-trees.ts';

function modelOf(seed: number, features: readonly FeatureDefinition[]): RiskModel {
  const trees = randomTrees({ seed, trees: 3, depth: 5, columns: features.length });
  const body: TreesBody = { kind: 'trees', link: { kind: 'sigmoid', slope: 1 }, trees };
  const featureSet = { featureSetId: 'delay@1', task: 'delay', features } as const;
  const names = { task: 'delay', family: 'boosted', marginUnit: 'logOdds', featureSet } as const;
  const file: ModelFile = { ...names, v: 1, seed, body, calibration: { method: 'none' } };
  return treeModel(file, body, { ...names, modelVersion: 'm', sha256: 'm', trainedAt: 0 });
}

const number = (name: string): FeatureDefinition => ({ name, type: 'number', unit: 'ratio', description: name });

test('a flip of a risk is the nearest of all steps, also where the score falls and rises again', () => {
  let [flips, islands] = [0, 0];
  for (let seed = 1; seed <= 60; seed++) {
    const model = modelOf(seed, ['a', 'b', 'c'].map(number));
    const row = [...randomRows(seed + 1000, 1, 3)].map((value) => (Number.isNaN(value) ? null : value));
    const step = 0.05;
    const risk = (value: number): number =>
      model.predict({
        rows: 1,
        columns: 3,
        values: Float64Array.from(row, (one, at) => (at === 0 ? value : (one ?? Number.NaN))),
      })[0]!;
    const value = row[0];
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    const limit = risk(value) * 0.8;
    const grid = (steps: number): number => Number((steps * step).toFixed(6));
    const most = Math.max(1, Math.ceil((Math.abs(value) * 9 + 30) / step));
    const upTo = (length: number, at: (steps: number) => number): number =>
      Array.from({ length }, (_, before) => before + 1).find((steps) => risk(at(steps)) <= limit) ?? Infinity;
    const up = upTo(most, (steps) => grid(Math.floor(value / step) + steps));
    const near = Math.ceil(value / step);
    const down = upTo(value >= 0 ? near : most, (steps) => grid(near - steps));
    const flip = tightFlip(model, row, 0, limit, step);
    const nearest =
      Math.min(up, down) === Infinity
        ? null
        : up <= down
          ? { bound: 'gte', value: grid(Math.floor(value / step) + up), step }
          : { bound: 'lte', value: grid(near - down), step };
    expect(flip, `seed ${seed}`).toEqual(nearest);
    if (flip) flips++;
    const beyond = up <= down ? 1 : -1;
    if (flip && Array.from({ length: 200 }, (_, n) => risk(flip.value + beyond * n * step)).some((one) => one > limit))
      islands++;
  }
  expect(flips).toBeGreaterThan(10);
  expect(islands).toBeGreaterThan(3);
});

test('what is usual of a category is the one seen most, not the one in the middle', () => {
  const categories = ['MON', 'TUE', 'WED'];
  const model = modelOf(4, [{ name: 'day', type: 'category', unit: 'category', description: 'day', categories }]);
  const attribute: RiskModel['attribute'] = () => ({ base: 0, contributions: Float64Array.of(1) });
  const recorded = {
    decision: { decisionId: 'usual', models: [{ task: 'delay', sha256: 'm' }] },
    evidence: {
      offeredModels: [{ sha256: 'm', trainedAt: 0 }],
      features: [{ featureSetId: 'delay@1', subjects: ['x'], rows: [[2]] }],
    },
  } as unknown as Recorded;
  const sources = { tenant: 'usual', model: () => ({ ...model, attribute }) } as unknown as Sources;
  const rows = [[0], [0], [0], [1], [1], [2], [2]];
  const [risk] = riskReasons(recorded, sources, () => rows);
  expect(risk!.reasons[0]).toMatchObject({ value: 'WED', reference: 'MON' });
});
