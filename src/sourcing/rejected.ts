import { type Candidate, COST_TERMS, type RejectedCandidate, type RejectionReason } from '#domain/candidate.ts';
import type { ReasonCode } from '#domain/reason-codes.ts';
import { type NodeSet, subsetOf } from './bounds.ts';
import { type SourcingContext, standAt } from './context.ts';
import type { Demand } from './demand.ts';
import { insert } from './insert.ts';
import { carries } from './legs.ts';
import type { OptionBook } from './options.ts';
import { nameLeaf, priceLeaves } from './price-plan.ts';
import { cheapestLeaf, type Leaf } from './subset.ts';

/** Rejected plans that are kept with their reasons; the rest is counted. */
const MAX_REJECTED = 50;
const MAX_REASONS = 4;

type CostTerm = (typeof COST_TERMS)[number];

const CODE_OF_TERM: Readonly<Record<CostTerm, ReasonCode>> = {
  shipping: 'COST_THRESHOLD',
  processing: 'COST_THRESHOLD',
  split: 'SPLIT_RISK',
  delay: 'DELAY_RISK',
  stockout: 'STOCKOUT_RISK',
  opportunity: 'COST_THRESHOLD',
  ageing: 'COST_THRESHOLD',
  shortLine: 'INSUFFICIENT_ATP',
};

/** Why a plan that could have been lost to the best one: the cost terms in which it is dearer, worst first. */
function reasonsAgainst(best: Candidate, loser: Candidate, context: SourcingContext): RejectionReason[] {
  const dearer: CostTerm[] = [];
  const creditOf = (term: CostTerm): number => best.costs[term] - loser.costs[term];
  for (const term of COST_TERMS) if (creditOf(term) < 0) insert(dearer, term, creditOf);
  return dearer.slice(0, MAX_REASONS).map((term) => ({
    code: term === 'shortLine' ? shortCode(loser, context) : CODE_OF_TERM[term],
    value: loser.costs[term],
    threshold: best.costs[term],
    unit: 'minor units',
    subject: term,
  }));
}

function supplyReason(demand: Demand, nodeId: string, context: SourcingContext): RejectionReason {
  const itemId = demand.itemIds[0]!;
  const stand = standAt(context, nodeId, itemId);
  const reason = (code: ReasonCode, value: number): RejectionReason => ({
    code,
    value,
    threshold: demand.qty,
    unit: 'units',
    subject: itemId,
  });
  if (!stand) return reason('INSUFFICIENT_ATP', 0);
  const { onHand, reserved, allocated, safetyStock } = stand.position;
  const physical = onHand - reserved - allocated;
  if (physical >= demand.qty && physical - safetyStock < demand.qty) return reason('BELOW_SAFETY_STOCK', stand.atp);
  return reason(physical >= demand.qty ? 'SUPPLY_PROTECTED' : 'INSUFFICIENT_ATP', stand.atp);
}

/** Why a node can take no part, or not the whole order: what stands first in its way. */
function reasonsOfNode(nodeId: string, context: SourcingContext): RejectionReason[] {
  const node = context.nodes.get(nodeId)!;
  const none = (code: ReasonCode, subject: string): RejectionReason[] => [
    { code, value: null, threshold: null, unit: '', subject },
  ];
  if (!node.active) return none('NODE_INACTIVE', nodeId);
  const zone = context.request.order.shipTo.zone;
  const lanes = context.snapshot.lanes.filter((lane) => lane.nodeId === nodeId && lane.active);
  if (lanes.length === 0) return none('CARRIER_UNAVAILABLE', `${nodeId} -> ${zone}`);
  if (!context.legs.has(nodeId)) {
    return none(context.request.order.deliveryWindow ? 'SERVICE_LEVEL_MISS' : 'CAPACITY_EXHAUSTED', nodeId);
  }
  const legs = context.legs.get(nodeId)!;
  const reasons: RejectionReason[] = [];
  for (const demand of context.demands) {
    if (demand.firmNodeId !== null && demand.firmNodeId !== nodeId) continue;
    const item = context.items.get(demand.itemIds[0]!);
    const stand = standAt(context, nodeId, demand.itemIds[0]!);
    if (item && !legs.some(({ lane }) => carries(lane, item)))
      reasons.push(...none('ATTRIBUTE_INCOMPATIBLE', item.itemId));
    else if ((stand?.atp ?? 0) < demand.qty) reasons.push(supplyReason(demand, nodeId, context));
  }
  return reasons.slice(0, MAX_REASONS);
}

