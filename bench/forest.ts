import { MISSING_NAN, type TreeEnsemble } from '#models/tree-ensemble.ts';
import { randomFrom } from '#training/random.ts';

export const TREES = 100;
export const DEPTH = 8;
export const COLUMNS = 25;

/** A node as ml-cart keeps it. */
export interface CartNode {
  splitColumn?: number;
  splitValue?: number;
  gain?: number;
  left?: CartNode;
  right?: CartNode;
  distribution?: number;
}

/**
 * Full trees of the given depth over inputs in [0, 1): each split cuts what is left of its feature's range near the
 * middle, so that rows spread over all leaves, the hardest case for a scorer. Numbers are float32, which ONNX keeps.
 */
export function fullTrees(seed: number): CartNode[] {
  const random = randomFrom(seed);
  const grow = (depth: number, low: number[], high: number[]): CartNode => {
    if (depth === DEPTH) return { distribution: Math.fround(random.next()) };
    const splitColumn = random.below(COLUMNS);
    const share = 0.4 + 0.2 * random.next();
    const splitValue = Math.fround(low[splitColumn]! + share * (high[splitColumn]! - low[splitColumn]!));
    const left = grow(depth + 1, low, high.with(splitColumn, splitValue));
    const right = grow(depth + 1, low.with(splitColumn, splitValue), high);
    return { splitColumn, splitValue, gain: 1, left, right };
  };
  return Array.from({ length: TREES }, () => grow(0, Array(COLUMNS).fill(0), Array(COLUMNS).fill(1)));
}

const scratch = new DataView(new ArrayBuffer(4));
/** The largest float32 below a positive float32. */
function below(x: number): number {
  scratch.setFloat32(0, x);
  scratch.setInt32(0, scratch.getInt32(0) - 1);
  return scratch.getFloat32(0);
}

/** The forest as flat trees: the mean over the trees, `x < value` written as `x <= the number below`. */
export function flatForest(trees: readonly CartNode[]): TreeEnsemble {
  const nodes: { feature: number; left: number; right: number; value: number; cover: number }[] = [];
  const roots = trees.map((tree) => {
    const place = (node: CartNode, depth: number): number => {
      const leaf = node.distribution !== undefined;
      const placed = {
        feature: leaf ? -1 : node.splitColumn!,
        left: 0,
        right: 0,
        value: leaf ? node.distribution! / trees.length : below(node.splitValue!),
        cover: 2 ** (DEPTH - depth),
      };
      const index = nodes.push(placed) - 1;
      if (leaf) return index;
      placed.left = place(node.left!, depth + 1);
      placed.right = place(node.right!, depth + 1);
      return index;
    };
    return place(tree, 0);
  });
  return {
    columns: COLUMNS,
    base: 0,
    inputs: 'double',
    roots: Int32Array.from(roots),
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    value: Float64Array.from(nodes, ({ value }) => value),
    flags: Uint8Array.from(nodes, ({ feature }) => (feature < 0 ? 0 : MISSING_NAN)),
    cover: Float64Array.from(nodes, ({ cover }) => cover),
    sets: new Uint32Array(0),
  };
}

/** The forest as a file `RandomForestRegression.load` reads. */
export function mlForestJson(trees: readonly CartNode[]): object {
  const options = {
    gainFunction: 'regression',
    splitFunction: 'mean',
    minNumSamples: 3,
    maxDepth: DEPTH,
    kind: 'regression',
  };
  return {
    name: 'RFRegression',
    selectionMethod: 'mean',
    baseModel: {
      indexes: trees.map(() => Array.from({ length: COLUMNS }, (_, column) => column)),
      n: COLUMNS,
      replacement: false,
      maxFeatures: 1,
      nEstimators: trees.length,
      treeOptions: {},
      isClassifier: false,
      seed: 1,
      useSampleBagging: false,
      estimators: trees.map((root) => ({ name: 'DTRegression', options, root })),
    },
  };
}
