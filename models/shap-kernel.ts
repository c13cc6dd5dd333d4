import {
  allocate,
  branchIf,
  type Code,
  compile,
  get,
  I32,
  i32,
  instantiate,
  loadF64,
  loadI32,
  loadSplat,
  loadV128,
  op,
  set,
  storeF64,
  storeV128,
  tee,
  V128,
  type WasmModule,
} from '#models/wasm-assembler.ts';

/**
 * The two passes of tree-shap.ts over one tree as a WebAssembly loop without branches, two quadrature points at a time.
 *
 * A node is 64 bytes: weight z, leaf value, the parent's threshold, then addresses and numbers as below. Whether the
 * row takes the node's branch (and every earlier one on the same feature) is written into it as 1 or 0 (o).
 * Its work area holds the products on the way down and the sums on the way up, one of each for each point.
 */
const NODE_BYTES = 64;
const AT = {
  weight: 0,
  leafValue: 8,
  threshold: 16,
  input: 24,
  isLeft: 28,
  parentWork: 32,
  before: 36,
  contribution: 40,
  work: 44,
  taken: 48,
} as const;

/** What the kernel needs to know of the branch that leads to a node. */
export interface ShapNode {
  readonly weight: number;
  readonly leafValue: number;
  /** Input slot and threshold of the parent's test; slot -1 at a root. */
  readonly slot: number;
  readonly threshold: number;
  readonly isLeft: boolean;
  /** Parent, counted from the tree's root; -1 at a root. */
  readonly parent: number;
  /** Node of the ensemble whose branch tested the same feature before; -1 when none did. */
  readonly before: number;
  readonly feature: number;
}

export interface ShapKernel {
  readonly inputs: Float64Array;
  readonly contributions: Float64Array;
  write(node: number, inTree: number, values: ShapNode): void;
  /** Adds the contributions of the tree of nodes `first` to `end - 1`. */
  run(first: number, end: number): void;
}

// Parameters and locals of both loops.
const NODE = 0;
const END = 1;
const BEFORE = 2;
const WORK = 3;
const PARENT = 4;
const FACTOR = 5;
const EARLIER = 6;
const TOTAL = 7;

const TABLES_AT = 16; // t, 1 - t and the weight of each point, pair by pair: 48 bytes a pair

/** o t + z (1 - t) of the node whose address is in local `node`, for point pair `pair`. */
function factor(node: number, pair: number): Code {
  const table = TABLES_AT + 48 * pair;
  return [
    ...[...get(node), ...loadSplat(AT.taken), ...i32(0), ...loadV128(table), ...op.f64x2Mul],
    ...[...get(node), ...loadSplat(AT.weight), ...i32(0), ...loadV128(table + 16), ...op.f64x2Mul],
    ...op.f64x2Add,
  ];
}

const difference = (node: number): Code => [
  ...[...get(node), ...loadSplat(AT.taken), ...get(node), ...loadSplat(AT.weight), ...op.f64x2Sub],
];

const pairs = (count: number, emit: (pair: number) => Code): Code =>
  Array.from({ length: count }, (_, pair) => emit(pair)).flat();

function down(pairCount: number): Code {
  const taken: Code = [
    ...[...get(NODE), ...get(NODE), ...loadI32(AT.input), ...loadF64(0), ...get(NODE), ...loadF64(AT.threshold)],
    ...[...op.f64Le, ...get(NODE), ...loadI32(AT.isLeft), ...op.i32Eq, ...op.f64FromI32],
    ...[...get(NODE), ...loadI32(AT.before), ...tee(BEFORE), ...loadF64(AT.taken), ...op.f64Mul, ...storeF64(AT.taken)],
  ];
  const product = (pair: number): Code => [
    ...[...get(WORK), ...get(PARENT), ...loadV128(16 * pair), ...factor(NODE, pair), ...op.f64x2Mul],
    ...[...factor(BEFORE, pair), ...op.f64x2Div, ...tee(FACTOR), ...storeV128(16 * pair)],
    ...[...get(WORK), ...get(FACTOR), ...get(NODE), ...loadSplat(AT.leafValue), ...op.f64x2Mul],
    ...storeV128(16 * (pairCount + pair)),
  ];
  return [
    ...op.loop,
    ...taken,
    ...[...get(NODE), ...loadI32(AT.work), ...set(WORK), ...get(NODE), ...loadI32(AT.parentWork), ...set(PARENT)],
    ...pairs(pairCount, product),
    ...[...get(NODE), ...i32(NODE_BYTES), ...op.i32Add, ...tee(NODE), ...get(END), ...op.i32LtU, ...branchIf(0)],
    ...op.end,
  ];
}

