import {
  CATEGORY_SPLIT,
  type InputRule,
  MISSING_LEFT,
  MISSING_NAN,
  MISSING_NONE,
  MISSING_ZERO,
  type TreeEnsemble,
} from '#models/tree-ensemble.ts';

/** Numbers in [0, 1) from a seed; only tests use it. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    let mixed = state ^ (state >>> 15);
    mixed = Math.imul(mixed, 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 4_294_967_296;
  };
}

export interface RandomTrees {
  readonly seed: number;
  readonly trees: number;
  readonly depth: number;
  readonly columns: number;
  readonly inputs?: InputRule;
  /** Share of splits that test a category set. */
  readonly categories?: number;
  readonly mixedMissing?: boolean;
  /** Share of nodes above the depth that are leaves. */
  readonly leaves?: number;
}

/** An ensemble of random, unbalanced trees with covers that add up. */
export function randomTrees(wanted: RandomTrees): TreeEnsemble {
  const random = randomFrom(wanted.seed);
  const feature: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const value: number[] = [];
  const flags: number[] = [];
  const cover: number[] = [];
  const sets: number[] = [];
  const roots: number[] = [];
  const float32 = wanted.inputs === 'float32';
  const number = () => (float32 ? Math.fround(random() * 4 - 2) : Math.round((random() * 4 - 2) * 8) / 8);
  const grow = (depth: number, weight: number): number => {
    const node = feature.length;
    const leaf = depth === wanted.depth || random() < (wanted.leaves ?? 0.15);
    feature.push(leaf ? -1 : Math.floor(random() * wanted.columns));
    left.push(0);
    right.push(0);
    value.push(number());
    flags.push(0);
    cover.push(weight);
    if (leaf) return node;
    const types = [MISSING_NONE, MISSING_ZERO, MISSING_NAN];
    const type = wanted.mixedMissing ? types[Math.floor(random() * 3)]! : MISSING_NAN;
    flags[node] = type | (random() < 0.5 ? MISSING_LEFT : 0);
    if (random() < (wanted.categories ?? 0)) {
      flags[node]! |= CATEGORY_SPLIT;
      value[node] = sets.length;
      const words = 1 + Math.floor(random() * 2);
      sets.push(words, ...Array.from({ length: words }, () => Math.floor(random() * 2 ** 32)));
    }
    const share = 0.1 + 0.8 * random();
    left[node] = grow(depth + 1, weight * share);
    right[node] = grow(depth + 1, weight * (1 - share));
    return node;
  };
  for (let t = 0; t < wanted.trees; t++) roots.push(grow(0, 100));
  return {
    columns: wanted.columns,
    base: number(),
    inputs: wanted.inputs ?? 'double',
    roots: Int32Array.from(roots),
    feature: Int32Array.from(feature),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    value: Float64Array.from(value),
    flags: Uint8Array.from(flags),
    cover: Float64Array.from(cover),
    sets: Uint32Array.from(sets),
  };
}

/** Rows that hit thresholds exactly, miss values, and carry odd categories. */
export function randomRows(seed: number, rows: number, columns: number): Float64Array {
  const random = randomFrom(seed);
  const odd = [Number.NaN, 0, -0, 1e-36, -1e-36, -0.5, 70, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return Float64Array.from({ length: rows * columns }, () => {
    const kind = random();
    if (kind < 0.2) return odd[Math.floor(random() * odd.length)]!;
    if (kind < 0.4) return Math.floor(random() * 66);
    return kind < 0.7 ? Math.round((random() * 4 - 2) * 8) / 8 : random() * 4 - 2;
  });
}
