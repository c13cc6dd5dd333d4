import {
  branchIf,
  type Code,
  compile,
  F64,
  get,
  I32,
  i32,
  instantiate,
  loadF64,
  loadI32,
  op,
  set,
  storeF64,
  tee,
  type WasmMemory,
  type WasmModule,
} from '#models/wasm-assembler.ts';

/**
 * The inner loop of tree scoring as a WebAssembly module, written out instruction by instruction (no toolchain).
 * WebAssembly turns `x > threshold` into a number without a branch and reads memory without bounds checks in between,
 * and eight walks run side by side; node by node in plain JavaScript takes more than ten times as long. Arithmetic is
 * IEEE double (or float32 by an explicit rounding), in one fixed order, so results are the same bytes on every engine.
 *
 * Memory: 8 accumulators at 0; from 64 on the inputs, slot by slot, 8 lanes of a double each; then the nodes, 16 bytes
 * each: threshold (f64), address of the input slot (i32), address of the left child (i32). The right child follows the
 * left one. A leaf is its own left child with threshold +Infinity, so walking on from it stays there.
 */
export const LANES = 8;
export const INPUTS_AT = 64;
export const NODE_BYTES = 16;
export const SLOT_BYTES = 8 * LANES;

const lanes = (emit: (lane: number) => Code) => Array.from({ length: LANES }, (_, lane) => emit(lane)).flat();

// Parameters, then locals, of both functions.
const TABLE = 0;
const TABLE_END = 1;
const VALUES = 2;
const BASE = 3;
const STEPS = 4;
const NODE = 5;
const SUM = NODE + LANES;

/** One step of one lane: to the left child, or 16 bytes further when the input is above the threshold. */
function step(lane: number, inputLane: number): Code {
  const node = NODE + lane;
  return [
    ...get(node),
    ...loadI32(12),
    ...get(node),
    ...loadI32(8),
    ...loadF64(inputLane * 8),
    ...get(node),
    ...loadF64(0),
    ...op.f64Gt,
    ...i32(4),
    ...op.i32Shl,
    ...op.i32Add,
    ...set(node),
  ];
}

/** Adds the leaf a lane ended at; leaf values lie apart from the nodes, 8 bytes for each 16. */
function addLeaf(lane: number, sum: number, float32: boolean): Code {
  const leaf = [...get(NODE + lane), ...i32(1), ...op.i32ShrU, ...get(VALUES), ...op.i32Add, ...loadF64(0)];
  return [...get(sum), ...leaf, ...op.f64Add, ...(float32 ? [...op.demote, ...op.promote] : []), ...set(sum)];
}

function walk(inputLane: (lane: number) => number): Code {
  const body = [...lanes((lane) => step(lane, inputLane(lane)))];
  const count = [...get(STEPS), ...i32(1), ...op.i32Sub, ...tee(STEPS), ...branchIf(0)];
  return [
    ...op.block,
    ...get(STEPS),
    ...op.i32Eqz,
    ...branchIf(0),
    ...op.loop,
    ...body,
    ...count,
    ...op.end,
    ...op.end,
  ];
}

function overTable(entryBytes: number, body: Code): Code {
  const next = [...get(TABLE), ...i32(entryBytes), ...op.i32Add, ...tee(TABLE)];
  const more = [...get(TABLE_END), ...op.i32LtU, ...branchIf(0)];
  return [...op.loop, ...body, ...next, ...more, ...op.end];
}

/** Eight rows through one tree at a time. Table entry: root address, steps. */
function eightRows(float32: boolean): Code {
  const perTree = [
    ...lanes((lane) => [...get(TABLE), ...loadI32(0), ...set(NODE + lane)]),
    ...[...get(TABLE), ...loadI32(4), ...set(STEPS)],
    ...walk((lane) => lane),
    ...lanes((lane) => addLeaf(lane, SUM + lane, float32)),
  ];
  return [
    ...lanes((lane) => [...get(BASE), ...set(SUM + lane)]),
    ...overTable(8, perTree),
    ...lanes((lane) => [...i32(0), ...get(SUM + lane), ...storeF64(8 * lane)]),
  ];
}

/** One row (lane 0) through eight trees at a time. Table entry: eight root addresses, steps of the deepest. */
function eightTrees(float32: boolean): Code {
  const perGroup = [
    ...lanes((lane) => [...get(TABLE), ...loadI32(4 * lane), ...set(NODE + lane)]),
    ...[...get(TABLE), ...loadI32(4 * LANES), ...set(STEPS)],
    ...walk(() => 0),
    ...lanes((lane) => addLeaf(lane, SUM, float32)),
  ];
  const store = [...i32(0), ...get(SUM), ...storeF64(0)];
  return [...get(BASE), ...set(SUM), ...overTable(GROUP_BYTES, perGroup), ...store];
}

/** Bytes of a table entry of `eightTrees`. */
export const GROUP_BYTES = 4 * (LANES + 1);

export type Kernel = (table: number, tableEnd: number, values: number, base: number) => void;

export interface TreeKernel {
  readonly eightRows: Kernel;
  readonly eightTrees: Kernel;
}

const modules = new Map<boolean, WasmModule>();

function moduleFor(float32: boolean): WasmModule {
  const known = modules.get(float32);
  if (known) return known;
  const parameters = [I32, I32, I32, F64];
  const locals = [
    [1 + LANES, I32],
    [LANES, F64],
  ] as const;
  const built = compile([
    { name: 'eightRows', parameters, locals, body: eightRows(float32) },
    { name: 'eightTrees', parameters, locals, body: eightTrees(float32) },
  ]);
  modules.set(float32, built);
  return built;
}

/** The two loops over one ensemble's memory. */
export function treeKernel(memory: WasmMemory, float32: boolean): TreeKernel {
  const exports = instantiate(moduleFor(float32), memory);
  return { eightRows: exports['eightRows']!, eightTrees: exports['eightTrees']! };
}
