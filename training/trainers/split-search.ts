import { BINS, type Binning, MISSING_BIN } from './binning.ts';

/** What limits a split; the counts of rows are estimated from the hessian, as LightGBM does. */
export interface SplitLimits {
  readonly minRows: number;
  readonly minHessian: number;
  readonly l2: number;
  /** Most categories in the smaller description of a set; and what keeps rare ones from leading. */
  readonly maxCategories: number;
  readonly categorySmoothing: number;
  readonly categoryL2: number;
}

export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
  /** What monotone splits above allow this node's value to be. */
  readonly low: number;
  readonly high: number;
}

export interface Split {
  readonly gain: number;
  readonly binning: Binning;
  /** Number features: bins up to this one go left. */
  readonly bin: number;
  /** 1 for every bin that goes left, missing included. */
  readonly goesLeft: Uint8Array;
  readonly leftGradient: number;
  readonly leftHessian: number;
  readonly leftValue: number;
  readonly rightValue: number;
}

const MIN_GAIN = 1e-10;
/** Categories up to this many are tried one against the rest. */
const ONE_AGAINST_REST = 4;
const MIN_CATEGORY_ROWS = 5;

/** The value that lowers the loss most, within the node's bounds. */
export function leafValue(gradient: number, hessian: number, l2: number, low: number, high: number): number {
  const value = -gradient / (hessian + l2);
  return Math.min(Math.max(value, low), high);
}

/** By how much a value lowers the loss, doubled. */
function gainOf(gradient: number, hessian: number, l2: number, value: number): number {
  return -(2 * gradient * value + (hessian + l2) * value * value);
}

/** Finds the best split of a node over the features given, or undefined when none gains. */
export function findSplit(
  histogram: Float64Array,
  binnings: readonly Binning[],
  features: Int32Array,
  monotone: Int8Array,
  sums: NodeSums,
  limits: SplitLimits,
): Split | undefined {
  const best = new BestSplit(histogram, sums, limits);
  for (const feature of features) {
    const binning = binnings[feature]!;
    if (binning.bins === 0) continue;
    if (binning.category) searchCategories(best, binning, feature * BINS * 2);
    else searchNumbers(best, binning, feature * BINS * 2, monotone[feature]!);
  }
  return best.split();
}

class BestSplit {
  readonly histogram: Float64Array;
  readonly sums: NodeSums;
  readonly limits: SplitLimits;
  private readonly parentGain: number;
  private readonly rowsPerHessian: number;
  private gain = MIN_GAIN;
  private binning: Binning | undefined;
  private bin = 0;
  private missingLeft = false;
  private leftBins: readonly number[] | undefined;
  private leftGradient = 0;
  private leftHessian = 0;
  private leftValue = 0;
  private rightValue = 0;

  constructor(histogram: Float64Array, sums: NodeSums, limits: SplitLimits) {
    this.histogram = histogram;
    this.sums = sums;
    this.limits = limits;
    const value = leafValue(sums.gradient, sums.hessian, limits.l2, sums.low, sums.high);
    this.parentGain = gainOf(sums.gradient, sums.hessian, limits.l2, value);
    this.rowsPerHessian = sums.rows / sums.hessian;
  }

  rowsOf(hessian: number): number {
    return hessian * this.rowsPerHessian;
  }

  /** 1: better than the best so far; 0: not; -1: the left side is too small; -2: the right side is. */
  offer(
    binning: Binning,
    bin: number,
    missingLeft: boolean,
    leftBins: readonly number[] | undefined,
    leftGradient: number,
    leftHessian: number,
    monotone: number,
    l2: number,
  ): -2 | -1 | 0 | 1 {
    const { gradient, hessian, low, high } = this.sums;
    const { minRows, minHessian } = this.limits;
    if (leftHessian < minHessian || leftHessian * this.rowsPerHessian < minRows) return -1;
    const rightHessian = hessian - leftHessian;
    if (rightHessian < minHessian || rightHessian * this.rowsPerHessian < minRows) return -2;
    const rightGradient = gradient - leftGradient;
    const left = Math.min(Math.max(-leftGradient / (leftHessian + l2), low), high);
    const right = Math.min(Math.max(-rightGradient / (rightHessian + l2), low), high);
    if (monotone * (right - left) < 0) return 0;
    const gain =
      -(2 * leftGradient * left + (leftHessian + l2) * left * left) -
      (2 * rightGradient * right + (rightHessian + l2) * right * right) -
      this.parentGain;
    if (!(gain > this.gain)) return 0;
    this.gain = gain;
    this.binning = binning;
    this.bin = bin;
    this.missingLeft = missingLeft;
    this.leftBins = leftBins;
    this.leftGradient = leftGradient;
    this.leftHessian = leftHessian;
    this.leftValue = left;
    this.rightValue = right;
    return 1;
  }

