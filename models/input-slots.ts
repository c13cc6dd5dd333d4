import {
  CATEGORY_SPLIT,
  type InputRule,
  inSet,
  MISSING_LEFT,
  MISSING_MASK,
  MISSING_NONE,
  MISSING_ZERO,
  type TreeEnsemble,
  ZERO_LIMIT,
} from '#models/tree-ensemble.ts';

/**
 * An input as the nodes compare it. Missing values become -Infinity (left) or +Infinity (right) and a category set
 * becomes -1 (in it) or +1, once per row instead of once per node, so that every node is one plain comparison.
 */
export interface InputSlots {
  readonly count: number;
  /** Slot of an inner node. */
  readonly ofNode: Int32Array;
  /** Threshold of an inner node in its slot. */
  readonly threshold: Float64Array;
  /** Writes one row of features; slot `s` goes to `into[at + s * stride]`. */
  fill(features: Float64Array, offset: number, into: Float64Array, at: number, stride: number): void;
}

interface NumberSlot {
  readonly feature: number;
  readonly missing: number;
  readonly left: boolean;
}

/** All category slots of one feature: `table[(code + 2) * slots.length + i]`; rows 0 and 1 are missing and unknown. */
interface CategoryTable {
  readonly feature: number;
  readonly slots: Int32Array;
  readonly codes: number;
  readonly table: Float64Array;
}

export function inputSlots(trees: TreeEnsemble): InputSlots {
  const nodes = trees.feature.length;
  const ofNode = new Int32Array(nodes).fill(-1);
  const threshold = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const numbers = new Map<string, number>();
  const numberSlots: { slot: number; rule: NumberSlot }[] = [];
  const sets = new Map<number, Map<string, { slot: number; start: number; left: boolean }>>();
  let count = 0;
  for (let node = 0; node < nodes; node++) {
    const feature = trees.feature[node]!;
    if (feature < 0) continue;
    const flags = trees.flags[node]!;
    const left = (flags & MISSING_LEFT) !== 0;
    if ((flags & CATEGORY_SPLIT) !== 0) {
      const start = trees.value[node]!;
      const words = trees.sets.subarray(start, start + 1 + trees.sets[start]!);
      const known = sets.get(feature) ?? new Map<string, { slot: number; start: number; left: boolean }>();
      sets.set(feature, known);
      const key = `${left} ${words.join()}`;
      const entry = known.get(key) ?? { slot: count++, start, left };
      known.set(key, entry);
      ofNode[node] = entry.slot;
      threshold[node] = 0;
      continue;
    }
    const missing = flags & MISSING_MASK;
    const key = `${feature} ${missing === MISSING_NONE ? 'none' : `${missing} ${left}`}`;
    let slot = numbers.get(key);
    if (slot === undefined) {
      slot = count++;
      numbers.set(key, slot);
      numberSlots.push({ slot, rule: { feature, missing, left } });
    }
    ofNode[node] = slot;
    threshold[node] = trees.value[node]!;
  }
  const tables = [...sets].map(([feature, known]) => categoryTable(trees, feature, [...known.values()]));
  return { count, ofNode, threshold, fill: filler(trees.inputs, numberSlots, tables) };
}

function categoryTable(
  trees: TreeEnsemble,
  feature: number,
  entries: readonly { slot: number; start: number; left: boolean }[],
): CategoryTable {
  const codes = Math.max(...entries.map((entry) => trees.sets[entry.start]! * 32));
  const table = new Float64Array((codes + 2) * entries.length).fill(1);
  entries.forEach((entry, i) => {
    table[i] = entry.left ? -1 : 1;
    for (let code = 0; code < codes; code++)
      if (inSet(trees.sets, entry.start, code)) table[(code + 2) * entries.length + i] = -1;
  });
  return { feature, slots: Int32Array.from(entries, (entry) => entry.slot), codes, table };
}

function filler(
  inputs: InputRule,
  numbers: readonly { slot: number; rule: NumberSlot }[],
  tables: readonly CategoryTable[],
): InputSlots['fill'] {
  const slots = Int32Array.from(numbers, ({ slot }) => slot);
  const features = Int32Array.from(numbers, ({ rule }) => rule.feature);
  const zeroToo = Uint8Array.from(numbers, ({ rule }) => (rule.missing === MISSING_ZERO ? 1 : 0));
  const whenMissing = Float64Array.from(numbers, ({ rule }) =>
    rule.missing === MISSING_NONE ? 0 : rule.left ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
  );
  const read = (value: number): number => {
    if (inputs === 'float32') return Math.fround(value);
    return inputs === 'zeroFlushed' && Math.abs(value) <= ZERO_LIMIT ? 0 : value;
  };
  return (row, offset, into, at, stride) => {
    for (let i = 0; i < slots.length; i++) {
      const x = inputs === 'double' ? row[offset + features[i]!]! : read(row[offset + features[i]!]!);
      const missing = Number.isNaN(x) || (zeroToo[i] === 1 && x === 0);
      into[at + slots[i]! * stride] = missing
        ? whenMissing[i]!
        : Math.min(Math.max(x, -Number.MAX_VALUE), Number.MAX_VALUE);
    }
    for (const { feature, slots: own, codes, table } of tables) {
      const x = row[offset + feature]!;
      const code = Math.trunc(x);
      const from = own.length * (Number.isNaN(x) ? 0 : code >= 0 && code < codes ? code + 2 : 1);
      for (let i = 0; i < own.length; i++) into[at + own[i]! * stride] = table[from + i]!;
    }
  };
}
