import type { Assignment, Candidate, PlanDraft, Shipment } from '#domain/candidate.ts';
import { chargeableGrams, freightOf } from '#domain/network.ts';
import { type SplitSubject, splitMatrix, type Take } from '#features/split.ts';
import type { RiskModel } from '#models/risk-model.ts';
import { type SourcingContext, standAt } from './context.ts';
import {
  delayCost,
  loadCosts,
  massOf,
  orderDelayRisk,
  shortLineCost,
  shortLinesOf,
  splitCost,
  totalOf,
} from './cost-to-serve.ts';
import type { Leg } from './legs.ts';
import { draftOf, type Leaf, type Loading } from './subset.ts';

/** `DC-EAST/GROUND:1=5,2=3+DC-WEST/AIR:3=1`: nodes, services, lines and quantities; substitutes name their item. */
export function candidateIdOf({ shipments }: PlanDraft, { lines }: SourcingContext): string {
  let id = '';
  for (const { nodeId, carrierService, assignments } of shipments) {
    id += `${id === '' ? '' : '+'}${nodeId}/${carrierService}:`;
    for (let at = 0; at < assignments.length; at++) {
      const { orderLineId, itemId, qty } = assignments[at]!;
      const substitute = lines.get(orderLineId)?.itemId === itemId ? '' : `(${itemId})`;
      id += `${at === 0 ? '' : ','}${orderLineId}${substitute}=${qty}`;
    }
  }
  return id;
}

/** What the split model looks at. Positions that are not known are left out; their features are missing. */
export function splitSubjectOf({ shipments }: PlanDraft, context: SourcingContext): SplitSubject {
  const takes: Take[] = [];
  for (const { nodeId, assignments } of shipments)
    for (const { itemId, qty } of assignments) {
      const stand = standAt(context, nodeId, itemId);
      if (stand) takes.push({ position: stand.position, node: stand.node, qty });
    }
  return subjectOf(shipments.length, takes, context);
}

function subjectOf(shipments: number, takes: readonly Take[], { request }: SourcingContext): SplitSubject {
  return { decidedAt: request.decidedAt, orderLines: request.order.lines.length, shipments, takes };
}

function scored(subjects: readonly SplitSubject[], model: RiskModel): Float64Array {
  return subjects.length === 0 ? new Float64Array(0) : model.predict(splitMatrix(subjects));
}

/** Split likelihood of each draft, scored in one batch; null without a model. */
function splitRisks(drafts: readonly PlanDraft[], context: SourcingContext): (number | null)[] {
  const model = context.models.split;
  if (!model) return drafts.map(() => null);
  return [
    ...scored(
      drafts.map((draft) => splitSubjectOf(draft, context)),
      model,
    ),
  ];
}

/** The same of leaves; it does not depend on the legs, so leaves that follow each other with one loading are one row. */
export function splitRisksOf(leaves: readonly Leaf[], context: SourcingContext): (number | null)[] {
  const model = context.models.split;
  if (!model) return leaves.map(() => null);
  const subjects: SplitSubject[] = [];
  const rows: number[] = [];
  let last: Loading | null = null;
  for (const { loading } of leaves) {
    if (loading !== last) {
      const [first, ...others] = loading.loads;
      const takes = others.length === 0 ? first!.takes : loading.loads.flatMap((load) => load.takes);
      subjects.push(subjectOf(loading.loads.length, takes, context));
      last = loading;
    }
    rows.push(subjects.length - 1);
  }
  const risks = scored(subjects, model);
  return rows.map((row) => risks[row]!);
}

function worstStockoutRisk(draft: PlanDraft, context: SourcingContext): number | null {
  let worst: number | null = null;
  for (const { nodeId, assignments } of draft.shipments)
    for (const { itemId } of assignments) {
      const risk = standAt(context, nodeId, itemId)?.riskAfter ?? null;
      if (risk !== null && (worst === null || risk > worst)) worst = risk;
    }
  return worst;
}

type Rank = SourcingContext['lineRanks'];

function compareAssignments(a: Assignment, b: Assignment, rank: Rank): number {
  return (rank.get(a.orderLineId) ?? 0) - (rank.get(b.orderLineId) ?? 0) || (a.itemId < b.itemId ? -1 : 1);
}

function isNormal({ shipments }: PlanDraft, rank: Rank): boolean {
  for (let i = 0; i < shipments.length; i++) {
    const { nodeId, assignments } = shipments[i]!;
    if (assignments.length === 0 || (i > 0 && shipments[i - 1]!.nodeId >= nodeId)) return false;
    for (let j = 1; j < assignments.length; j++)
      if (compareAssignments(assignments[j - 1]!, assignments[j]!, rank) > 0) return false;
  }
  return true;
}

