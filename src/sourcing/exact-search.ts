import type { Candidate } from '#domain/candidate.ts';
import { createAssignments } from './assignments.ts';
import { type NodeSet, subsetOf } from './bounds.ts';
import type { SourcingContext } from './context.ts';
import { splitCost } from './cost-to-serve.ts';
import type { OptionBook } from './options.ts';
import { type NamedLeaf, nameLeaf, priceLeaves, splitRisksOf } from './price-plan.ts';
import { type Leaf, leavesOf } from './subset.ts';

/** A plan in the running: ordered by cost, then by id, so that ties always fall the same way. */
interface Entry {
  readonly plan: NamedLeaf;
  readonly cost: number;
}

/** The best `size` plans seen so far. */
export interface Pool {
  readonly entries: readonly Entry[];
  /** A plan above it is out of the running. */
  limit(): number;
  /** Takes leaves in, split likelihood scored in one batch. */
  offer(leaves: readonly Leaf[]): void;
  readonly examined: number;
}

export function createPool(size: number, context: SourcingContext): Pool {
  const entries: Entry[] = [];
  let examined = 0;
  const limit = (): number => (entries.length < size ? Number.POSITIVE_INFINITY : entries[size - 1]!.cost);
  function enter(plan: NamedLeaf, cost: number): void {
    const { candidateId } = plan;
    if (entries.some((entry) => entry.plan.candidateId === candidateId)) return;
    const at = entries.findIndex(
      (entry) => cost < entry.cost || (cost === entry.cost && candidateId < entry.plan.candidateId),
    );
    entries.splice(at < 0 ? entries.length : at, 0, { plan, cost });
    if (entries.length > size) entries.pop();
  }
  return {
    entries,
    limit,
    get examined() {
      return examined;
    },
    offer(leaves) {
      examined += leaves.length;
      const most = limit();
      const open = leaves.filter(({ cost }) => cost <= most);
      const risks = splitRisksOf(open, context);
      const totals = open.map((leaf, index) => ({
        leaf,
        risk: risks[index]!,
        total: leaf.cost + splitCost(risks[index]!, context),
      }));
      // Cheapest first: what is above the limit by then is never put into words.
      totals.sort((a, b) => a.total - b.total);
      for (const { leaf, risk, total } of totals) {
        if (total > limit()) break;
        enter(nameLeaf(leaf, risk, context), total);
      }
    },
  };
}

/** Leaves are scored in batches of this many: enough for the model, few enough to tighten the limit early. */
const LEAF_BATCH = 32;

/** The cheapest plans over these sets of nodes, exactly: what is cut off is provably above the last of them. */
export function searchSets(sets: readonly NodeSet[], book: OptionBook, pool: Pool, context: SourcingContext): void {
  let leaves: Leaf[] = [];
  const offer = (): void => {
    if (leaves.length > 0) pool.offer(leaves);
    leaves = [];
  };
  const eachAssignment = createAssignments(pool.limit, context);
  for (const set of sets) {
    if (set.bound > pool.limit()) break;
    const subset = subsetOf(set, book, context);
    if (!subset || subset.bound > pool.limit()) continue;
    eachAssignment(subset, (chosen) => {
      for (const leaf of leavesOf(chosen, subset, book, context, pool.limit())) leaves.push(leaf);
      if (leaves.length >= LEAF_BATCH) offer();
    });
  }
  offer();
}

/** The pool's plans as candidates, best first. */
export function candidatesOf(pool: Pool, context: SourcingContext): Candidate[] {
  return priceLeaves(
    pool.entries.map(({ plan }) => plan),
    context,
  );
}