/** From the last node back to the first; `NODE` starts one past the last and `END` is the first. */
function up(pairCount: number): Code {
  const sumAt = (pair: number) => 16 * (pairCount + pair);
  const share = (pair: number): Code => [
    ...[...get(PARENT), ...get(PARENT), ...loadV128(sumAt(pair)), ...get(WORK), ...loadV128(sumAt(pair))],
    ...[...op.f64x2Add, ...storeV128(sumAt(pair))],
    ...[...factor(NODE, pair), ...set(FACTOR), ...factor(BEFORE, pair), ...set(EARLIER)],
    // ((o - z) / F - (o' - z') / F') as one division.
    ...[...difference(NODE), ...get(EARLIER), ...op.f64x2Mul, ...difference(BEFORE), ...get(FACTOR), ...op.f64x2Mul],
    ...[...op.f64x2Sub, ...get(FACTOR), ...get(EARLIER), ...op.f64x2Mul, ...op.f64x2Div],
    ...[...get(WORK), ...loadV128(sumAt(pair)), ...op.f64x2Mul],
    ...[...i32(0), ...loadV128(TABLES_AT + 48 * pair + 32), ...op.f64x2Mul],
    ...[...get(TOTAL), ...op.f64x2Add, ...set(TOTAL)],
  ];
  return [
    ...op.loop,
    ...[...get(NODE), ...i32(NODE_BYTES), ...op.i32Sub, ...tee(NODE), ...loadI32(AT.work), ...set(WORK)],
    ...[...get(NODE), ...loadI32(AT.parentWork), ...set(PARENT), ...get(NODE), ...loadI32(AT.before), ...set(BEFORE)],
    ...[0x44, 0, 0, 0, 0, 0, 0, 0, 0, ...op.f64x2Splat, ...set(TOTAL)], // f64.const 0
    ...pairs(pairCount, share),
    ...[...get(NODE), ...loadI32(AT.contribution), ...tee(BEFORE), ...get(BEFORE), ...loadF64(0)],
    ...[...get(TOTAL), ...op.f64x2First, ...get(TOTAL), ...op.f64x2Second, ...op.f64Add, ...op.f64Add, ...storeF64(0)],
    ...[...get(NODE), ...get(END), ...op.i32GtU, ...branchIf(0)],
    ...op.end,
  ];
}

const modules = new Map<number, WasmModule>();

function moduleFor(pairCount: number): WasmModule {
  const known = modules.get(pairCount);
  if (known) return known;
  const shape = {
    parameters: [I32, I32],
    locals: [
      [3, I32],
      [3, V128],
    ],
  } as const;
  const built = compile([
    { name: 'down', ...shape, body: down(pairCount) },
    { name: 'up', ...shape, body: up(pairCount) },
  ]);
  modules.set(pairCount, built);
  return built;
}

export function shapKernel(
  points: Float64Array,
  weights: Float64Array,
  columns: number,
  slots: number,
  largestTree: number,
  nodes: number,
): ShapKernel {
  const pairCount = points.length / 2;
  const workBytes = 32 * pairCount;
  const align = (bytes: number) => Math.ceil(bytes / 16) * 16;
  // One contribution, work area and input more than needed: where a root's own share goes.
  const contributionsAt = TABLES_AT + 48 * pairCount;
  const inputsAt = contributionsAt + align(8 * (columns + 1));
  const workAt = inputsAt + align(8 * (slots + 1));
  const nodesAt = workAt + workBytes * (largestTree + 1);
  const memory = allocate(nodesAt + NODE_BYTES * (nodes + 1));
  const data = new DataView(memory.buffer);
  points.forEach((point, q) => {
    const table = TABLES_AT + 48 * (q >> 1) + 8 * (q & 1);
    data.setFloat64(table, point, true);
    data.setFloat64(table + 16, 1 - point, true);
    data.setFloat64(table + 32, weights[q]!, true);
    // The parent of every root: products of 1.
    data.setFloat64(workAt + workBytes * largestTree + 8 * q, 1, true);
  });
  // Node `nodes` stands for "no earlier branch": z = o = 1, so its factor is 1 and its share 0.
  data.setFloat64(nodesAt + NODE_BYTES * nodes + AT.weight, 1, true);
  data.setFloat64(nodesAt + NODE_BYTES * nodes + AT.taken, 1, true);
  const kernel = instantiate(moduleFor(pairCount), memory);
  const rootWork = workAt + workBytes * largestTree;
  return {
    inputs: new Float64Array(memory.buffer, inputsAt, slots + 1),
    contributions: new Float64Array(memory.buffer, contributionsAt, columns + 1),
    write(node, inTree, values) {
      const at = nodesAt + NODE_BYTES * node;
      data.setFloat64(at + AT.weight, values.weight, true);
      data.setFloat64(at + AT.leafValue, values.leafValue, true);
      data.setFloat64(at + AT.threshold, values.threshold, true);
      data.setInt32(at + AT.input, inputsAt + 8 * (values.slot < 0 ? slots : values.slot), true);
      data.setInt32(at + AT.isLeft, values.isLeft ? 1 : 0, true);
      data.setInt32(at + AT.parentWork, values.parent < 0 ? rootWork : workAt + workBytes * values.parent, true);
      data.setInt32(at + AT.before, nodesAt + NODE_BYTES * (values.before < 0 ? nodes : values.before), true);
      data.setInt32(at + AT.contribution, contributionsAt + 8 * (values.feature < 0 ? columns : values.feature), true);
      data.setInt32(at + AT.work, workAt + workBytes * inTree, true);
    },
    run(first, end) {
      const [from, to] = [nodesAt + NODE_BYTES * first, nodesAt + NODE_BYTES * end];
      kernel['down']!(from, to);
      kernel['up']!(to, from);
    },
  };
}
