import type { Assignment, PlanDraft, Reprice } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { atpFor } from '#domain/supply.ts';

/** How one demand is taken: units per node, of one item. */
interface Way {
  readonly itemId: string;
  readonly byNode: ReadonlyMap<string, number>;
}

function subsetsUpTo(ids: readonly string[], size: number): string[][] {
  const all: string[][] = [];
  for (let mask = 1; mask < 1 << ids.length; mask++) {
    const chosen = ids.filter((_id, index) => mask & (1 << index));
    if (chosen.length <= size) all.push(chosen);
  }
  return all;
}

function orders<T>(things: readonly T[]): T[][] {
  if (things.length === 0) return [[]];
  return things.flatMap((thing) => orders(things.filter((other) => other !== thing)).map((rest) => [thing, ...rest]));
}

function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((done, list) => done.flatMap((head) => list.map((next) => [...head, next])), [[]]);
}

/**
 * Every plan of up to `maxShipments` nodes, built the slow and obvious way, priced one by one and sorted by cost and
 * id. Ship dates are asked of the pricing itself, through a plan of one unit.
 */
export function oracle(
  request: DecisionRequest,
  snapshot: Snapshot,
  reprice: Reprice,
  maxShipments: number,
): { id: string; cost: number }[] {
  const { order } = request;
  const priced = new Map<string, number>();
  const services = (nodeId: string) =>
    snapshot.lanes.filter((l) => l.nodeId === nodeId && l.active).map((l) => l.carrierService);
  const groups = new Map<string, (typeof order.lines)[number][]>();
  for (const line of order.lines) {
    const key = `${line.itemId}|${line.firmNodeId}|${order.allowSubstitution ? line.substituteItemIds.join() : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const demands = [...groups.values()];
  const shipDates = new Map<string, number>();
  for (const { nodeId } of snapshot.nodes) {
    const dates = services(nodeId).flatMap((carrierService) => {
      const probe = reprice({
        shipments: [
          {
            nodeId,
            carrierService,
            assignments: [{ orderLineId: order.lines[0]!.orderLineId, itemId: snapshot.items[0]!.itemId, qty: 1 }],
          },
        ],
      });
      return probe ? [probe.plan.shipments[0]!.shipDate] : [];
    });
    if (dates.length > 0) shipDates.set(nodeId, Math.min(...dates));
  }
  const carried = (nodeId: string, itemId: string, carrierService?: string): boolean => {
    const item = snapshot.items.find((known) => known.itemId === itemId)!;
    return snapshot.lanes.some(
      (l) =>
        l.nodeId === nodeId &&
        l.active &&
        (carrierService === undefined || l.carrierService === carrierService) &&
        (!item.hazmat || l.acceptsHazmat) &&
        l.temperatures.includes(item.temperature) &&
        (l.maxLengthCm === null || item.lengthCm === null || item.lengthCm <= l.maxLengthCm),
    );
  };
  const units = (nodeId: string, itemId: string): number => {
    const position = snapshot.supply.find((p) => p.nodeId === nodeId && p.itemId === itemId);
    return position && shipDates.has(nodeId) ? atpFor(position, shipDates.get(nodeId)!, order.priority) : 0;
  };
  for (const nodeIds of subsetsUpTo([...shipDates.keys()], maxShipments)) {
    const waysPerDemand = demands.map((lines): Way[] => {
      const qty = lines.reduce((sum, l) => sum + l.orderedQty, 0);
      const firm = order.firmNodeId ?? lines[0]!.firmNodeId;
      const usable = nodeIds.filter((nodeId) => firm === null || firm === nodeId);
      const has = (nodeId: string, itemId: string) => (carried(nodeId, itemId) ? units(nodeId, itemId) : 0);
      const whole = (itemId: string) =>
        usable.filter((n) => has(n, itemId) >= qty).map((n): Way => ({ itemId, byNode: new Map([[n, qty]]) }));
      const itemId = lines[0]!.itemId;
      if (whole(itemId).length > 0) return whole(itemId);
      const substitutes = order.allowSubstitution ? lines[0]!.substituteItemIds : [];
      const instead = substitutes.map(whole).find((ways) => ways.length > 0) ?? [];
      const spread = orders(usable.filter((n) => has(n, itemId) > 0)).map((sequence): Way => {
        let left = qty;
        const byNode = new Map<string, number>();
        for (const n of sequence) {
          const take = Math.min(left, has(n, itemId));
          if (take > 0) byNode.set(n, take);
          left -= take;
        }
        return { itemId, byNode };
      });
      const shipped = (way: Way) => [...way.byNode.values()].reduce((sum, n) => sum + n, 0);
      const ways = [...instead, ...spread].filter((way) => way.byNode.size > 0);
      const full = ways.filter((way) => shipped(way) === qty);
      if (full.length > 0) return full;
      if (order.shipComplete) return [];
      return order.allowPartial && ways.length > 0 ? ways : [{ itemId, byNode: new Map() }];
    });
    for (const ways of product(waysPerDemand)) {
      const taken = new Map<string, number>();
      const perNode = new Map<string, Assignment[]>(nodeIds.map((nodeId) => [nodeId, []]));
      ways.forEach((way, index) => {
        const lines = demands[index]!.map((l) => ({ id: l.orderLineId, left: l.orderedQty }));
        for (const nodeId of nodeIds) {
          let take = way.byNode.get(nodeId) ?? 0;
          taken.set(`${nodeId}/${way.itemId}`, (taken.get(`${nodeId}/${way.itemId}`) ?? 0) + take);
          for (const l of lines) {
            const qty = Math.min(take, l.left);
            if (qty > 0) perNode.get(nodeId)!.push({ orderLineId: l.id, itemId: way.itemId, qty });
            l.left -= qty;
            take -= qty;
          }
        }
      });
      if ([...perNode.values()].some((list) => list.length === 0)) continue;
      if ([...taken].some(([key, qty]) => qty > units(key.split('/')[0]!, key.split('/')[1]!))) continue;
      for (const chosen of product(nodeIds.map(services))) {
        const shipments: PlanDraft['shipments'] = nodeIds.map((nodeId, i) => ({
          nodeId,
          carrierService: chosen[i]!,
          assignments: perNode.get(nodeId)!,
        }));
        const plan = reprice({ shipments });
        if (!plan) continue;
        const fits = plan.plan.shipments.every((shipment) => {
          const l = snapshot.lanes.find(
            (known) => known.nodeId === shipment.nodeId && known.carrierService === shipment.carrierService,
          )!;
          return (
            (l.maxWeightGrams === null || shipment.weightGrams <= l.maxWeightGrams) &&
            shipment.assignments.every((a) => carried(shipment.nodeId, a.itemId, shipment.carrierService))
          );
        });
        if (fits) priced.set(plan.candidateId, plan.costs.total);
      }
    }
  }
  return [...priced].map(([id, cost]) => ({ id, cost })).sort((a, b) => a.cost - b.cost || (a.id < b.id ? -1 : 1));
}
