import type { Assignment, Candidate, PlanDraft, Shipment } from '#domain/candidate.ts';
import { chargeableGrams } from '#domain/network.ts';
import { type SplitSubject, splitMatrix } from '#features/split.ts';
import { type SourcingContext, standKey } from './context.ts';
import {
  delayCost,
  freightOn,
  loadCosts,
  massOf,
  orderDelayRisk,
  shortLineCost,
  shortLinesOf,
  splitCost,
  totalOf,
} from './cost-to-serve.ts';
import type { Leg } from './legs.ts';

/** `DC-EAST/GROUND:1=5,2=3+DC-WEST/AIR:3=1`: nodes, services, lines and quantities; substitutes name their item. */
export function candidateIdOf(draft: PlanDraft, context: SourcingContext): string {
  return draft.shipments
    .map(({ nodeId, carrierService, assignments }) => {
      const picks = assignments.map(({ orderLineId, itemId, qty }) => {
        const substitute = context.lines.get(orderLineId)?.itemId === itemId ? '' : `(${itemId})`;
        return `${orderLineId}${substitute}=${qty}`;
      });
      return `${nodeId}/${carrierService}:${picks.join(',')}`;
    })
    .join('+');
}

/** What the split model looks at. Positions that are not known are left out; their features are missing. */
export function splitSubjectOf(draft: PlanDraft, context: SourcingContext): SplitSubject {
  return {
    decidedAt: context.request.decidedAt,
    orderLines: context.request.order.lines.length,
    shipments: draft.shipments.length,
    takes: draft.shipments.flatMap(({ nodeId, assignments }) =>
      assignments.flatMap(({ itemId, qty }) => {
        const stand = context.stands.get(standKey(nodeId, itemId));
        return stand ? [{ position: stand.position, node: stand.node, qty }] : [];
      }),
    ),
  };
}

/** Split likelihood of each draft, scored in one batch; null without a model. */
export function splitRisks(drafts: readonly PlanDraft[], context: SourcingContext): (number | null)[] {
  const model = context.models.split;
  if (!model || drafts.length === 0) return drafts.map(() => null);
  return [...model.predict(splitMatrix(drafts.map((draft) => splitSubjectOf(draft, context))))];
}

function worstStockoutRisk(draft: PlanDraft, context: SourcingContext): number | null {
  let worst: number | null = null;
  for (const { nodeId, assignments } of draft.shipments)
    for (const { itemId } of assignments) {
      const risk = context.stands.get(standKey(nodeId, itemId))?.riskAfter ?? null;
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
  const legs = draft.shipments.map(({ nodeId, carrierService }) =>
    context.legs.get(nodeId)?.find(({ lane }) => lane.carrierService === carrierService),
  );
  return legs.includes(undefined) ? null : (legs as Leg[]);
}

function shipmentOf(leg: Leg, assignments: Shipment['assignments'], context: SourcingContext): Shipment {
  const mass = massOf(assignments, context.items);
  return {
    nodeId: leg.node.nodeId,
    carrier: leg.lane.carrier,
    carrierService: leg.lane.carrierService,
    expedited: leg.lane.expedited,
    assignments,
    shipDate: leg.shipDate,
    eta: leg.eta,
    etaP90: leg.etaP90,
    distanceKm: leg.lane.distanceKm,
    weightGrams: mass.weightGrams,
    chargeableGrams: chargeableGrams(leg.lane, mass.weightGrams, mass.volumeCm3),
    freight: freightOn(leg, mass),
    delayRisk: leg.delayRisk,
  };
}

/** As `pricePlans`, of a draft in normal form whose split likelihood is known. */
export function priceScored(draft: PlanDraft, splitRisk: number | null, context: SourcingContext): Candidate | null {
  const legs = legsOf(draft, context);
  const known = draft.shipments.every(({ assignments }) =>
    assignments.every(({ itemId }) => context.items.has(itemId)),
  );
  if (!legs || !known || legs.length === 0) return null;
  const shipments = legs.map((leg, index) => shipmentOf(leg, draft.shipments[index]!.assignments, context));
  const shortLines = shortLinesOf(context.request.order, shipments);
  const delayRisk = orderDelayRisk(legs);
  const costs = totalOf({
    shipping: shipments.reduce((sum, { freight }) => sum + freight, 0),
    ...loadCosts(shipments, context),
    split: splitCost(splitRisk, context),
    delay: delayCost(delayRisk, context),
    shortLine: shortLineCost(shortLines, context.lines, context.rates),
  });
  return {
    candidateId: candidateIdOf(draft, context),
    plan: { shipments, shortLines },
    costs,
    risks: { stockout: worstStockoutRisk(draft, context), delay: delayRisk, split: splitRisk },
    rawScore: costs.total,
  };
}

/** Dates, costs and risks of each draft, split likelihood scored in one batch; null where a draft cannot leave. */
export function pricePlans(drafts: readonly PlanDraft[], context: SourcingContext): (Candidate | null)[] {
  const normal = drafts.map((draft) => normalise(draft, context));
  const risks = splitRisks(normal, context);
  return normal.map((draft, index) => priceScored(draft, risks[index]!, context));
}
