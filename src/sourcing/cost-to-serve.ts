import type { Assignment, Costs, ShortLine } from '#domain/candidate.ts';
import type { CostRates } from '#domain/cost-rates.ts';
import { chargeableGrams, freightOf, type Item } from '#domain/network.ts';
import type { OrderLine } from '#domain/order.ts';
import type { SourcingContext, Stand } from './context.ts';
import { standAt } from './context.ts';
import type { Leg } from './legs.ts';

/** What one node ships of a plan. */
export interface Load {
  readonly nodeId: string;
  readonly assignments: readonly Assignment[];
}

export interface Mass {
  readonly weightGrams: number;
  readonly volumeCm3: number;
}

export function massOf(assignments: readonly Assignment[], items: ReadonlyMap<string, Item>): Mass {
  let weightGrams = 0;
  let volumeCm3 = 0;
  for (const { itemId, qty } of assignments) {
    const item = items.get(itemId)!;
    weightGrams += item.weightGrams * qty;
    volumeCm3 += item.volumeCm3 * qty;
  }
  return { weightGrams, volumeCm3 };
}

export function freightOn(leg: Leg, mass: Mass): number {
  return freightOf(leg.lane, chargeableGrams(leg.lane, mass.weightGrams, mass.volumeCm3));
}

/** Handling of one shipment: fixed, per pick and per unit. */
export function processingOf(load: Load, context: SourcingContext): number {
  const { perShipment, perLine, perUnit } = context.nodes.get(load.nodeId)!.processing;
  let units = 0;
  for (const { qty } of load.assignments) units += qty;
  return perShipment + perLine * load.assignments.length + perUnit * units;
}

/** Units of each line that no load has. A substitute counts for its line. */
export function shortLinesOf(
  lines: readonly OrderLine[],
  allowBackorder: boolean,
  loads: readonly Pick<Load, 'assignments'>[],
): ShortLine[] {
  const taken = new Map<string, number>();
  for (const { assignments } of loads)
    for (const { orderLineId, qty } of assignments) taken.set(orderLineId, (taken.get(orderLineId) ?? 0) + qty);
  const short: ShortLine[] = [];
  for (const { orderLineId, itemId, orderedQty } of lines) {
    const qty = orderedQty - (taken.get(orderLineId) ?? 0);
    if (qty > 0) short.push({ orderLineId, itemId, qty, disposition: allowBackorder ? 'BACKORDER' : 'SHORT' });
  }
  return short;
}

export function shortLineCost(
  shortLines: readonly ShortLine[],
  lines: ReadonlyMap<string, OrderLine>,
  rates: CostRates,
): number {
  let cost = 0;
  for (const { orderLineId, qty, disposition } of shortLines) {
    const share = disposition === 'BACKORDER' ? rates.backorderShareOfValue : rates.shortShareOfValue;
    cost += rates.shortLine + share * qty * lines.get(orderLineId)!.unitPrice;
  }
  return Math.round(cost);
}

/** At least one of the legs is late; null where one cannot be scored. Rounded to 1e-6. */
export function orderDelayRisk(legs: readonly Leg[]): number | null {
  let onTime = 1;
  for (const { delayRisk } of legs) {
    if (delayRisk === null) return null;
    onTime *= 1 - delayRisk;
  }
  return Math.round((1 - onTime) * 1e6) / 1e6;
}

/** The terms that follow from which units go from where, before legs and split likelihood are known. */
export function loadCosts(
  loads: readonly Load[],
  context: SourcingContext,
): Pick<Costs, 'processing' | 'stockout' | 'opportunity' | 'ageing'> {
  let processing = 0;
  let stockout = 0;
  let opportunity = 0;
  let ageing = 0;
  for (const load of loads) {
    processing += processingOf(load, context);
    for (const { itemId, qty } of load.assignments) {
      const stand: Stand | undefined = standAt(context, load.nodeId, itemId);
      if (!stand) continue;
      stockout += stand.stockoutPerUnit * qty;
      opportunity += stand.opportunityPerUnit * qty;
      ageing += stand.ageingPerUnit * qty;
    }
  }
  return {
    processing,
    stockout: Math.round(stockout),
    opportunity: Math.round(opportunity),
    // Written so that no credit is 0, never -0.
    ageing: ageing > 0 ? -Math.round(ageing) : 0,
  };
}

export function delayCost(risk: number | null, context: SourcingContext): number {
  return risk === null ? 0 : Math.round(risk * context.rates.lateOrder[context.request.order.customerTier]);
}

export function splitCost(risk: number | null, context: SourcingContext): number {
  return risk === null ? 0 : Math.round(risk * context.rates.extraShipment);
}

export function totalOf(terms: Omit<Costs, 'total'>): Costs {
  const { shipping, processing, split, delay, stockout, opportunity, ageing, shortLine } = terms;
  const total = shipping + processing + split + delay + stockout + opportunity + ageing + shortLine;
  return { shipping, processing, split, delay, stockout, opportunity, ageing, shortLine, total };
}
