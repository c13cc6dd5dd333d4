import { inputSlots } from '#models/input-slots.ts';
import { quadrature } from '#models/quadrature.ts';
import type { Attribution } from '#models/risk-model.ts';
import { shapKernel } from '#models/shap-kernel.ts';
import type { TreeEnsemble } from '#models/tree-ensemble.ts';

/**
 * Path-dependent TreeSHAP (Lundberg et al. 2020): what each feature adds to the margin, where an unknown feature sends
 * a row down both branches by their training weight.
 *
 * A leaf reached over features j, each satisfied (o = 1) or not (o = 0) and with weight z when unknown, gives feature i
 * the Shapley value v (o_i - z_i) times the integral over t in [0, 1] of the product over j != i of
 * (o_j t + z_j (1 - t)). That is a polynomial, so a few Gauss-Legendre points integrate it exactly, and sums over
 * whole subtrees can be taken before the integral: one pass down and one up over the nodes.
 */
export interface TreeExplainer {
  /** Margin of a row about which nothing is known. */
  readonly base: number;
  explain(features: Float64Array, row: number): Attribution;
}

/** What does not depend on the row, for the branch that leads to each node. */
interface Branches {
  readonly parent: Int32Array;
  /** Feature tested at the parent; -1 at a root. */
  readonly feature: Int32Array;
  /** 1 when it is the left branch. */
  readonly isLeft: Uint8Array;
  /** Node whose branch tested the same feature before on the path; -1 when none did. */
  readonly before: Int32Array;
  /** Weight of all branches of this feature on the path so far. */
  readonly weight: Float64Array;
  /** Most different features on one path. */
  readonly width: number;
  readonly expected: number;
}

export function treeExplainer(trees: TreeEnsemble): TreeExplainer {
  const slots = inputSlots(trees);
  const branches = findBranches(trees);
  // Points come in pairs; one more than needed is still exact.
  const { points, weights } = quadrature(2 * Math.max(1, Math.ceil(branches.width / 4)));
  const { parent, feature, isLeft, before, weight, expected } = branches;
  const kernel = shapKernel(points, weights, trees.columns, slots.count, largestTree(trees), trees.feature.length);
  for (let node = 0, tree = -1; node < trees.feature.length; node++) {
    if (node === trees.roots[tree + 1]) tree++;
    const above = parent[node]!;
    kernel.write(node, node - trees.roots[tree]!, {
      weight: weight[node]!,
      leafValue: trees.feature[node]! < 0 ? trees.value[node]! : 0,
      slot: above < 0 ? -1 : slots.ofNode[above]!,
      threshold: above < 0 ? Number.POSITIVE_INFINITY : slots.threshold[above]!,
      isLeft: isLeft[node] === 1,
      parent: above < 0 ? -1 : above - trees.roots[tree]!,
      before: before[node]!,
      feature: feature[node]!,
    });
  }
  return {
    base: expected,
    explain(features, row) {
      slots.fill(features, row * trees.columns, kernel.inputs, 0, 1);
      kernel.contributions.fill(0);
      for (let tree = 0; tree < trees.roots.length; tree++)
        kernel.run(trees.roots[tree]!, trees.roots[tree + 1] ?? trees.feature.length);
      return { base: expected, contributions: kernel.contributions.slice(0, trees.columns) };
    },
  };
}

function largestTree(trees: TreeEnsemble): number {
  let most = 0;
  trees.roots.forEach((first, tree) => {
    most = Math.max(most, (trees.roots[tree + 1] ?? trees.feature.length) - first);
  });
  return most;
}

/** In place of 0 for a branch no training row took, so that 0 is never divided by 0. */
const SMALLEST_WEIGHT = 1e-100;

function findBranches(trees: TreeEnsemble): Branches {
  const nodes = trees.feature.length;
  const parent = new Int32Array(nodes).fill(-1);
  const feature = new Int32Array(nodes).fill(-1);
  // A root counts as a left branch that everything takes.
  const isLeft = new Uint8Array(nodes).fill(1);
  const before = new Int32Array(nodes).fill(-1);
  const weight = new Float64Array(nodes).fill(1);
  const reach = new Float64Array(nodes).fill(1);
  const different = new Int32Array(nodes);
  let width = 0;
  let expected = trees.base;
  for (let node = 0; node < nodes; node++) {
    const tested = trees.feature[node]!;
    width = Math.max(width, different[node]!);
    if (tested < 0) {
      expected += trees.value[node]! * reach[node]!;
      continue;
    }
    let earlier = node;
    while (earlier >= 0 && feature[earlier] !== tested) earlier = parent[earlier]!;
    const [left, right] = [trees.left[node]!, trees.right[node]!];
    const total = trees.cover[left]! + trees.cover[right]!;
    for (const child of [left, right]) {
      const ratio = total > 0 ? trees.cover[child]! / total : 0.5;
      parent[child] = node;
      feature[child] = tested;
      isLeft[child] = child === left ? 1 : 0;
      before[child] = earlier;
      weight[child] = Math.max(ratio * (earlier < 0 ? 1 : weight[earlier]!), SMALLEST_WEIGHT);
      reach[child] = ratio * reach[node]!;
      different[child] = different[node]! + (earlier < 0 ? 1 : 0);
    }
  }
  return { parent, feature, isLeft, before, weight, width, expected };
}
