import { CATEGORY_SPLIT, MISSING_LEFT, MISSING_NAN, type TreeEnsemble } from '#models/tree-ensemble.ts';
import { MISSING_BIN } from './binning.ts';
import type { Split } from './split-search.ts';

/** Collects grown trees as flat arrays. Nodes are added parent first; children are linked when they are known. */
export class EnsembleBuilder {
  private readonly roots: number[] = [];
  private readonly feature: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly value: number[] = [];
  private readonly flags: number[] = [];
  private readonly cover: number[] = [];
  private readonly sets: number[] = [];

  get trees(): number {
    return this.roots.length;
  }

  startTree(): void {
    this.roots.push(this.feature.length);
  }

  addLeaf(value: number, cover: number): number {
    this.feature.push(-1);
    this.left.push(0);
    this.right.push(0);
    this.value.push(value);
    this.flags.push(0);
    this.cover.push(cover);
    return this.feature.length - 1;
  }

  setLeaf(node: number, value: number): void {
    this.value[node] = value;
  }

  /** Turns a leaf into a split; the children are nodes added after it. */
  makeSplit(node: number, split: Split, left: number, right: number): void {
    const { binning, bin, goesLeft } = split;
    this.feature[node] = binning.feature;
    this.left[node] = left;
    this.right[node] = right;
    this.flags[node] = MISSING_NAN | (goesLeft[MISSING_BIN] === 1 ? MISSING_LEFT : 0);
    if (!binning.category) {
      // The last bin has no edge: everything known goes left, missing goes right.
      this.value[node] = bin < binning.edges.length ? binning.edges[bin]! : Number.MAX_VALUE;
      return;
    }
    this.flags[node]! |= CATEGORY_SPLIT;
    const codes = Array.from(binning.codes).filter((_, index) => goesLeft[index] === 1);
    const words = new Uint32Array(codes.length === 0 ? 0 : Math.floor(Math.max(...codes) / 32) + 1);
    for (const code of codes) words[code >>> 5]! |= 1 << (code & 31);
    this.value[node] = this.sets.length;
    this.sets.push(words.length, ...words);
  }

  /** The first `trees` trees as an ensemble. */
  build(columns: number, base: number, trees = this.roots.length): TreeEnsemble {
    const nodes = this.roots[trees] ?? this.feature.length;
    return {
      columns,
      base,
      inputs: 'double',
      roots: Int32Array.from(this.roots.slice(0, trees)),
      feature: Int32Array.from(this.feature.slice(0, nodes)),
      left: Int32Array.from(this.left.slice(0, nodes)),
      right: Int32Array.from(this.right.slice(0, nodes)),
      value: Float64Array.from(this.value.slice(0, nodes)),
      flags: Uint8Array.from(this.flags.slice(0, nodes)),
      cover: Float64Array.from(this.cover.slice(0, nodes)),
      sets: Uint32Array.from(this.sets),
    };
  }
}
