import type { SourcingContext } from './context.ts';
import type { Option } from './options.ts';
import type { Subset } from './subset.ts';

/** What the demands from each depth on add: cost at least, and nodes at most. */
interface Rests {
  readonly least: number[];
  readonly nodes: number[];
}

function layOutRests({ least, nodes }: Rests, options: Subset['options']): void {
  least[options.length] = 0;
  nodes[options.length] = 0;
  for (let depth = options.length - 1; depth >= 0; depth--) {
    let most = 0;
    for (const { picks } of options[depth]!) most = Math.max(most, picks.length);
    least[depth] = least[depth + 1]! + options[depth]![0]!.least;
    nodes[depth] = nodes[depth + 1]! + most;
  }
}

interface Board {
  /** By depth, then node, then leg; before the first demand, what a leg costs whatever it takes. */
  readonly freights: number[];
  /** By depth, then node. */
  readonly weights: number[];
}

/**
 * The least freight of what has been chosen, as options are added: each node by the cheapest of its legs that takes the
 * weight. Not rounded; infinite where a node has no such leg.
 */
function freightBoard(nodeIds: readonly string[], { freights, weights }: Board, context: SourcingContext) {
  const legs = nodeIds.map((nodeId) => context.legs.get(nodeId)!);
  let width = 0;
  for (let slot = 0; slot < legs.length; slot++) {
    weights[slot] = 0;
    for (const { lane } of legs[slot]!) freights[width++] = lane.rate.base * (1 + lane.rate.fuelShare);
  }
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
export type EachAssignment = (subset: Subset, found: (chosen: readonly Option[]) => void) => void;

/** For the subsets of one order, one after the other. */
export function createAssignments(limit: () => number, context: SourcingContext): EachAssignment {
  // Shared by all subsets: as arrays of each, they were a tenth of what a decision allocated.
  const rest: Rests = { least: [], nodes: [] };
  const board: Board = { freights: [], weights: [] };
  const chosen: Option[] = [];
  return ({ nodeIds, options, fixed }, found) => {
    layOutRests(rest, options);
    const freightWith = freightBoard(nodeIds, board, context);
    const bases = freightWith({ picks: [] }, 1);
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
        let usedNext = used;
        let idleNext = idle;
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
  };
}
