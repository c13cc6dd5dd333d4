import { DomainError } from '#domain/problems.ts';

/** A node tests whether a category is in a set; without it, whether a number is at most the threshold. */
export const CATEGORY_SPLIT = 1;
/** A missing value goes left; without it, right. */
export const MISSING_LEFT = 2;
/** What counts as missing at a node (bits 2-3): nothing (NaN is read as 0), zero and NaN, or NaN alone. */
export const MISSING_NONE = 0;
export const MISSING_ZERO = 4;
export const MISSING_NAN = 8;
export const MISSING_MASK = 12;

/**
 * How inputs are read before they are compared: as they are; rounded to float32, sums too (XGBoost);
 * or with every |x| of at most 1e-35 set to 0 (LightGBM).
 */
export const INPUT_RULES = ['double', 'float32', 'zeroFlushed'] as const;
export type InputRule = (typeof INPUT_RULES)[number];

/**
 * Every tree model, flat. Trees lie one after another, the root of each first; children come after their parent.
 * A number goes left when `x <= threshold`; a category goes left when its truncated code is in the node's set and
 * right when it is not, also when it is negative, out of range or never seen.
 */
export interface TreeEnsemble {
  /** Features expected in a row. */
  readonly columns: number;
  /** The margin before the first tree. */
  readonly base: number;
  readonly inputs: InputRule;
  /** First node of each tree, rising. */
  readonly roots: Int32Array;
  /** Feature tested at each node; -1 at a leaf. */
  readonly feature: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Threshold at a number split, leaf value at a leaf, index into `sets` at a category split. */
  readonly value: Float64Array;
  /** CATEGORY_SPLIT, MISSING_LEFT and the missing type, per node. */
  readonly flags: Uint8Array;
  /** Training weight that reached each node; only attributions use it. */
  readonly cover: Float64Array;
  /** Category sets: a count of words, then that many 32-bit words, lowest category first. */
  readonly sets: Uint32Array;
}

/** Whether `code` (truncated already, not NaN) is in the set that starts at `start`. */
export function inSet(sets: Uint32Array, start: number, code: number): boolean {
  if (!(code >= 0) || code >= sets[start]! * 32) return false;
  return ((sets[start + 1 + (code >>> 5)]! >>> (code & 31)) & 1) === 1;
}

/** The child a value goes to at an inner node: the slow, obvious rule every faster path is compared with. */
export function childOf(trees: TreeEnsemble, node: number, input: number): number {
  const flags = trees.flags[node]!;
  const missing = flags & MISSING_MASK;
  let x = trees.inputs === 'float32' ? Math.fround(input) : input;
  // Infinite inputs count as the largest numbers, so that "all that is known goes left" is a finite threshold.
  x = Math.min(Math.max(x, -Number.MAX_VALUE), Number.MAX_VALUE);
  if (trees.inputs === 'zeroFlushed' && Math.abs(x) <= ZERO_LIMIT) x = 0;
  const toMissing = (flags & MISSING_LEFT) !== 0 ? trees.left[node]! : trees.right[node]!;
  if ((flags & CATEGORY_SPLIT) !== 0) {
    if (Number.isNaN(x)) return toMissing;
    return inSet(trees.sets, trees.value[node]!, Math.trunc(x)) ? trees.left[node]! : trees.right[node]!;
  }
  if (Number.isNaN(x) && missing === MISSING_NONE) x = 0;
  if (Number.isNaN(x) || (missing === MISSING_ZERO && x === 0)) return toMissing;
  return x <= trees.value[node]! ? trees.left[node]! : trees.right[node]!;
}

/** 1e-35 as float32, widened: LightGBM's limit of zero. */
export const ZERO_LIMIT = Math.fround(1e-35);

/** Refuses arrays that do not fit together, so that no scorer ever reads outside them or runs in a circle. */
export function checkEnsemble(trees: TreeEnsemble): void {
  const fail = (message: string, facts: Record<string, unknown>): never => {
    throw new DomainError('invalid-artifact', `tree ensemble: ${message}`, facts);
  };
  const nodes = trees.feature.length;
  const arrays = { left: trees.left, right: trees.right, value: trees.value, flags: trees.flags, cover: trees.cover };
  for (const [name, array] of Object.entries(arrays))
    if (array.length !== nodes) fail(`\`${name}\` has ${array.length} entries; expected ${nodes}`, { name });
  if (!Number.isInteger(trees.columns) || trees.columns < 1) fail(`\`columns\` is ${trees.columns}`, {});
  if (!Number.isFinite(trees.base)) fail(`\`base\` is ${trees.base}; expected a finite number`, {});
  for (let t = 0; t < trees.roots.length; t++) {
    const first = trees.roots[t]!;
    const end = trees.roots[t + 1] ?? nodes;
    if (first < 0 || first >= end || (t === 0 && first !== 0)) fail(`tree ${t} starts at node ${first}`, { tree: t });
    checkTree(trees, first, end, (message) => fail(`tree ${t}, ${message}`, { tree: t }));
  }
  if (trees.roots.length === 0 && nodes > 0) fail(`${nodes} nodes belong to no tree`, { nodes });
}

function checkTree(trees: TreeEnsemble, first: number, end: number, fail: (message: string) => never): void {
  const parents = new Uint8Array(end - first);
  for (let node = first; node < end; node++) {
    const feature = trees.feature[node]!;
    const value = trees.value[node]!;
    if (feature === -1) {
      if (!Number.isFinite(value)) fail(`node ${node}: leaf value is ${value}; expected a finite number`);
      continue;
    }
    if (feature < 0 || feature >= trees.columns) fail(`node ${node}: feature ${feature} of ${trees.columns}`);
    for (const child of [trees.left[node]!, trees.right[node]!]) {
      if (child <= node || child >= end) fail(`node ${node}: child ${child}; expected ${node + 1} to ${end - 1}`);
      if (++parents[child - first]! > 1) fail(`node ${child} has two parents`);
    }
    if ((trees.flags[node]! & CATEGORY_SPLIT) === 0) {
      if (!Number.isFinite(value)) fail(`node ${node}: threshold is ${value}; expected a finite number`);
    } else if (!Number.isInteger(value) || value < 0 || value + (trees.sets[value] ?? 0) >= trees.sets.length)
      fail(`node ${node}: set ${value} is outside the ${trees.sets.length} words`);
  }
}