  split(): Split | undefined {
    const { binning, gain, bin, leftGradient, leftHessian, leftValue, rightValue } = this;
    if (!binning) return undefined;
    const goesLeft = new Uint8Array(BINS);
    if (this.leftBins) for (const left of this.leftBins) goesLeft[left] = 1;
    else {
      goesLeft.fill(1, 0, bin + 1);
      goesLeft[MISSING_BIN] = this.missingLeft ? 1 : 0;
    }
    return { gain, binning, bin, goesLeft, leftGradient, leftHessian, leftValue, rightValue };
  }
}

function searchNumbers(best: BestSplit, binning: Binning, at: number, monotone: number): void {
  const { histogram, sums, limits } = best;
  const missingGradient = histogram[at + 2 * MISSING_BIN]!;
  const missingHessian = histogram[at + 2 * MISSING_BIN + 1]!;
  const someMissing = best.rowsOf(missingHessian) > 0.5;
  // Missing right; with missing values also the cut between all known and missing.
  const last = binning.bins - (someMissing ? 1 : 2);
  let gradient = 0;
  let hessian = 0;
  for (let bin = 0; bin <= last; bin++) {
    gradient += histogram[at + 2 * bin]!;
    hessian += histogram[at + 2 * bin + 1]!;
    // Without missing values here, a later one goes where more rows went.
    const missingLeft = !someMissing && hessian * 2 >= sums.hessian;
    if (best.offer(binning, bin, missingLeft, undefined, gradient, hessian, monotone, limits.l2) === -2) break;
  }
  if (!someMissing) return;
  gradient = missingGradient;
  hessian = missingHessian;
  for (let bin = 0; bin < binning.bins - 1; bin++) {
    gradient += histogram[at + 2 * bin]!;
    hessian += histogram[at + 2 * bin + 1]!;
    if (best.offer(binning, bin, true, undefined, gradient, hessian, monotone, limits.l2) === -2) break;
  }
}

/** Sets of categories along their mean gradient (Fisher's grouping), grown from either end; missing is a category. */
function searchCategories(best: BestSplit, binning: Binning, at: number): void {
  const { histogram, limits } = best;
  const present: number[] = [];
  for (let bin = 0; bin <= binning.bins; bin++) {
    const category = bin === binning.bins ? MISSING_BIN : bin;
    if (best.rowsOf(histogram[at + 2 * category + 1]!) >= MIN_CATEGORY_ROWS) present.push(category);
  }
  if (present.length <= ONE_AGAINST_REST) {
    for (const bin of present)
      best.offer(binning, bin, false, [bin], histogram[at + 2 * bin]!, histogram[at + 2 * bin + 1]!, 0, limits.l2);
    return;
  }
  const meanOf = (bin: number) => histogram[at + 2 * bin]! / (histogram[at + 2 * bin + 1]! + limits.categorySmoothing);
  const means = new Map(present.map((bin) => [bin, meanOf(bin)]));
  present.sort((a, b) => means.get(a)! - means.get(b)! || a - b);
  for (const order of [present, present.toReversed()]) {
    let gradient = 0;
    let hessian = 0;
    const most = Math.min(limits.maxCategories, Math.ceil(order.length / 2));
    for (let i = 0; i < most; i++) {
      const bin = order[i]!;
      gradient += histogram[at + 2 * bin]!;
      hessian += histogram[at + 2 * bin + 1]!;
      const set = order.slice(0, i + 1);
      if (best.offer(binning, bin, false, set, gradient, hessian, 0, limits.l2 + limits.categoryL2) === -2) break;
    }
  }
}
