import type { NetworkGroup } from '#models/model-file.ts';
import type { Attribution } from '#models/risk-model.ts';

/**
 * Exact Shapley values of groups of features: with the groups of a subset taken from the row and the others from each
 * background row in turn, over all subsets. A group's value is shared out evenly among its features.
 */
export function groupShapley(
  { groups, background }: { readonly groups: readonly NetworkGroup[]; readonly background: Float64Array },
  row: Float64Array,
  marginOf: (features: Float64Array) => number,
): Attribution {
  const columns = row.length;
  const backgrounds = background.length / columns;
  const mixed = new Float64Array(columns);
  const values = Float64Array.from({ length: 2 ** groups.length }, (_, subset) => {
    let sum = 0;
    for (let b = 0; b < backgrounds; b++) {
      mixed.set(background.subarray(b * columns, (b + 1) * columns));
      groups.forEach(({ features }, group) => {
        if ((subset >>> group) & 1) for (const feature of features) mixed[feature] = row[feature]!;
      });
      sum += marginOf(mixed);
    }
    return sum / backgrounds;
  });
  const weights = subsetWeights(groups.length);
  const contributions = new Float64Array(columns);
  groups.forEach(({ features }, group) => {
    let total = 0;
    for (let subset = 0; subset < values.length; subset++)
      if (((subset >>> group) & 1) === 0)
        total += weights[bitCount(subset)]! * (values[subset | (1 << group)]! - values[subset]!);
    for (const feature of features) contributions[feature] = total / features.length;
  });
  return { base: values[0]!, contributions };
}

/** s! (n - s - 1)! / n! for s = 0 to n - 1. */
function subsetWeights(count: number): Float64Array {
  const weights = new Float64Array(count);
  let weight = 1 / count;
  for (let size = 0; size < count; size++) {
    weights[size] = weight;
    weight = (weight * (size + 1)) / (count - size - 1);
  }
  return weights;
}

function bitCount(bits: number): number {
  let count = 0;
  for (; bits !== 0; bits &= bits - 1) count++;
  return count;
}
