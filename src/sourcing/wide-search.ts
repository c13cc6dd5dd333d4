import type { NodeSet } from './bounds.ts';
import type { SourcingContext } from './context.ts';
import { standAt } from './context.ts';
import type { Pool } from './exact-search.ts';
import type { Option, OptionBook } from './options.ts';
import { buildSubset, cheapestLeaf, type Leaf, type Subset } from './subset.ts';

/** Node sets that are carried on from one size to the next. */
const BEAM = 16;
/** Node sets whose assignments are worked out and improved. */
const FINALISTS = 60;
/** Rounds over the demands in which single changes are tried. */
const IMPROVEMENT_ROUNDS = 2;
/** Nodes that stay in the search of a wide network. */
export const WIDE_NODES = 20;

/** The nodes most worth searching: those that serve most of the order's value, then the cheapest for each demand. */
export function shortlist(nodeIds: readonly string[], book: OptionBook, context: SourcingContext): string[] {
  const ranked = nodeIds
    .map((nodeId) => ({ nodeId, subset: buildSubset([nodeId], book, context) }))
    .sort((a, b) => (a.subset?.bound ?? Number.POSITIVE_INFINITY) - (b.subset?.bound ?? Number.POSITIVE_INFINITY))
    .map(({ nodeId }) => nodeId);
  const kept = new Set(ranked.slice(0, WIDE_NODES / 2));
  for (const demand of context.demands) {
    if (kept.size >= WIDE_NODES) break;
    const best = ranked.find((nodeId) => {
      const stand = standAt(context, nodeId, demand.itemIds[0]!);
      return stand !== undefined && stand.atp >= demand.qty && !kept.has(nodeId);
    });
    if (best !== undefined) kept.add(best);
  }
  for (const nodeId of ranked) if (kept.size < WIDE_NODES) kept.add(nodeId);
  return [...kept].sort();
}

/** The cheapest option of each demand, then single changes while they pay. */
function greedyLeaf(subset: Subset, book: OptionBook, context: SourcingContext): Leaf | null {
  let chosen: Option[] = subset.options.map((some) => some[0]!);
  let best = cheapestLeaf(chosen, subset, book, context);
  for (let round = 0; round < IMPROVEMENT_ROUNDS; round++) {
    const before = best;
    for (const [index, some] of subset.options.entries())
      for (const option of some) {
        if (option === chosen[index]) continue;
        const tried = chosen.with(index, option);
        const leaf = cheapestLeaf(tried, subset, book, context);
        if (!leaf || (best && leaf.cost >= best.cost)) continue;
        chosen = tried;
        best = leaf;
      }
    if (best === before) break;
  }
  return best;
}

/**
 * A beam over node sets by their bound, from the sets given, one node more at a time while that lowers the best bound.
 * Bounded work: about `BEAM x nodes` sets for each size. Not exact; `npm run bench:search` prints how far off.
 */
export function searchWide(
  start: readonly NodeSet[],
  nodeIds: readonly string[],
  maxShipments: number,
  book: OptionBook,
  pool: Pool,
  context: SourcingContext,
): void {
  const byBound = (a: Subset, b: Subset): number => a.bound - b.bound;
  const seen = new Map<string, Subset>();
  for (const { nodeIds: chosen } of start.slice(0, FINALISTS)) {
    const subset = buildSubset(chosen, book, context);
    if (subset) seen.set(chosen.join('|'), subset);
  }
  let beam = [...seen.values()].sort(byBound).slice(0, BEAM);
  while (beam.length > 0) {
    const leastBound = beam[0]!.bound;
    const grown: Subset[] = [];
    for (const { nodeIds: from } of beam) {
      if (from.length >= maxShipments) continue;
      for (const nodeId of nodeIds) {
        if (from.includes(nodeId)) continue;
        const next = [...from, nodeId].sort();
        const key = next.join('|');
        if (seen.has(key)) continue;
        const subset = buildSubset(next, book, context);
        if (!subset) continue;
        seen.set(key, subset);
        grown.push(subset);
      }
    }
    beam = grown.sort(byBound).slice(0, BEAM);
    if (beam.length > 0 && beam[0]!.bound >= leastBound) break;
  }
  for (const subset of [...seen.values()].sort(byBound).slice(0, FINALISTS)) {
    const leaf = greedyLeaf(subset, book, context);
    if (leaf) pool.offer([leaf]);
  }
}
