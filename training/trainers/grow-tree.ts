import type { Binning } from './binning.ts';
import type { EnsembleBuilder } from './ensemble-builder.ts';
import type { HistogramSpace } from './histogram.ts';
import { findSplit, leafValue, type NodeSums, type Split, type SplitLimits } from './split-search.ts';

export interface GrowOptions extends SplitLimits {
  readonly maxLeaves: number;
  readonly maxDepth: number;
  readonly learningRate: number;
}

/** Rows split up by node: those the tree learns from, and those that only follow it (out of the bag, validation). */
export interface RowRanges {
  readonly learning: Int32Array;
  readonly following: Int32Array;
  readonly learningRows: number;
  readonly followingRows: number;
}

interface Leaf extends NodeSums {
  readonly node: number;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  readonly followStart: number;
  readonly followEnd: number;
  /** Histogram slot, -1 when it was not built. */
  readonly slot: number;
  readonly split: Split | undefined;
}

/** Grows trees leaf by leaf, the split that gains most first, and adds their values to the margins. */
export class TreeGrower {
  private readonly space: HistogramSpace;
  private readonly binnings: readonly Binning[];
  private readonly monotone: Int8Array;
  private readonly options: GrowOptions;
  private readonly scratch: Int32Array;

  constructor(
    space: HistogramSpace,
    binnings: readonly Binning[],
    monotone: Int8Array,
    options: GrowOptions,
    rows: number,
  ) {
    this.space = space;
    this.binnings = binnings;
    this.monotone = monotone;
    this.options = options;
    this.scratch = new Int32Array(rows);
  }

  /** `pairs` holds gradient and hessian per row. Returns false when the root could not be split. */
  grow(
    rows: RowRanges,
    pairs: Float64Array,
    features: Int32Array,
    builder: EnsembleBuilder,
    margins: Float64Array,
  ): boolean {
    const { options } = this;
    builder.startTree();
    const free = Array.from({ length: options.maxLeaves + 1 }, (_, i) => options.maxLeaves - i);
    const open: Leaf[] = [];
    const closed: Leaf[] = [];
    const place = (leaf: Leaf): void => {
      if (leaf.split) open.push(leaf);
      else {
        if (leaf.slot >= 0) free.push(leaf.slot);
        closed.push(leaf);
      }
    };
    place(this.root(rows, pairs, features, builder, free.pop()!));
    while (open.length > 0 && open.length + closed.length < options.maxLeaves) {
      let best = 0;
      for (let i = 1; i < open.length; i++) if (open[i]!.split!.gain > open[best]!.split!.gain) best = i;
      const leaf = open[best]!;
      open.splice(best, 1);
      // The last split needs no histograms: its children stay leaves.
      const last = open.length + closed.length + 2 >= options.maxLeaves;
      for (const child of this.divide(leaf, rows, pairs, features, builder, last ? undefined : free)) place(child);
    }
    const leaves = [...closed, ...open];
    for (const leaf of leaves) this.finish(leaf, rows, builder, margins);
    return leaves.length > 1;
  }

  private root(
    rows: RowRanges,
    pairs: Float64Array,
    features: Int32Array,
    builder: EnsembleBuilder,
    slot: number,
  ): Leaf {
    let gradient = 0;
    let hessian = 0;
    for (let i = 0; i < rows.learningRows; i++) {
      gradient += pairs[2 * rows.learning[i]!]!;
      hessian += pairs[2 * rows.learning[i]! + 1]!;
    }
    const range = { start: 0, end: rows.learningRows, followStart: 0, followEnd: rows.followingRows };
    const sums = { gradient, hessian, rows: rows.learningRows, low: -Infinity, high: Infinity };
    const node = builder.addLeaf(0, rows.learningRows);
    this.build(slot, range.start, range.end, pairs, features, rows.learning);
    return { ...sums, ...range, node, depth: 0, slot, split: this.search(slot, sums, 0, features) };
  }

  private build(
    slot: number,
    start: number,
    end: number,
    pairs: Float64Array,
    features: Int32Array,
    learning: Int32Array,
  ): void {
    const ordered = this.space.pairs;
    for (let i = start, k = 0; i < end; i++, k += 2) {
      const row = 2 * learning[i]!;
      ordered[k] = pairs[row]!;
      ordered[k + 1] = pairs[row + 1]!;
    }
    this.space.build(slot, start, end, features);
  }

  private search(slot: number, sums: NodeSums, depth: number, features: Int32Array): Split | undefined {
    const { options } = this;
    if (depth >= options.maxDepth || sums.rows < 2 * options.minRows) return undefined;
    return findSplit(this.space.histogram(slot), this.binnings, features, this.monotone, sums, options);
  }

