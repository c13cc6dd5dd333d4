import { DomainError } from '#domain/problems.ts';
import { type InputSlots, inputSlots } from '#models/input-slots.ts';
import type { TreeEnsemble } from '#models/tree-ensemble.ts';
import {
  GROUP_BYTES,
  INPUTS_AT,
  LANES,
  NODE_BYTES,
  SLOT_BYTES,
  type TreeKernel,
  treeKernel,
} from '#models/tree-kernel.ts';
import { allocate } from '#models/wasm-assembler.ts';

/** Scores rows with one ensemble, eight at a time; no allocation per row. */
export interface TreeScorer {
  /** Margins of `rows` rows of `features` (row-major), written to `into` from index 0. */
  score(features: Float64Array, rows: number, into: Float64Array): void;
}

interface Layout {
  readonly view: Float64Array;
  readonly table: number;
  readonly groups: number;
  readonly groupsEnd: number;
  /** Address of the leaf values, less half the nodes' address: a node's value is at `values + address / 2`. */
  readonly values: number;
}

/** Prepares an ensemble for scoring. The ensemble must have passed `checkEnsemble`. */
export function treeScorer(trees: TreeEnsemble): TreeScorer {
  const { columns, base } = trees;
  if (trees.roots.length === 0) return { score: (_, rows, into) => void into.fill(base, 0, rows) };
  const slots = inputSlots(trees);
  const treeCount = trees.roots.length;
  const groupCount = Math.ceil(treeCount / LANES);
  const nodesAt = INPUTS_AT + slots.count * SLOT_BYTES;
  // One node more than the trees have: the leaf of value 0 that fills up the last group of eight.
  const nodeCount = trees.feature.length + 1;
  const valuesAt = nodesAt + nodeCount * NODE_BYTES;
  const tableAt = valuesAt + nodeCount * 8;
  const groupsAt = tableAt + treeCount * 8;
  const bytes = groupsAt + groupCount * GROUP_BYTES;
  if (bytes > 0x7fff_0000) throw new DomainError('unsupported-model', `the ensemble needs ${bytes} bytes`, { bytes });
  const memory = allocate(bytes);
  const layout: Layout = {
    view: new Float64Array(memory.buffer),
    table: tableAt,
    groups: groupsAt,
    groupsEnd: bytes,
    values: valuesAt - nodesAt / 2,
  };
  writeNodes(trees, slots, memory.buffer, nodesAt, valuesAt, tableAt, groupsAt);
  const kernel = treeKernel(memory, trees.inputs === 'float32');
  return batches(columns, base, slots, layout, kernel);
}

function batches(
  columns: number,
  base: number,
  slots: InputSlots,
  { view, table, groups, groupsEnd, values }: Layout,
  { eightRows, eightTrees }: TreeKernel,
): TreeScorer {
  const at = INPUTS_AT / 8;
  return {
    score(features, rows, into) {
      let row = 0;
      // Three rows one by one cost about what a batch of eight does.
      while (rows - row >= 4) {
        const filled = Math.min(LANES, rows - row);
        for (let lane = 0; lane < filled; lane++) slots.fill(features, (row + lane) * columns, view, at + lane, LANES);
        eightRows(table, groups, values, base);
        for (let lane = 0; lane < filled; lane++) into[row + lane] = view[lane]!;
        row += filled;
      }
      for (; row < rows; row++) {
        slots.fill(features, row * columns, view, at, LANES);
        eightTrees(groups, groupsEnd, values, base);
        into[row] = view[0]!;
      }
    },
  };
}

/** Lays the nodes out breadth-first with siblings side by side, and writes both tables. */
function writeNodes(
  trees: TreeEnsemble,
  slots: InputSlots,
  buffer: ArrayBuffer,
  nodesAt: number,
  valuesAt: number,
  tableAt: number,
  groupsAt: number,
): void {
  const data = new DataView(buffer);
  let next = 0;
  const place = () => nodesAt + NODE_BYTES * next++;
  const writeLeaf = (address: number, value: number) => {
    data.setFloat64(address, Number.POSITIVE_INFINITY, true);
    data.setInt32(address + 8, INPUTS_AT, true);
    data.setInt32(address + 12, address, true);
    data.setFloat64(valuesAt + (address - nodesAt) / 2, value, true);
  };
  const rootOf: number[] = [];
  const stepsOf: number[] = [];
  for (const root of trees.roots) {
    const queue: { node: number; address: number; depth: number }[] = [{ node: root, address: place(), depth: 0 }];
    rootOf.push(queue[0]!.address);
    let steps = 0;
    for (let head = 0; head < queue.length; head++) {
      const { node, address, depth } = queue[head]!;
      if (trees.feature[node]! < 0) {
        writeLeaf(address, trees.value[node]!);
        steps = Math.max(steps, depth);
        continue;
      }
      const left = place();
      const right = place();
      data.setFloat64(address, slots.threshold[node]!, true);
      data.setInt32(address + 8, INPUTS_AT + slots.ofNode[node]! * SLOT_BYTES, true);
      data.setInt32(address + 12, left, true);
      queue.push({ node: trees.left[node]!, address: left, depth: depth + 1 });
      queue.push({ node: trees.right[node]!, address: right, depth: depth + 1 });
    }
    stepsOf.push(steps);
  }
  const filler = place();
  writeLeaf(filler, 0);
  for (let t = 0; t < rootOf.length; t++) {
    data.setInt32(tableAt + 8 * t, rootOf[t]!, true);
    data.setInt32(tableAt + 8 * t + 4, stepsOf[t]!, true);
  }
  for (let t = 0; t < rootOf.length; t += LANES) {
    const entry = groupsAt + (t / LANES) * GROUP_BYTES;
    for (let lane = 0; lane < LANES; lane++) data.setInt32(entry + 4 * lane, rootOf[t + lane] ?? filler, true);
    data.setInt32(entry + 4 * LANES, Math.max(...stepsOf.slice(t, t + LANES)), true);
  }
}
