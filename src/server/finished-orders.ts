import type { Outcome } from '#domain/outcome.ts';
import type { Store } from '#store/open.ts';
import type { WorldEvent } from '#world/events.ts';
import { outcomesOf } from '#world/outcomes.ts';

/** Which decisions have had their outcome since the service was last asked. */
export interface FinishedOrders {
  /** Looks for shipments that arrived or failed. Call it when the events are on disk. */
  ingested(tenant: string, events: readonly WorldEvent[]): void;
  /** Outcomes of decisions whose shipments have all arrived or failed, each decision once. */
  take(knownBy: number): { readonly tenant: string; readonly outcomes: readonly Outcome[] }[];
}

/** Shipments that wait, and decisions remembered as taken; beyond it the oldest is forgotten. */
const MOST = 100_000;

function remember(set: Set<string>, member: string): void {
  set.add(member);
  if (set.size > MOST) set.delete(set.values().next().value!);
}

export function createFinishedOrders(store: Store): FinishedOrders {
  const decisionOf = store.sqlite.prepare<[string, string], { decisionId: string; decidedAt: number }>(
    `SELECT d.decision_id AS decisionId, d.decided_at AS decidedAt FROM shipments s
     JOIN decision_index d ON d.tenant_id = s.tenant_id AND d.decision_id = s.decision_id
     WHERE s.tenant_id = ? AND s.shipment_id = ?`,
  );
  const arrived = new Map<string, Set<string>>();
  const taken = new Set<string>();

  function outcomeOf(tenant: string, shipmentId: string, knownBy: number): Outcome[] {
    const decision = decisionOf.get(tenant, shipmentId);
    if (!decision || taken.has(decision.decisionId)) return [];
    const { decisionId, decidedAt } = decision;
    for (const outcome of outcomesOf(store, tenant, decidedAt, decidedAt + 1, knownBy)) {
      if (outcome.decisionId !== decisionId) continue;
      const { shipments, plannedShipments, overridden } = outcome;
      const complete = shipments.every(({ deliveredAt, failedAt }) => (deliveredAt ?? failedAt) !== null);
      if (!complete || shipments.length < plannedShipments) return [];
      remember(taken, decisionId);
      // What was shipped in another way says nothing of the plan.
      return overridden ? [] : [outcome];
    }
    return [];
  }

  return {
    ingested(tenant, events) {
      for (const { type, data } of events) {
        if (type !== 'fairlead.shipment.delivered' && type !== 'fairlead.shipment.failed') continue;
        const waiting = arrived.get(tenant) ?? new Set();
        arrived.set(tenant, waiting);
        remember(waiting, data.shipmentId);
      }
    },
    take(knownBy) {
      const found = [...arrived].map(([tenant, shipments]) => ({
        tenant,
        outcomes: [...shipments].flatMap((shipmentId) => outcomeOf(tenant, shipmentId, knownBy)),
      }));
      arrived.clear();
      return found;
    },
  };
}