/** Single nodes, then pairs, each with the cheaper bound first. */
function smallestFirst(sets: readonly NodeSet[]): NodeSet[] {
  return sets.filter(({ nodeIds }) => nodeIds.length <= 2).sort((a, b) => a.nodeIds.length - b.nodeIds.length);
}

/** What stands between a plan and its first short line: no stock, or stock that is kept for safety or for others. */
function shortCode({ plan }: Candidate, context: SourcingContext): ReasonCode {
  const short = plan.shortLines[0];
  const demand = context.demands.find(({ lines }) =>
    lines.some(({ orderLineId }) => orderLineId === short?.orderLineId),
  );
  const nodeId = plan.shipments[0]?.nodeId;
  return demand && nodeId !== undefined ? supplyReason(demand, nodeId, context).code : CODE_OF_TERM.shortLine;
}

/** Every demand of a pair is cheapest whole from the same node: the pair has no plan that the node alone has not. */
function oneNodeServesAll(nodeIds: readonly string[], book: OptionBook, context: SourcingContext): boolean {
  const [first, second] = nodeIds;
  if (second === undefined) return false;
  let winner: string | undefined;
  return context.demands.every((_demand, index) => {
    const a = book.wholeFrom(index, first!)?.least ?? Number.POSITIVE_INFINITY;
    const b = book.wholeFrom(index, second)?.least ?? Number.POSITIVE_INFINITY;
    if (a === b) return false;
    const cheaper = a < b ? first : second;
    winner ??= cheaper;
    return winner === cheaper;
  });
}

export interface Rejections {
  readonly rejected: readonly RejectedCandidate[];
  readonly rejectedCounts: Readonly<Partial<Record<ReasonCode, number>>>;
}

/**
 * The best plan of each node and node pair that is not among the candidates, and each node that could not serve, with
 * up to four reasons; what is beyond 50 is counted by its first reason.
 */
export function rejectionsOf(
  candidates: readonly Candidate[],
  sets: readonly NodeSet[],
  book: OptionBook,
  context: SourcingContext,
): Rejections {
  const kept = new Set(candidates.map(({ candidateId }) => candidateId));
  const rejected: RejectedCandidate[] = [];
  const counts = new Map<ReasonCode, number>();
  const add = (entry: RejectedCandidate): void => {
    if (rejected.length < MAX_REJECTED) rejected.push(entry);
    else for (const { code } of entry.reasons.slice(0, 1)) counts.set(code, (counts.get(code) ?? 0) + 1);
  };
  const leaves: Leaf[] = [];
  const serving = new Set<string>();
  for (const set of smallestFirst(sets)) {
    const { nodeIds } = set;
    if (leaves.length === MAX_REJECTED) break;
    if (oneNodeServesAll(nodeIds, book, context)) continue;
    const subset = subsetOf(set, book, context);
    if (!subset) continue;
    if (nodeIds.length === 1) serving.add(nodeIds[0]!);
    const chosen = subset.options.map((some) => some[0]!);
    const leaf = cheapestLeaf(chosen, subset, book, context);
    if (leaf) leaves.push(leaf);
  }
  for (const { nodeId } of context.snapshot.nodes) {
    if (serving.has(nodeId)) continue;
    const reasons = reasonsOfNode(nodeId, context);
    if (reasons.length > 0) add({ nodeIds: [nodeId], candidateId: null, costs: null, risks: null, reasons });
  }
  const best = candidates[0];
  if (best) {
    const named = leaves.map((leaf) => nameLeaf(leaf, undefined, context));
    const others = named.filter(({ candidateId }) => !kept.has(candidateId));
    for (const plan of priceLeaves(others, context)) {
      const { candidateId, costs, risks } = plan;
      const nodeIds = plan.plan.shipments.map(({ nodeId }) => nodeId);
      add({ nodeIds, candidateId, costs, risks, reasons: reasonsAgainst(best, plan, context) });
    }
  }
  return { rejected, rejectedCounts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))) };
}
