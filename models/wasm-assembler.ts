/** The few WebAssembly instructions the inner loops here need, as bytes; loops are written by hand, without a toolchain. */
export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
export const op = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  i32Add: [0x6a],
  i32Sub: [0x6b],
  i32Shl: [0x74],
  i32ShrU: [0x76],
  i32Eqz: [0x45],
  i32Eq: [0x46],
  i32LtU: [0x49],
  i32GtU: [0x4b],
  f64Gt: [0x64],
  f64Le: [0x65],
  f64Add: [0xa0],
  f64Mul: [0xa2],
  f64FromI32: [0xb7],
  demote: [0xb6],
  promote: [0xbb],
  f64x2Splat: [0xfd, 0x14],
  f64x2First: [0xfd, 0x21, 0],
  f64x2Second: [0xfd, 0x21, 1],
  f64x2Add: [0xfd, 0xf0, 0x01],
  f64x2Sub: [0xfd, 0xf1, 0x01],
  f64x2Mul: [0xfd, 0xf2, 0x01],
  f64x2Div: [0xfd, 0xf3, 0x01],
} as const;

export type Code = readonly number[];

/** Signed LEB128, the module's way of writing constants. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    if ((value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function uleb(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

export const get = (local: number): Code => [0x20, ...uleb(local)];
export const set = (local: number): Code => [0x21, ...uleb(local)];
export const tee = (local: number): Code => [0x22, ...uleb(local)];
export const i32 = (value: number): Code => [0x41, ...leb(value)];
export const loadI32 = (offset: number): Code => [0x28, 2, ...uleb(offset)];
export const loadU8 = (offset: number): Code => [0x2d, 0, ...uleb(offset)];
export const loadF64 = (offset: number): Code => [0x2b, 3, ...uleb(offset)];
export const storeF64 = (offset: number): Code => [0x39, 3, ...uleb(offset)];
export const loadV128 = (offset: number): Code => [0xfd, 0, 4, ...uleb(offset)];
export const loadSplat = (offset: number): Code => [0xfd, 10, 3, ...uleb(offset)];
export const storeV128 = (offset: number): Code => [0xfd, 11, 4, ...uleb(offset)];
export const branchIf = (depth: number): Code => [0x0d, depth];

const section = (id: number, body: Code) => [id, ...uleb(body.length), ...body];
const vector = (items: readonly Code[]) => [...uleb(items.length), ...items.flat()];
const text = (value: string) => [...uleb(value.length), ...[...value].map((char) => char.charCodeAt(0))];

export interface WasmFunction {
  readonly name: string;
  /** Value types of the parameters; nothing is returned. */
  readonly parameters: Code;
  /** Locals after the parameters: how many, of which type. */
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly body: Code;
}

/** A module's bytes: the functions, exported by name, over one imported memory `m.m`. */
function assemble(functions: readonly WasmFunction[]): Uint8Array {
  const code = functions.map(({ locals, body }) => {
    const bytes = [...vector(locals), ...body, ...op.end];
    return [...uleb(bytes.length), ...bytes];
  });
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(functions.map(({ parameters }) => [0x60, ...vector(parameters.map((type) => [type])), 0]))),
    ...section(2, vector([[...text('m'), ...text('m'), 2, 0, 1]])),
    ...section(3, vector(functions.map((_, index) => uleb(index)))),
    ...section(7, vector(functions.map(({ name }, index) => [...text(name), 0, ...uleb(index)]))),
    ...section(10, vector(code)),
  ]);
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export type WasmModule = object;
export type WasmExports = Readonly<Record<string, (...numbers: number[]) => void>>;

/** The part of the WebAssembly API used here; the compiler's own description of it needs a browser's types. */
interface WasmApi {
  Memory: new (limits: { initial: number }) => WasmMemory;
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: { m: { m: WasmMemory } }) => { exports: WasmExports };
}

const wasm = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
const PAGE_BYTES = 65_536;

export function allocate(bytes: number): WasmMemory {
  return new wasm.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
}

export function compile(functions: readonly WasmFunction[]): WasmModule {
  return new wasm.Module(assemble(functions));
}

export function instantiate(module: WasmModule, memory: WasmMemory): WasmExports {
  return new wasm.Instance(module, { m: { m: memory } }).exports;
}
