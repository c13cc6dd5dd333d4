import type { SourcingContext } from './context.ts';
import type { Option } from './options.ts';
import type { Subset } from './subset.ts';

/** What the demands from each depth on add: cost at least, and nodes at most. */
function restsOf(options: Subset['options']) {
  const least = [0];
  const nodes = [0];
  for (let depth = options.length - 1; depth >= 0; depth--) {
    let most = 0;
    for (const { picks } of options[depth]!) most = Math.max(most, picks.length);
    least.unshift(least[0]! + options[depth]![0]!.least);
    nodes.unshift(nodes[0]! + most);
  }
  return { least, nodes };
}

/**
 * The least freight of what has been chosen, as options are added: each node by the cheapest of its legs that takes the
 * weight. Not rounded; infinite where a node has no such leg.
 */
function freightBoard(nodeIds: readonly string[], context: SourcingContext) {
  const legs = nodeIds.map((nodeId) => context.legs.get(nodeId)!);
  /** By depth, then node, then leg; before the first demand, what a leg costs whatever it takes. */
  const freights: number[] = [];
  for (const some of legs) for (const { lane } of some) freights.push(lane.rate.base * (1 + lane.rate.fuelShare));
  const width = freights.length;
  /** By depth, then node. */
  const weights = nodeIds.map(() => 0);
  /** Adds an option to what the depth before has; the nodes of both ascend. */
  return ({ picks }: Pick<Option, 'picks'>, depth: number): number => {
    let [sum, at, place] = [0, depth * width, 0];
    for (let slot = 0; slot < legs.length; slot++) {
      const pick = picks[place]?.nodeId === nodeIds[slot] ? picks[place++] : undefined;
      const rank = depth * legs.length + slot;
      const weight = weights[rank - legs.length]! + (pick ? pick.weightGrams : 0);
      weights[rank] = weight;
      let least = Number.POSITIVE_INFINITY;
      const some = legs[slot]!;
      for (let leg = 0; leg < some.length; leg++, at++) {
        const freight = freights[at - width]! + (pick ? pick.legFreights[leg]! : 0);
        freights[at] = freight;
        const { maxWeightGrams } = some[leg]!.lane;
        if (freight < least && (maxWeightGrams === null || weight <= maxWeightGrams)) least = freight;
      }
      sum += least;
    }
    return sum;
  };
}

/**
 * Hands `found` the assignments that use all of a subset's nodes, an option for each demand; the array is reused. Depth
 * first over the demands, cheapest option first, cut where even the best rest is above the limit or leaves a node idle.
 */
export function eachAssignment(
  { nodeIds, options, fixed }: Subset,
  limit: () => number,
  context: SourcingContext,
  found: (chosen: readonly Option[]) => void,
): void {
  const rest = restsOf(options);
  const freightWith = freightBoard(nodeIds, context);
  const bases = freightWith({ picks: [] }, 1);
  const chosen: Option[] = [];
  /** `used`: a bit for each node; `cost` bounds what is chosen, `beside` all of that but its freight. */
  const visit = (depth: number, used: number, idle: number, cost: number, beside: number): void => {
    if (depth === options.length) {
      found(chosen);
      return;
    }
    const leastRest = rest.least[depth + 1]!;
    for (const option of options[depth]!) {
      const next = cost + option.least;
      if (next + leastRest > limit()) return;
      let [usedNext, idleNext] = [used, idle];
      for (const { nodeId } of option.picks) {
        const bit = 1 << nodeIds.indexOf(nodeId);
        if ((usedNext & bit) === 0) idleNext--;
        usedNext |= bit;
      }
      if (idleNext > rest.nodes[depth + 1]!) continue;
      const besideNext = beside + option.least - option.freight;
      const freight = freightWith(option, depth + 1);
      if (freight === Number.POSITIVE_INFINITY || besideNext + freight + leastRest > limit()) continue;
      chosen.push(option);
      visit(depth + 1, usedNext, idleNext, next, besideNext);
      chosen.pop();
    }
  };
  visit(0, 0, nodeIds.length, fixed, fixed - bases);
}
