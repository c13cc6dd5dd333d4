import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { FeatureSet } from '#domain/risk.ts';
import { sigmoid } from '#models/fixed-math.ts';
import { type ForeignModel, foreignBody } from '#models/foreign/foreign-model.ts';
import { importLightgbmText } from '#models/foreign/lightgbm-text.ts';
import { importXgboostJson } from '#models/foreign/xgboost-json.ts';
import { riskModel } from '#models/load-model.ts';
import { decodeModel, encodeModel } from '#models/model-codec.ts';
import { treeScorer } from '#models/tree-scorer.ts';
import { treeExplainer } from '#models/tree-shap.ts';

interface Case {
  readonly case: string;
  readonly library: 'xgboost' | 'lightgbm';
  readonly model: string;
  readonly input: string;
  readonly expected: string;
  readonly refuse: boolean;
  readonly contrib?: string;
}

const read = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../foreign-models/${name}`, import.meta.url)), 'utf8');
const table = (name: string) =>
  read(name)
    .trim()
    .split('\n')
    .map((line) => line.split(','));
const cases = JSON.parse(read('cases.json')) as Case[];
const importOf = ({ library, model }: Case): ForeignModel =>
  library === 'xgboost' ? importXgboostJson(read(model)) : importLightgbmText(read(model));

/** The inputs as the service would read them: category texts by the model's own lists, an empty cell missing. */
function inputsOf(model: ForeignModel, input: string): { rows: number; values: Float64Array } {
  const [header, ...rows] = table(input) as [string[], ...string[][]];
  const at = model.featureNames.map((name) => header.indexOf(name));
  expect(at).not.toContain(-1);
  const values = rows.flatMap((cells) =>
    model.featureNames.map((name, column) => {
      const cell = cells[at[column]!] ?? '';
      const texts = model.categories[name];
      if (!texts) return cell === '' ? Number.NaN : Number(cell);
      const code = texts.indexOf(cell);
      return code < 0 ? Number.NaN : code;
    }),
  );
  return { rows: rows.length, values: Float64Array.from(values) };
}

describe('models trained elsewhere', () => {
  it('has the 20 cases', () => {
    expect(cases.length).toBe(20);
    expect(cases.filter(({ refuse }) => refuse).length).toBe(3);
  });

  it.each(cases.filter(({ refuse }) => !refuse))("$case: margins and outputs are the library's", (one) => {
    const model = importOf(one);
    const { rows, values } = inputsOf(model, one.input);
    const margins = new Float64Array(rows);
    treeScorer(model.trees).score(values, rows, margins);
    const [, ...expected] = table(one.expected);
    expect(rows).toBe(200);
    expected.forEach(([margin, output], row) => {
      // Both libraries' sums are repeated step by step, so they agree to the last bit.
      expect(margins[row], `row ${row}`).toBe(Number(margin));
      const { link } = model;
      const own = link.kind === 'sigmoid' ? sigmoid(link.slope * margins[row]!) : link.scale * margins[row]!;
      expect(Math.abs(own - Number(output))).toBeLessThan(one.library === 'xgboost' ? 2e-7 : 1e-12);
    });
  });

  it.each(cases.filter(({ contrib }) => contrib))("$case: attributions are the library's to 1e-6", (one) => {
    const model = importOf(one);
    const { rows, values } = inputsOf(model, one.input);
    const explainer = treeExplainer(model.trees);
    const [, ...expected] = table(one.contrib!);
    for (let row = 0; row < rows; row++) {
      const { base, contributions } = explainer.explain(values, row);
      [...contributions, base].forEach((value, column) => {
        expect(Math.abs(value - Number(expected[row]![column])), `row ${row}, column ${column}`).toBeLessThan(1e-6);
      });
    }
  });

  it.each(cases.filter(({ refuse }) => refuse))('$case: refused by name', (one) => {
    const kind = one.case.includes('dart') ? 'dart' : one.case.includes('gblinear') ? 'gblinear' : 'linear_tree';
    expect(() => importOf(one)).toThrow(expect.objectContaining({ code: 'unsupported-model' }));
    expect(() => importOf(one)).toThrow(kind);
  });

  it('refuses broken files by what is wrong with them', () => {
    const xgboost = read('xgb_base_score.model.json');
    const lightgbm = read('lgb_regression.model.txt');
    const invalid = expect.objectContaining({ code: 'invalid-data' });
    expect(() => importXgboostJson(xgboost.slice(0, 5000))).toThrow(invalid);
    expect(() => importXgboostJson('{}')).toThrow(/learner/);
    expect(() => importXgboostJson(xgboost.replace('"num_class":"0"', '"num_class":"3"'))).toThrow(/num_class 3/);
    expect(() => importXgboostJson(xgboost.replace('binary:logistic', 'rank:pairwise'))).toThrow(/rank:pairwise/);
    expect(() => importXgboostJson(xgboost.replace('"left_children":[1', '"left_children":[9999'))).toThrow(invalid);
    expect(() => importXgboostJson(xgboost.replace('"left_children":[1', '"left_children":[0'))).toThrow(invalid);
    expect(() => importLightgbmText(lightgbm.slice(0, 5000))).toThrow(invalid);
    expect(() => importLightgbmText(`x${lightgbm}`)).toThrow(invalid);
    expect(() => importLightgbmText(lightgbm.replace('num_class=1', 'num_class=4'))).toThrow(/num_class 4/);
    expect(() => importLightgbmText(lightgbm.replace(/left_child=\S+/, 'left_child=777'))).toThrow(invalid);
    expect(() => importLightgbmText(lightgbm.replace(/leaf_value=\S+/, 'leaf_value=x'))).toThrow(invalid);
  });

  it('becomes a model of a feature set that knows its features, in any order', () => {
    const model = importLightgbmText(read('lgb_pandas_categorical.model.txt'));
    expect(model.categories).toEqual({ mode: ['air', 'courier', 'ocean', 'pipeline', 'rail', 'road'] });
    const features = model.featureNames.toReversed().map((name) => ({
      name,
      unit: 'units',
      description: 'of a foreign set',
      ...(name === 'mode'
        ? { type: 'category' as const, categories: model.categories['mode']! }
        : { type: 'number' as const }),
    }));
    const featureSet: FeatureSet = { featureSetId: 'foreign@1', task: 'delay', features };
    const file = {
      v: 1,
      task: 'delay',
      family: 'boosted',
      marginUnit: 'logOdds',
      featureSet,
      seed: 0,
      body: foreignBody(model, featureSet),
      calibration: { method: 'none' },
    } as const;
    const risk = riskModel(decodeModel(encodeModel(file)), 'b'.repeat(64), 0);
    const { rows, values } = inputsOf(model, 'lgb_pandas_categorical.input.csv');
    const width = features.length;
    const reversed = values.map((_, i) => values[i - (i % width) + (width - 1 - (i % width))]!);
    const [, ...expected] = table('lgb_pandas_categorical.expected.csv');
    risk.predict({ rows, columns: width, values: reversed }).forEach((p, row) => {
      expect(Math.abs(p - Number(expected[row]![1]))).toBeLessThan(1e-6);
    });
    const fewer = { ...featureSet, features: features.filter(({ name }) => name !== 'x0') };
    expect(() => foreignBody(model, fewer)).toThrow(/x0/);
    const other = { ...featureSet, features: features.map((f) => ({ ...f, categories: ['air'] })) };
    expect(() => foreignBody(model, other)).toThrow(/mode/);
    const regression = importXgboostJson(read('xgb_regression.model.json'));
    expect(() => foreignBody(regression, featureSet)).toThrow(/regression/);
  });
});
