import type { HardRule, PlanFacts } from '../rule.ts';

function problemOf({ context, plan }: PlanFacts): { path: string; detail: string } | null {
  const { order, lines } = context;
  const covered = new Map<string, number>();
  const nodeIds = new Set<string>();
  for (const [index, shipment] of plan.shipments.entries()) {
    const path = `/shipments/${index}`;
    if (nodeIds.has(shipment.nodeId)) return { path, detail: `\`${shipment.nodeId}\` has two shipments` };
    nodeIds.add(shipment.nodeId);
    if (shipment.assignments.length === 0) return { path, detail: 'a shipment without units' };
    for (const { orderLineId, itemId, qty } of shipment.assignments) {
      const line = lines.get(orderLineId);
      if (!line) return { path, detail: `\`${orderLineId}\` is no line of the order` };
      const substitute = order.allowSubstitution && line.substituteItemIds.includes(itemId);
      if (itemId !== line.itemId && !substitute)
        return { path, detail: `\`${itemId}\` is not what line \`${orderLineId}\` ordered` };
      if (!Number.isSafeInteger(qty) || qty < 1) return { path, detail: `\`${qty}\` is no whole number of units` };
      covered.set(orderLineId, (covered.get(orderLineId) ?? 0) + qty);
    }
  }
  for (const [index, { orderLineId, qty }] of plan.shortLines.entries()) {
    const path = `/shortLines/${index}`;
    if (!lines.has(orderLineId)) return { path, detail: `\`${orderLineId}\` is no line of the order` };
    if (!Number.isSafeInteger(qty) || qty < 1) return { path, detail: `\`${qty}\` is no whole number of units` };
    covered.set(orderLineId, (covered.get(orderLineId) ?? 0) + qty);
  }
  for (const [index, line] of order.lines.entries()) {
    const units = covered.get(line.orderLineId) ?? 0;
    if (units !== line.orderedQty)
      return {
        path: `/order/lines/${index}`,
        detail: `${units} of ${line.orderedQty} ordered units are accounted for`,
      };
  }
  return null;
}

/** A plan that does not add up is not a plan: nothing else can be trusted about it. */
export const planIntegrity: HardRule = {
  kind: 'plan-integrity',
  hard: true,
  reasonCode: 'ATTRIBUTE_INCOMPATIBLE',
  summary: 'every ordered unit ships or is short, once, as the item ordered or a permitted substitute',
  moves: [],
  check: (plan) => {
    const problem = problemOf(plan);
    return problem && { ...problem, value: problem.detail, threshold: null, unit: '' };
  },
};
