import {
  allocate,
  branchIf,
  type Code,
  compile,
  get,
  I32,
  i32,
  instantiate,
  loadI32,
  loadU8,
  loadV128,
  op,
  set,
  storeV128,
  tee,
  V128,
} from '#models/wasm-assembler.ts';
import { BINS } from './binning.ts';

/** Bytes of one feature's histogram: gradient and hessian sums as doubles for each bin. */
const HISTOGRAM_BYTES = BINS * 16;
const FEATURES_AT_ONCE = 4;

// Parameters and locals of the loop.
const ROWS = 0;
const ROWS_END = 1;
const PAIRS = 2;
const COLUMN = 3;
const HISTOGRAM = COLUMN + FEATURES_AT_ONCE;
const ROW = HISTOGRAM + FEATURES_AT_ONCE;
const CELL = ROW + 1;
const PAIR = CELL + 1;

/** Adds each row's (gradient, hessian) to the cell of its bin, `features` features in one pass over the rows. */
function accumulate(features: number): Code {
  const each = Array.from({ length: features }, (_, i) => [
    ...[...get(COLUMN + i), ...get(ROW), ...op.i32Add, ...loadU8(0), ...i32(4), ...op.i32Shl],
    ...[...get(HISTOGRAM + i), ...op.i32Add, ...tee(CELL)],
    ...[...get(CELL), ...loadV128(0), ...get(PAIR), ...op.f64x2Add, ...storeV128(0)],
  ]).flat();
  return [
    ...op.loop,
    ...[...get(ROWS), ...loadI32(0), ...set(ROW), ...get(PAIRS), ...loadV128(0), ...set(PAIR)],
    ...each,
    ...[...get(PAIRS), ...i32(16), ...op.i32Add, ...set(PAIRS)],
    ...[...get(ROWS), ...i32(4), ...op.i32Add, ...tee(ROWS), ...get(ROWS_END), ...op.i32LtU, ...branchIf(0)],
    ...op.end,
  ];
}

/** Binned training rows and the sums over them, in memory the compiled loop reads. */
export interface HistogramSpace {
  /** Bins of each feature, column by column. */
  readonly columns: readonly Uint8Array[];
  /** Row numbers, grouped by node. */
  readonly rows: Int32Array;
  /** (gradient, hessian) of the rows a histogram is about to be built of, in their order. */
  readonly pairs: Float64Array;
  /** Sums of all features, `BINS * 2` doubles a feature; `slot` is below `slots`. */
  histogram(slot: number): Float64Array;
  /** Builds the histogram of `rows[start]` to `rows[end - 1]`, whose pairs are `pairs[0]` to `pairs[end - start - 1]`. */
  build(slot: number, start: number, end: number, features: Int32Array): void;
}

export function histogramSpace(rowCount: number, featureCount: number, slots: number): HistogramSpace {
  const align = (bytes: number) => Math.ceil(bytes / 16) * 16;
  const columnBytes = align(rowCount);
  const rowsAt = featureCount * columnBytes;
  const pairsAt = rowsAt + align(rowCount * 4);
  const histogramsAt = pairsAt + rowCount * 16;
  const slotBytes = featureCount * HISTOGRAM_BYTES;
  const memory = allocate(histogramsAt + slots * slotBytes);
  const { buffer } = memory;
  const parameters = new Array<number>(3 + 2 * FEATURES_AT_ONCE).fill(I32);
  const locals = [
    [2, I32],
    [1, V128],
  ] as const;
  const loops = Array.from({ length: FEATURES_AT_ONCE }, (_, i) => ({
    name: `of${i + 1}`,
    parameters,
    locals,
    body: accumulate(i + 1),
  }));
  const kernel = instantiate(compile(loops), memory);
  const histogram = (slot: number) =>
    new Float64Array(buffer, histogramsAt + slot * slotBytes, featureCount * BINS * 2);
  const at = new Array<number>(2 * FEATURES_AT_ONCE).fill(0);
  return {
    columns: Array.from({ length: featureCount }, (_, f) => new Uint8Array(buffer, f * columnBytes, rowCount)),
    rows: new Int32Array(buffer, rowsAt, rowCount),
    pairs: new Float64Array(buffer, pairsAt, rowCount * 2),
    histogram,
    build(slot, start, end, features) {
      histogram(slot).fill(0);
      if (end === start) return;
      for (let i = 0; i < features.length; i += FEATURES_AT_ONCE) {
        const count = Math.min(FEATURES_AT_ONCE, features.length - i);
        for (let k = 0; k < count; k++) {
          at[k] = features[i + k]! * columnBytes;
          at[FEATURES_AT_ONCE + k] = histogramsAt + slot * slotBytes + features[i + k]! * HISTOGRAM_BYTES;
        }
        kernel[`of${count}`]!(rowsAt + 4 * start, rowsAt + 4 * end, pairsAt, ...at);
      }
    },
  };
}
