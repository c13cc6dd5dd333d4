import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '#domain/problems.ts';
import { checkEnsemble, childOf, INPUT_RULES, type TreeEnsemble } from '#models/tree-ensemble.ts';
import { treeScorer } from '#models/tree-scorer.ts';
import { randomRows, randomTrees } from './random-trees.ts';

/** Node by node, one row at a time: what the compiled loops must equal bit for bit. */
function walked(trees: TreeEnsemble, rows: Float64Array, row: number): number {
  let sum = trees.base;
  for (const root of trees.roots) {
    let node = root;
    while (trees.feature[node]! >= 0) node = childOf(trees, node, rows[row * trees.columns + trees.feature[node]!]!);
    sum += trees.value[node]!;
    if (trees.inputs === 'float32') sum = Math.fround(sum);
  }
  return sum;
}

const ensembles = fc
  .record({
    seed: fc.integer(),
    trees: fc.integer({ min: 0, max: 20 }),
    depth: fc.integer({ min: 0, max: 9 }),
    columns: fc.integer({ min: 1, max: 6 }),
    inputs: fc.constantFrom(...INPUT_RULES),
    categories: fc.constantFrom(0, 0.3, 1),
    mixedMissing: fc.boolean(),
  })
  .map(randomTrees);

describe('tree scorer', () => {
  it('gives what walking node by node gives, to the last bit, for every batch size', () => {
    fc.assert(
      fc.property(ensembles, fc.integer({ min: 1, max: 19 }), fc.integer(), (trees, rows, seed) => {
        checkEnsemble(trees);
        const features = randomRows(seed, rows, trees.columns);
        const scorer = treeScorer(trees);
        const scores = new Float64Array(rows);
        scorer.score(features, rows, scores);
        for (let row = 0; row < rows; row++) {
          expect(scores[row]).toBe(walked(trees, features, row));
          const single = new Float64Array(1);
          scorer.score(features.subarray(row * trees.columns, (row + 1) * trees.columns), 1, single);
          expect(single[0]).toBe(scores[row]);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('two scorers of different ensembles do not share state', () => {
    const a = randomTrees({ seed: 1, trees: 3, depth: 4, columns: 3 });
    const b = randomTrees({ seed: 2, trees: 5, depth: 4, columns: 3 });
    const rows = randomRows(3, 8, 3);
    const [scoreA, scoreB] = [treeScorer(a), treeScorer(b)];
    const first = new Float64Array(8);
    const second = new Float64Array(8);
    scoreA.score(rows, 8, first);
    scoreB.score(rows, 8, second);
    scoreA.score(rows, 8, second);
    expect(second).toEqual(first);
  });
});

describe('checkEnsemble', () => {
  const good = randomTrees({ seed: 5, trees: 2, depth: 3, columns: 3, categories: 0.5 });
  const inner = good.feature.findIndex((feature) => feature >= 0);
  const leaf = good.feature.indexOf(-1);
  const changed = <K extends 'feature' | 'left' | 'right' | 'value' | 'roots'>(key: K, at: number, to: number) => {
    const copy = good[key].slice();
    copy[at] = to;
    return { ...good, [key]: copy };
  };
  it.each([
    ['a feature past the columns', changed('feature', inner, 3)],
    ['a child that goes back', changed('left', inner, inner)],
    ['a child past the tree', changed('right', inner, good.feature.length)],
    ['two parents', changed('left', inner, good.right[inner]!)],
    ['an infinite leaf', changed('value', leaf, Number.POSITIVE_INFINITY)],
    ['a first tree that does not start at 0', changed('roots', 0, 1)],
    ['roots that fall', changed('roots', 1, 0)],
    ['a short array', { ...good, cover: good.cover.slice(1) }],
    ['no base', { ...good, base: Number.NaN }],
  ])('refuses %s', (_, trees) => {
    expect(() => checkEnsemble(good)).not.toThrow();
    expect(() => checkEnsemble(trees)).toThrow(DomainError);
  });
});
