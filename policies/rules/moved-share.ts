import type { LimitRule, PlanFacts } from '../rule.ts';

/** Before this many orders of the day a share says nothing. */
const LEAST_ORDERS = 20;

/** What a plan moves, whatever its order of writing: units of a line from a node by a carrier service. */
function unitsOf(
  shipments: readonly {
    readonly nodeId: string;
    readonly carrierService: string;
    readonly assignments: readonly { readonly orderLineId: string; readonly itemId: string; readonly qty: number }[];
  }[],
): Map<string, number> {
  const units = new Map<string, number>();
  for (const { nodeId, carrierService, assignments } of shipments)
    for (const { orderLineId, itemId, qty } of assignments) {
      const key = JSON.stringify([nodeId, carrierService, orderLineId, itemId]);
      units.set(key, (units.get(key) ?? 0) + qty);
    }
  return units;
}

function isMoved({ context, plan }: Pick<PlanFacts, 'context' | 'plan'>): boolean {
  const own = context.request.suggestedOption;
  if (own === null) return false;
  // Most plans leave by a way that the ERP does not take: found without counting units.
  const taken = (nodeId: string, service: string): boolean =>
    own.shipments.some((one) => one.nodeId === nodeId && one.carrierService === service);
  if (plan.shipments.some((one) => one.assignments.length > 0 && !taken(one.nodeId, one.carrierService))) return true;
  const ours = unitsOf(plan.shipments);
  const theirs = unitsOf(own.shipments);
  return ours.size !== theirs.size || [...theirs].some(([key, qty]) => ours.get(key) !== qty);
}

/** A planner has to be able to follow: only so many orders of a day leave the way the ERP would have taken. */
export const movedShare: LimitRule = {
  kind: 'moved-share',
  hard: false,
  reasonCode: 'COST_THRESHOLD',
  summary: "share of the day's orders that are moved away from the ERP's own choice",
  moves: ['carrierService', 'node'],
  unit: 'share',
  direction: 'max',
  range: [0, 1],
  defaultLimit: null,
  measure: (plan) => {
    const { suggested, moved } = plan.context.snapshot.dayTotals;
    if (suggested < LEAST_ORDERS || !isMoved(plan)) return null;
    const value = (moved + 1) / (suggested + 1);
    return { value, path: '/shipments', detail: "share of the day's orders moved from the ERP's own choice" };
  },
};
