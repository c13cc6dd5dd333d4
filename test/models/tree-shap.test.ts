import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quadrature } from '#models/quadrature.ts';
import { childOf, MISSING_NAN, type TreeEnsemble } from '#models/tree-ensemble.ts';
import { treeScorer } from '#models/tree-scorer.ts';
import { treeExplainer } from '#models/tree-shap.ts';
import { randomFrom, randomRows, randomTrees } from './random-trees.ts';

/** Margin when only the features in `known` (bits) are known: both branches by cover where the feature is not. */
function partial(trees: TreeEnsemble, row: Float64Array, known: number): number {
  const walk = (node: number): number => {
    const feature = trees.feature[node]!;
    if (feature < 0) return trees.value[node]!;
    if ((known >>> feature) & 1) return walk(childOf(trees, node, row[feature]!));
    const [left, right] = [trees.left[node]!, trees.right[node]!];
    const share = trees.cover[left]! / (trees.cover[left]! + trees.cover[right]!);
    return share * walk(left) + (1 - share) * walk(right);
  };
  return trees.roots.reduce((sum, root) => sum + walk(root), trees.base);
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** Shapley values straight from their definition, over all subsets of features. */
function shapley(trees: TreeEnsemble, row: Float64Array): number[] {
  const count = trees.columns;
  const values = Array.from({ length: 2 ** count }, (_, known) => partial(trees, row, known));
  return Array.from({ length: count }, (_, feature) => {
    let sum = 0;
    for (let known = 0; known < values.length; known++) {
      if ((known >>> feature) & 1) continue;
      const size = known.toString(2).replaceAll('0', '').length;
      const weight = (factorial(size) * factorial(count - size - 1)) / factorial(count);
      sum += weight * (values[known | (1 << feature)]! - values[known]!);
    }
    return sum;
  });
}

describe('tree attributions', () => {
  it('split f = 80 [x0 and x1] as worked out by hand', () => {
    const trees: TreeEnsemble = {
      columns: 2,
      base: 0,
      inputs: 'double',
      roots: Int32Array.of(0),
      feature: Int32Array.of(0, -1, 1, -1, -1),
      left: Int32Array.of(1, 0, 3, 0, 0),
      right: Int32Array.of(2, 0, 4, 0, 0),
      value: Float64Array.of(0.5, 0, 0.5, 0, 80),
      flags: Uint8Array.of(MISSING_NAN, 0, MISSING_NAN, 0, 0),
      cover: Float64Array.of(100, 50, 50, 25, 25),
      sets: new Uint32Array(0),
    };
    const explainer = treeExplainer(trees);
    expect(explainer.base).toBe(20);
    const wanted = [
      [1, 1, 30, 30],
      [1, 0, 10, -30],
      [0, 1, -30, 10],
      [0, 0, -10, -10],
    ] as const;
    for (const [x0, x1, first, second] of wanted) {
      const { contributions } = explainer.explain(Float64Array.of(x0, x1), 0);
      expect(contributions[0]).toBeCloseTo(first, 10);
      expect(contributions[1]).toBeCloseTo(second, 10);
    }
  });

  it('equal Shapley values from all subsets, on random forests with repeated features, categories and missing values', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer(),
          trees: fc.integer({ min: 1, max: 3 }),
          depth: fc.integer({ min: 0, max: 7 }),
          columns: fc.integer({ min: 1, max: 5 }),
          categories: fc.constantFrom(0, 0.4),
          mixedMissing: fc.boolean(),
        }),
        (wanted) => {
          const trees = randomTrees(wanted);
          const row = randomRows(wanted.seed + 1, 1, wanted.columns);
          const { base, contributions } = treeExplainer(trees).explain(row, 0);
          expect(base).toBeCloseTo(partial(trees, row, 0), 9);
          shapley(trees, row).forEach((value, feature) => {
            expect(Math.abs(contributions[feature]! - value)).toBeLessThan(1e-9);
          });
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  it('add up to the margin to 1e-6 on deep trees', () => {
    const trees = randomTrees({ seed: 8, trees: 30, depth: 24, columns: 40, leaves: 0.42 });
    const rows = randomRows(9, 20, 40);
    const margins = new Float64Array(20);
    treeScorer(trees).score(rows, 20, margins);
    const explainer = treeExplainer(trees);
    for (let row = 0; row < 20; row++) {
      const { base, contributions } = explainer.explain(rows, row);
      expect(Math.abs(contributions.reduce((sum, value) => sum + value, base) - margins[row]!)).toBeLessThan(1e-6);
    }
  });

  it('a branch no training row took changes nothing but a row that takes it', () => {
    const trees = randomTrees({ seed: 21, trees: 1, depth: 4, columns: 3 });
    const root = trees.feature[0]! >= 0;
    expect(root).toBe(true);
    trees.cover[trees.left[0]!] = 0;
    const random = randomFrom(3);
    const rows = Float64Array.from({ length: 60 }, () => random() * 4 - 2);
    const margins = new Float64Array(20);
    treeScorer(trees).score(rows, 20, margins);
    const explainer = treeExplainer(trees);
    for (let row = 0; row < 20; row++) {
      const { base, contributions } = explainer.explain(rows, row);
      expect(contributions.reduce((sum, value) => sum + value, base)).toBeCloseTo(margins[row]!, 9);
    }
  });
});

describe('quadrature', () => {
  it.each([1, 2, 4, 9, 30])('integrates polynomials exactly with %i points', (count) => {
    const { points, weights } = quadrature(count);
    for (let degree = 0; degree < 2 * count; degree++) {
      const integral = points.reduce((sum, point, i) => sum + weights[i]! * point ** degree, 0);
      expect(integral).toBeCloseTo(1 / (degree + 1), 12);
    }
  });
});