  /** Splits a leaf: the smaller child's histogram is built, the larger one's is what remains of the parent's. */
  private divide(
    leaf: Leaf,
    rows: RowRanges,
    pairs: Float64Array,
    features: Int32Array,
    builder: EnsembleBuilder,
    free: number[] | undefined,
  ): [Leaf, Leaf] {
    const split = leaf.split!;
    const column = this.space.columns[split.binning.feature]!;
    const middle = this.partition(rows.learning, leaf.start, leaf.end, column, split.goesLeft);
    const followMiddle = this.partition(rows.following, leaf.followStart, leaf.followEnd, column, split.goesLeft);
    const direction = split.binning.category ? 0 : this.monotone[split.binning.feature]!;
    const bound = (split.leftValue + split.rightValue) / 2;
    const leftSums: NodeSums = {
      gradient: split.leftGradient,
      hessian: split.leftHessian,
      rows: middle - leaf.start,
      low: direction < 0 ? Math.max(leaf.low, bound) : leaf.low,
      high: direction > 0 ? Math.min(leaf.high, bound) : leaf.high,
    };
    const rightSums: NodeSums = {
      gradient: leaf.gradient - split.leftGradient,
      hessian: leaf.hessian - split.leftHessian,
      rows: leaf.end - middle,
      low: direction > 0 ? Math.max(leaf.low, bound) : leaf.low,
      high: direction < 0 ? Math.min(leaf.high, bound) : leaf.high,
    };
    const leftNode = builder.addLeaf(0, leftSums.rows);
    const rightNode = builder.addLeaf(0, rightSums.rows);
    builder.makeSplit(leaf.node, split, leftNode, rightNode);
    const depth = leaf.depth + 1;
    const left = { ...leftSums, node: leftNode, depth, start: leaf.start, end: middle };
    const right = { ...rightSums, node: rightNode, depth, start: middle, end: leaf.end };
    const leftFollow = { followStart: leaf.followStart, followEnd: followMiddle };
    const rightFollow = { followStart: followMiddle, followEnd: leaf.followEnd };
    const tooSmall = Math.max(left.rows, right.rows) < 2 * this.options.minRows || depth >= this.options.maxDepth;
    if (free === undefined || tooSmall) {
      if (free) free.push(leaf.slot);
      const none = { slot: -1, split: undefined };
      return [
        { ...left, ...leftFollow, ...none },
        { ...right, ...rightFollow, ...none },
      ];
    }
    const smallSlot = free.pop()!;
    const small = left.rows <= right.rows ? left : right;
    this.build(smallSlot, small.start, small.end, pairs, features, rows.learning);
    this.subtract(leaf.slot, smallSlot, features);
    const leftSlot = small === left ? smallSlot : leaf.slot;
    const rightSlot = small === left ? leaf.slot : smallSlot;
    return [
      { ...left, ...leftFollow, slot: leftSlot, split: this.search(leftSlot, leftSums, depth, features) },
      { ...right, ...rightFollow, slot: rightSlot, split: this.search(rightSlot, rightSums, depth, features) },
    ];
  }

  private subtract(from: number, smaller: number, features: Int32Array): void {
    const target = this.space.histogram(from);
    const taken = this.space.histogram(smaller);
    const width = target.length / this.binnings.length;
    for (const feature of features)
      for (let i = feature * width; i < (feature + 1) * width; i++) target[i] = target[i]! - taken[i]!;
  }

  /** Rows that go left first, in their order, then the others; returns where the others start. */
  private partition(rows: Int32Array, start: number, end: number, column: Uint8Array, goesLeft: Uint8Array): number {
    const { scratch } = this;
    let left = start;
    let right = 0;
    for (let i = start; i < end; i++) {
      const row = rows[i]!;
      const isLeft = goesLeft[column[row]!]!;
      // Both are written, one counts: no branch to mispredict.
      rows[left] = row;
      scratch[right] = row;
      left += isLeft;
      right += 1 - isLeft;
    }
    for (let i = 0; i < right; i++) rows[left + i] = scratch[i]!;
    return left;
  }

  private finish(leaf: Leaf, rows: RowRanges, builder: EnsembleBuilder, margins: Float64Array): void {
    const { l2, learningRate } = this.options;
    const value = learningRate * leafValue(leaf.gradient, leaf.hessian, l2, leaf.low, leaf.high);
    builder.setLeaf(leaf.node, value);
    for (let i = leaf.start; i < leaf.end; i++) margins[rows.learning[i]!]! += value;
    for (let i = leaf.followStart; i < leaf.followEnd; i++) margins[rows.following[i]!]! += value;
  }
}
