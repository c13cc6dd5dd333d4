import { RandomForestRegression } from 'ml-random-forest';
import { nextBelow } from '#models/fixed-math.ts';
import { MISSING_LEFT, MISSING_NAN, type TreeEnsemble } from '#models/tree-ensemble.ts';
import { type Random, randomFrom } from '#training/random.ts';
import { refuseLabels } from './boosted.ts';
import type { Trainer, TrainingData } from './trainer.ts';

export interface ForestOptions {
  readonly trees: number;
  /** Rows of a bag, half of them of each class; the library's time grows with their square. */
  readonly bagRows: number;
  /** Share of features each tree sees. */
  readonly featureShare: number;
  readonly maxDepth: number;
  /** Nodes of at most this many rows are leaves. */
  readonly leafRows: number;
}

const DEFAULTS: ForestOptions = { trees: 40, bagRows: 1000, featureShare: 0.6, maxDepth: 10, leafRows: 10 };

/** A node as ml-cart keeps it: inner nodes have both children, leaves a distribution (a mean, in a regressor). */
interface CartNode {
  readonly left?: CartNode;
  readonly right?: CartNode;
  readonly splitColumn?: number;
  readonly splitValue?: number;
  readonly distribution?: number;
}

/**
 * ml-random-forest within what it can do: a regressor on 0/1 labels for each balanced bag, missing values filled with
 * recorded medians, the class balance put right by the link. Compiled to the same flat trees as every other family.
 */
export function forestTrainer(changes: Partial<ForestOptions> = {}): Trainer {
  const options = { ...DEFAULTS, ...changes };
  return {
    name: 'forest',
    family: 'forest',
    holdsMonotone: false,
    refuses: refuseLabels,
    async fit(data, { seed, progress }) {
      const random = randomFrom(seed);
      const medians = mediansOf(data);
      const trees = new ForestBuilder(medians);
      const classes = [0, 1].map((label) =>
        Int32Array.from(data.labels.keys()).filter((row) => data.labels[row] === label),
      );
      for (let tree = 0; tree < options.trees; tree++) {
        const bag = balancedBag(classes, options.bagRows, random);
        const rows = Array.from(bag, (row) => filledRow(data, row, medians));
        const forest = new RandomForestRegression({
          seed: 1 + random.below(2 ** 31 - 2),
          nEstimators: 1,
          maxFeatures: options.featureShare,
          replacement: false,
          useSampleBagging: false,
          noOOB: true,
          treeOptions: { maxDepth: options.maxDepth, minNumSamples: options.leafRows },
        });
        forest.train(
          rows,
          Array.from(bag, (row) => data.labels[row]!),
        );
        const [estimator] = forest.estimators as unknown as { root: CartNode }[];
        trees.add(estimator!.root, forest.indexes![0]!, rows);
        progress?.(tree + 1, options.trees);
      }
      const positives = weightedShare(data);
      return {
        body: {
          kind: 'trees',
          link: { kind: 'odds', factor: positives / (1 - positives) },
          trees: trees.build(data.matrix.columns, options.trees),
        },
        marginUnit: 'probability',
        settings: { ...options },
      };
    },
  };
}

function weightedShare({ labels, weights }: TrainingData): number {
  let positive = 0;
  let total = 0;
  labels.forEach((label, row) => {
    const weight = weights ? weights[row]! : 1;
    positive += weight * label;
    total += weight;
  });
  return positive / total;
}

function balancedBag(classes: readonly Int32Array[], rows: number, random: Random): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => {
    const members = classes[i % 2]!;
    return members[random.below(members.length)]!;
  });
}

/** Median of the known finite values of each feature; 0 where there is none. */
function mediansOf({ matrix: { rows, columns, values } }: TrainingData): Float64Array {
  return Float64Array.from({ length: columns }, (_, column) => {
    const known = Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]!)
      .filter(Number.isFinite)
      .sort();
    return known.length === 0 ? 0 : known[known.length >> 1]!;
  });
}

function filledRow({ matrix: { columns, values } }: TrainingData, row: number, medians: Float64Array): number[] {
  return Array.from({ length: columns }, (_, column) => {
    const value = values[row * columns + column]!;
    return Number.isNaN(value) ? medians[column]! : Math.min(Math.max(value, -1e15), 1e15);
  });
}

class ForestBuilder {
  private readonly medians: Float64Array;
  private readonly roots: number[] = [];
  private readonly nodes: {
    feature: number;
    left: number;
    right: number;
    value: number;
    flags: number;
    cover: number;
  }[] = [];

  constructor(medians: Float64Array) {
    this.medians = medians;
  }

  /** `features` are the columns the tree was given; `rows` the bag, whose rows are counted at each node. */
  add(root: CartNode, features: readonly number[], rows: readonly (readonly number[])[]): void {
    this.roots.push(this.nodes.length);
    this.place(root, features, rows);
  }

  private place(node: CartNode, features: readonly number[], rows: readonly (readonly number[])[]): number {
    const index = this.nodes.length;
    const { left, right, splitColumn, splitValue, distribution } = node;
    if (!left || !right || splitColumn === undefined || splitValue === undefined) {
      this.nodes.push({ feature: -1, left: 0, right: 0, value: distribution ?? 0, flags: 0, cover: rows.length });
      return index;
    }
    const feature = features[splitColumn]!;
    // The library sends `x < value` left; a missing value follows the median that stood in for it.
    const flags = MISSING_NAN | (this.medians[feature]! < splitValue ? MISSING_LEFT : 0);
    const placed = { feature, left: 0, right: 0, value: nextBelow(splitValue), flags, cover: rows.length };
    this.nodes.push(placed);
    placed.left = this.place(
      left,
      features,
      rows.filter((row) => row[feature]! < splitValue),
    );
    placed.right = this.place(
      right,
      features,
      rows.filter((row) => !(row[feature]! < splitValue)),
    );
    return index;
  }

  /** The mean over the trees: each leaf divided by their number. */
  build(columns: number, trees: number): TreeEnsemble {
    const { nodes } = this;
    return {
      columns,
      base: 0,
      inputs: 'double',
      roots: Int32Array.from(this.roots),
      feature: Int32Array.from(nodes, ({ feature }) => feature),
      left: Int32Array.from(nodes, ({ left }) => left),
      right: Int32Array.from(nodes, ({ right }) => right),
      value: Float64Array.from(nodes, ({ feature, value }) => (feature < 0 ? value / trees : value)),
      flags: Uint8Array.from(nodes, ({ flags }) => flags),
      cover: Float64Array.from(nodes, ({ cover }) => cover),
      sets: new Uint32Array(0),
    };
  }
}
