import type { Candidate, PlanDraft } from '#domain/candidate.ts';
import type { NodeSet } from './bounds.ts';
import type { SourcingContext } from './context.ts';
import { splitCost } from './cost-to-serve.ts';
import type { Option, OptionBook } from './options.ts';
import { candidateIdOf, normalise, priceScored, splitRisks } from './price-plan.ts';
import { buildSubset, type Leaf, leavesOf, type Subset } from './subset.ts';

/** A plan in the running: ordered by cost, then by id, so that ties always fall the same way. */
interface Entry {
  readonly draft: PlanDraft;
  readonly candidateId: string;
  readonly cost: number;
  /** Undefined where the leaf was scored in another order than the draft's: the last bit may differ. */
  readonly splitRisk: number | null | undefined;
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
  return {
    entries,
    limit,
    get examined() {
      return examined;
    },
    offer(leaves) {
      examined += leaves.length;
      const open = leaves.filter(({ cost }) => cost <= limit());
      const risks = splitRisks(
        open.map(({ draft }) => draft),
        context,
      );
      for (const [index, leaf] of open.entries()) {
        const total = leaf.cost + splitCost(risks[index]!, context);
        if (total > limit()) continue;
        const draft = normalise(leaf.draft, context);
        const candidateId = candidateIdOf(draft, context);
        if (entries.some((entry) => entry.candidateId === candidateId)) continue;
        const at = entries.findIndex(
          (entry) => total < entry.cost || (total === entry.cost && candidateId < entry.candidateId),
        );
        const splitRisk = draft === leaf.draft ? risks[index]! : undefined;
        entries.splice(at < 0 ? entries.length : at, 0, { draft, candidateId, cost: total, splitRisk });
        if (entries.length > size) entries.pop();
      }
    },
  };
}

/** Leaves are scored in batches of this many: enough for the model, few enough to tighten the limit early. */
const LEAF_BATCH = 32;

/** Depth first over the demands, cheapest option first, cut where even the best rest is above the limit. */
function searchSubset(
  subset: Subset,
  limit: () => number,
  found: (leaves: readonly Leaf[]) => void,
  context: SourcingContext,
): void {
  const { options } = subset;
  const leastRest = new Float64Array(options.length + 1);
  for (let i = options.length - 1; i >= 0; i--) leastRest[i] = leastRest[i + 1]! + options[i]![0]!.least;
  const chosen: Option[] = [];
  const visit = (depth: number, cost: number): void => {
    if (depth === options.length) {
      found(leavesOf(chosen, subset, context, limit()));
      return;
    }
    for (const option of options[depth]!) {
      const next = cost + option.least;
      if (next + leastRest[depth + 1]! > limit()) return;
      chosen.push(option);
      visit(depth + 1, next);
      chosen.pop();
    }
  };
  visit(0, subset.fixed);
}

/** The cheapest plans over these sets of nodes, exactly: what is cut off is provably above the last of them. */
export function searchSets(sets: readonly NodeSet[], book: OptionBook, pool: Pool, context: SourcingContext): void {
  let leaves: Leaf[] = [];
  const offer = (): void => {
    if (leaves.length > 0) pool.offer(leaves);
    leaves = [];
  };
  const found = (more: readonly Leaf[]): void => {
    for (const leaf of more) leaves.push(leaf);
    if (leaves.length >= LEAF_BATCH) offer();
  };
  for (const { nodeIds, bound } of sets) {
    if (bound > pool.limit()) break;
    const subset = buildSubset(nodeIds, book, context);
    if (subset && subset.bound <= pool.limit()) searchSubset(subset, pool.limit, found, context);
  }
  offer();
}

/** The pool's plans as candidates, best first. */
export function candidatesOf(pool: Pool, context: SourcingContext): Candidate[] {
  const open = pool.entries.filter(({ splitRisk }) => splitRisk === undefined).map(({ draft }) => draft);
  const risks = splitRisks(open, context).values();
  return pool.entries.flatMap(
    ({ draft, splitRisk = risks.next().value! }) => priceScored(draft, splitRisk, context) ?? [],
  );
}