/** Nodes ascend, lines keep the order's order: equal plans have equal bytes. A draft that is so already is returned. */
export function normalise(draft: PlanDraft, context: SourcingContext): PlanDraft {
  const rank = context.lineRanks;
  if (isNormal(draft, rank)) return draft;
  return {
    shipments: draft.shipments
      .filter(({ assignments }) => assignments.length > 0)
      .map((shipment) => ({
        ...shipment,
        assignments: [...shipment.assignments].sort((a, b) => compareAssignments(a, b, rank)),
      }))
      .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1)),
  };
}

function legsOf(draft: PlanDraft, context: SourcingContext): Leg[] | null {
  const legs: Leg[] = [];
  for (const { nodeId, carrierService } of draft.shipments) {
    const leg = context.legs.get(nodeId)?.find(({ lane }) => lane.carrierService === carrierService);
    if (!leg) return null;
    legs.push(leg);
  }
  return legs;
}

function shipmentOf(leg: Leg, assignments: Shipment['assignments'], context: SourcingContext): Shipment {
  const { lane } = leg;
  const mass = massOf(assignments, context.items);
  const chargeable = chargeableGrams(lane, mass.weightGrams, mass.volumeCm3);
  return {
    nodeId: leg.node.nodeId,
    carrier: lane.carrier,
    carrierService: lane.carrierService,
    expedited: lane.expedited,
    assignments,
    shipDate: leg.shipDate,
    eta: leg.eta,
    etaP90: leg.etaP90,
    distanceKm: lane.distanceKm,
    weightGrams: mass.weightGrams,
    chargeableGrams: chargeable,
    freight: freightOf(lane, chargeable),
    delayRisk: leg.delayRisk,
  };
}

/** A draft in normal form whose legs and split likelihood are known. */
interface ScoredDraft {
  readonly draft: PlanDraft;
  readonly candidateId: string;
  readonly legs: readonly Leg[];
  readonly splitRisk: number | null;
  /** Nothing is short; false: not known. */
  readonly complete: boolean;
}

function priceScored(
  { draft, candidateId, legs, splitRisk, complete }: ScoredDraft,
  context: SourcingContext,
): Candidate {
  const { order } = context.request;
  const shipments = legs.map((leg, index) => shipmentOf(leg, draft.shipments[index]!.assignments, context));
  const shortLines = complete ? [] : shortLinesOf(order.lines, order.allowBackorder, shipments);
  const delayRisk = orderDelayRisk(legs);
  let shipping = 0;
  for (const { freight } of shipments) shipping += freight;
  const { processing, stockout, opportunity, ageing } = loadCosts(shipments, context);
  const costs = totalOf({
    shipping,
    processing,
    split: splitCost(splitRisk, context),
    delay: delayCost(delayRisk, context),
    stockout,
    opportunity,
    ageing,
    shortLine: shortLineCost(shortLines, context.lines, context.rates),
  });
  return {
    candidateId,
    plan: { shipments, shortLines },
    costs,
    risks: { stockout: worstStockoutRisk(draft, context), delay: delayRisk, split: splitRisk },
    rawScore: costs.total,
  };
}

/** Dates, costs and risks of a draft; null where it cannot leave. */
export function pricePlan(draft: PlanDraft, context: SourcingContext): Candidate | null {
  const normal = normalise(draft, context);
  const legs = legsOf(normal, context);
  const known = normal.shipments.every(({ assignments }) =>
    assignments.every(({ itemId }) => context.items.has(itemId)),
  );
  if (!legs || !known || legs.length === 0) return null;
  const [splitRisk] = splitRisks([normal], context);
  const candidateId = candidateIdOf(normal, context);
  return priceScored({ draft: normal, candidateId, legs, splitRisk: splitRisk!, complete: false }, context);
}

/** A leaf as the plan that it is: `draft` and `candidateId` are in normal form. */
export interface NamedLeaf {
  readonly leaf: Leaf;
  readonly draft: PlanDraft;
  readonly candidateId: string;
  /** Undefined where the leaf was scored in another order than the draft's: the last bit may differ. */
  readonly splitRisk: number | null | undefined;
}

export function nameLeaf(leaf: Leaf, splitRisk: number | null | undefined, context: SourcingContext): NamedLeaf {
  const asFound = draftOf(leaf);
  const draft = normalise(asFound, context);
  const candidateId = candidateIdOf(draft, context);
  return { leaf, draft, candidateId, splitRisk: draft === asFound ? splitRisk : undefined };
}

/** Leaves as candidates, those without a split likelihood scored in one batch. */
export function priceLeaves(named: readonly NamedLeaf[], context: SourcingContext): Candidate[] {
  const open = named.filter(({ splitRisk }) => splitRisk === undefined).map(({ draft }) => draft);
  const risks = splitRisks(open, context).values();
  // The nodes of a leaf ascend, so its legs are in the draft's order.
  return named.map(({ leaf, draft, candidateId, splitRisk = risks.next().value! }) =>
    priceScored({ draft, candidateId, legs: leaf.legs, splitRisk, complete: leaf.loading.complete }, context),
  );
}
