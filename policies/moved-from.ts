import type { Plan } from '#domain/candidate.ts';
import type { OutcomeValue } from '#domain/guard.ts';

const nodesOf = (plan: Plan): string =>
  plan.shipments
    .map(({ nodeId }) => nodeId)
    .sort()
    .join('+');

/** The first thing that differs between two plans, as a pointer into the first: node, carrier service, quantity. */
export function movedFrom(raw: Plan, moved: Plan): { path: string; from: OutcomeValue; to: OutcomeValue } {
  if (raw.shipments.length !== moved.shipments.length)
    return { path: '/shipments', from: raw.shipments.length, to: moved.shipments.length };
  if (nodesOf(raw) !== nodesOf(moved)) {
    const kept = new Set(moved.shipments.map(({ nodeId }) => nodeId));
    const index = raw.shipments.findIndex(({ nodeId }) => !kept.has(nodeId));
    const before = new Set(raw.shipments.map(({ nodeId }) => nodeId));
    const to = moved.shipments.find(({ nodeId }) => !before.has(nodeId))?.nodeId ?? null;
    return { path: `/shipments/${index}/nodeId`, from: raw.shipments[index]?.nodeId ?? null, to };
  }
  for (const [index, shipment] of raw.shipments.entries()) {
    const now = moved.shipments.find(({ nodeId }) => nodeId === shipment.nodeId)!;
    if (now.carrierService !== shipment.carrierService)
      return { path: `/shipments/${index}/carrierService`, from: shipment.carrierService, to: now.carrierService };
    for (const [at, { orderLineId, itemId, qty }] of shipment.assignments.entries()) {
      const same = now.assignments.find((other) => other.orderLineId === orderLineId && other.itemId === itemId);
      if (same?.qty !== qty)
        return { path: `/shipments/${index}/assignments/${at}/qty`, from: qty, to: same?.qty ?? 0 };
    }
  }
  return { path: '/shipments', from: null, to: null };
}
