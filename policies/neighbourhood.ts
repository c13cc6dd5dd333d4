import type { Assignment, Plan, PlanDraft } from '#domain/candidate.ts';
import type { Dimension } from '#domain/guard.ts';
import type { OrderContext } from './rule.ts';

type Draft = PlanDraft['shipments'];

/** A line of a plan may be cut unit by unit this far; beyond, only to what is promisable, and to nothing. */
const UNIT_CUTS = 32;
/** Carrier services of all shipments are combined up to here; a larger plan changes one shipment at a time. */
const MAX_COMBINATIONS = 128;

export function draftOf(plan: Plan): PlanDraft {
  return {
    shipments: plan.shipments.map(({ nodeId, carrierService, assignments }) => ({
      nodeId,
      carrierService,
      assignments,
    })),
  };
}

function unitsKey(assignments: readonly Assignment[]): string {
  const units = assignments.map(({ orderLineId, itemId, qty }) => `${orderLineId}\u0000${itemId}\u0000${qty}`);
  return units.sort().join('\u0002');
}

/** What drafts are known by, the same for every order of writing. Most near plans share assignments: each is read once. */
function draftKeys(): (draft: PlanDraft) => string {
  const known = new Map<readonly Assignment[], string>();
  return ({ shipments }) => {
    const parts = shipments.map(({ nodeId, carrierService, assignments }) => {
      let units = known.get(assignments);
      if (units === undefined) {
        units = unitsKey(assignments);
        known.set(assignments, units);
      }
      return `${nodeId}\u0001${carrierService}\u0001${units}`;
    });
    return parts.length === 1 ? parts[0]! : parts.sort().join('\u0003');
  };
}

function servicesOf(context: OrderContext, nodeId: string): string[] {
  const lanes = [...(context.lanes.get(nodeId)?.values() ?? [])];
  return lanes.filter(({ active }) => active).map(({ carrierService }) => carrierService);
}

function replaced(draft: Draft, index: number, shipment: Draft[number]): Draft {
  return draft.map((other, at) => (at === index ? shipment : other));
}

/** Any carrier service for every shipment. */
function byCarrierService(draft: Draft, context: OrderContext): Draft[] {
  const choices = draft.map((shipment) => [
    ...new Set([shipment.carrierService, ...servicesOf(context, shipment.nodeId)]),
  ]);
  const count = choices.reduce((product, services) => product * services.length, 1);
  if (count > MAX_COMBINATIONS)
    return draft.flatMap((shipment, index) =>
      choices[index]!.map((carrierService) => replaced(draft, index, { ...shipment, carrierService })),
    );
  let combined: Draft[] = [[]];
  for (const [index, shipment] of draft.entries())
    combined = combined.flatMap((head) =>
      choices[index]!.map((carrierService) => [...head, { ...shipment, carrierService }]),
    );
  return combined;
}

/** One shipment leaves another node that is not in the plan yet, by any of its carrier services. */
function byNode(draft: Draft, context: OrderContext): Draft[] {
  const used = new Set(draft.map(({ nodeId }) => nodeId));
  const free = [...context.nodes.values()].filter(({ active, nodeId }) => active && !used.has(nodeId));
  return draft.flatMap((shipment, index) =>
    free.flatMap(({ nodeId }) =>
      servicesOf(context, nodeId).map((carrierService) =>
        replaced(draft, index, { ...shipment, nodeId, carrierService }),
      ),
    ),
  );
}

function merged(a: readonly Assignment[], b: readonly Assignment[]): Assignment[] {
  const all = a.map((assignment) => ({ ...assignment }));
  for (const assignment of b) {
    const same = all.find(
      (other) => other.orderLineId === assignment.orderLineId && other.itemId === assignment.itemId,
    );
    if (same) same.qty += assignment.qty;
    else all.push({ ...assignment });
  }
  return all;
}

/** One shipment fewer: its units join another of the plan's shipments. */
function byShipments(draft: Draft): Draft[] {
  return draft.flatMap((gone, from) =>
    draft.flatMap((taker, into) => {
      if (from === into) return [];
      const joined = { ...taker, assignments: merged(taker.assignments, gone.assignments) };
      return [replaced(draft, into, joined).filter((_, at) => at !== from)];
    }),
  );
}

/** Units of the item at the node that an order can be promised at all: where a cut by more than a few units lands. */
function promisable(context: OrderContext, nodeId: string, itemId: string): number {
  const position = context.supply.get(nodeId)?.get(itemId);
  if (!position) return 0;
  let units = position.onHand - position.reserved - position.allocated - position.safetyStock;
  for (const receipt of position.receiptsDue) units += receipt.qty;
  return Math.max(0, units - position.supplyProtectionQty);
}

/** One assignment is cut to fewer units, or to none; what is left over becomes short. */
function byQuantity(draft: Draft, context: OrderContext): Draft[] {
  return draft.flatMap((shipment, index) =>
    shipment.assignments.flatMap((assignment, at) => {
      const { qty } = assignment;
      const cuts = new Set([0, promisable(context, shipment.nodeId, assignment.itemId)]);
      for (let cut = 1; cut <= UNIT_CUTS; cut++) cuts.add(qty - cut);
      return [...cuts]
        .filter((units) => units >= 0 && units < qty)
        .map((units) => {
          const assignments = shipment.assignments.flatMap((other, place) =>
            place !== at ? [other] : units === 0 ? [] : [{ ...assignment, qty: units }],
          );
          if (assignments.length === 0) return draft.filter((_, place) => place !== index);
          return replaced(draft, index, { ...shipment, assignments });
        });
    }),
  );
}

/**
 * The plans near a plan, by what may move: the carrier services of its shipments, one shipment's node, two shipments
 * joined, one assignment cut. Each once, under its key; the plan itself and the empty plan left out.
 */
export function neighbourhood(
  plan: Plan,
  dimensions: ReadonlySet<Dimension>,
  context: OrderContext,
): ReadonlyMap<string, PlanDraft> {
  const draft = draftOf(plan).shipments;
  const found = new Map<string, PlanDraft>();
  const draftKey = draftKeys();
  const own = draftKey({ shipments: draft });
  const add = (drafts: readonly Draft[]): void => {
    for (const shipments of drafts) {
      const key = draftKey({ shipments });
      if (shipments.length > 0 && key !== own) found.set(key, { shipments });
    }
  };
  if (dimensions.has('carrierService')) add(byCarrierService(draft, context));
  if (dimensions.has('node')) add(byNode(draft, context));
  if (dimensions.has('shipments')) add(byShipments(draft));
  if (dimensions.has('quantity')) add(byQuantity(draft, context));
  return found;
}
