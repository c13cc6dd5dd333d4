import type { Candidate, Reprice } from '#domain/candidate.ts';
import { type NodeSet, nodeSets } from './bounds.ts';
import { buildContext, type SourcingContext, type SourcingInput } from './context.ts';
import { candidatesOf, createPool, searchSets } from './exact-search.ts';
import { createOptionBook, type OptionBook } from './options.ts';
import { pricePlan } from './price-plan.ts';
import { type Rejections, rejectionsOf } from './rejected.ts';
import { searchWide, shortlist } from './wide-search.ts';

/** The cheapest plan and the ten next best. */
export const CANDIDATES = 11;
/** Up to here the search is exact. */
const EXACT_DEMANDS = 10;
const EXACT_NODES = 20;
const EXACT_SHIPMENTS = 3;
/** No plan has more shipments, whatever the order accepts. */
const MAX_SHIPMENTS = 8;

export interface Sourcing {
  readonly context: SourcingContext;
  /** Best first. */
  readonly candidates: readonly Candidate[];
  readonly search: { readonly exact: boolean; readonly plansExamined: number };
  readonly reprice: Reprice;
  /** Worked out anew at every call: what only looks for a plan asks for none. */
  rejections(): Rejections;
  /** The same search for a longer list. */
  widened(size: number): Sourcing;
}

/** Prices drafts against one order; the context is built when the first is asked for. */
export function repriceWith(input: SourcingInput): Reprice {
  let context: SourcingContext | undefined;
  return (draft) => {
    context ??= buildContext(input);
    return pricePlan(draft, context);
  };
}

/** What a search reads and fills whatever the length of its list. */
interface Ground {
  readonly context: SourcingContext;
  readonly book: OptionBook;
  /** Nodes that are searched, and whether they are all that can ship. */
  readonly nodeIds: readonly string[];
  readonly allNodes: boolean;
  /** Most shipments of a plan. */
  readonly accepted: number;
  readonly manyLines: boolean;
  readonly sets: readonly NodeSet[];
}

function groundOf(context: SourcingContext): Ground {
  const book = createOptionBook(context);
  const accepted = Math.min(context.request.order.maxSplits ?? MAX_SHIPMENTS, MAX_SHIPMENTS);
  const usable = [...context.legs.keys()].sort();
  const nodeIds = usable.length > EXACT_NODES ? shortlist(usable, book, context) : usable;
  const manyLines = context.demands.length > EXACT_DEMANDS;
  const sets = nodeSets(nodeIds, Math.min(accepted, manyLines ? 2 : EXACT_SHIPMENTS), book, context);
  return { context, book, nodeIds, allNodes: nodeIds === usable, accepted, manyLines, sets };
}

function searched(ground: Ground, size: number): Sourcing {
  const { context, book, nodeIds, allNodes, accepted, manyLines, sets } = ground;
  const pool = createPool(size, context);
  if (!manyLines) searchSets(sets, book, pool, context);
  let candidates = candidatesOf(pool, context);
  // Where three shipments leave something short and the customer takes more of them, look further.
  const beyond = accepted > EXACT_SHIPMENTS && (candidates[0]?.plan.shortLines.length ?? 1) > 0;
  if (manyLines || beyond) {
    searchWide(sets, nodeIds, accepted, book, pool, context);
    candidates = candidatesOf(pool, context);
  }
  return {
    context,
    candidates,
    search: { exact: allNodes && !manyLines && !beyond, plansExamined: pool.examined },
    reprice: (draft) => pricePlan(draft, context),
    rejections: () => rejectionsOf(candidates, sets, book, context),
    widened: (longer) => searched(ground, longer),
  };
}

/** Finds, prices and ranks the plans for an order; `size` more than the default widens the list. */
export function generateCandidates(input: SourcingInput, size = CANDIDATES): Sourcing {
  return searched(groundOf(buildContext(input)), size);
}
