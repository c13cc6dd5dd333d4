import type { Candidate, Costs, Shipment } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { Item, Lane, Node } from '#domain/network.ts';
import type { OrderLine } from '#domain/order.ts';
import { DomainError } from '#domain/problems.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { DAY_MS, HOUR_MS, localDateAt } from '#domain/time.ts';
import type { Policy } from './policy.ts';
import type { PolicyCase } from './policy-cases.ts';
import { parseQuantity } from './quantity.ts';

/** A working day, mid-morning in UTC. */
const NOW = Date.UTC(2026, 9, 6, 9);

/** An order and a world in which no rule of the ERP minds, but for what the case says. */
export function worldOf(
  policy: Policy,
  asked: PolicyCase,
): { request: DecisionRequest; snapshot: Snapshot; candidate: Candidate } {
  const cents = (text: string): number => {
    const parsed = parseQuantity(text, 'minorUnits', policy.currency);
    if (!parsed.ok)
      throw new DomainError('invalid-policy', `case \`${asked.note}\`: ${parsed.problem}; ${parsed.remedy}`);
    return parsed.value;
  };
  const { order, shipments, risks } = asked;
  const zone = order.zone ?? 'Z1';
  const lines: OrderLine[] = [];
  const items: Item[] = [];
  const nodes: Node[] = [];
  const lanes: Lane[] = [];
  const supply: SupplyPosition[] = [];
  const shipped: Shipment[] = [];
  const share = asked.goodsCost === undefined ? 0 : cents(asked.goodsCost) / shipments.length;
  for (const [index, row] of shipments.entries()) {
    const [orderLineId, itemId] = [String(index + 1), `ITEM-${index + 1}`];
    const offsets = [{ from: 0, minutes: 0 }];
    const shipDate = NOW + 7 * HOUR_MS;
    const eta = Math.max(shipDate, NOW + row.arrivesInDays * DAY_MS);
    lines.push({
      orderLineId,
      itemId,
      gtin: null,
      orderedQty: row.units,
      uom: 'EA',
      unitPrice: cents(row.value) / row.units,
      firmNodeId: null,
      substituteItemIds: [],
    });
    items.push({
      itemId,
      itemClass: row.itemClass,
      uom: 'EA',
      unitCost: share / row.units,
      weightGrams: 1000,
      volumeCm3: 1000,
      lengthCm: 10,
      hazmat: false,
      temperature: 'AMBIENT',
    });
    nodes.push({
      nodeId: row.node,
      nodeType: 'DC',
      gln: null,
      region: row.region,
      active: true,
      timeZone: 'UTC',
      utcOffsets: offsets,
      cutoffTime: '16:00',
      nodeCalendar: { workingDays: [1, 2, 3, 4, 5, 6, 7], closedDates: [] },
      capacity: null,
      capacityUom: 'UNIT',
      capacityConsumed: {},
      backlog: 0,
      dockSlots: null,
      laborUtilization: null,
      processing: { perShipment: 0, perLine: 0, perUnit: 0 },
    });
    lanes.push({
      nodeId: row.node,
      zone,
      carrier: row.carrier,
      carrierService: row.service,
      expedited: row.expedited,
      active: true,
      distanceKm: row.distanceKm,
      transitDays: row.arrivesInDays,
      operatingDays: [1, 2, 3, 4, 5, 6, 7],
      rate: { base: cents(row.freight), perKg: 0, minimum: 0, fuelShare: 0 },
      dimDivisor: null,
      maxWeightGrams: null,
      maxLengthCm: null,
      acceptsHazmat: true,
      temperatures: ['AMBIENT'],
      performance: null,
      asOf: NOW,
    });
    supply.push({
      nodeId: row.node,
      itemId,
      onHand: row.atp ?? row.units,
      reserved: 0,
      allocated: 0,
      inTransit: 0,
      onOrder: 0,
      safetyStock: 0,
      supplyProtectionQty: 0,
      protectedPriority: null,
      receiptsDue: [],
      leadTimeDays: null,
      receivedAt: null,
      demand: null,
      picks91: null,
      receipts182: null,
      asOf: NOW,
    });
    shipped.push({
      nodeId: row.node,
      carrier: row.carrier,
      carrierService: row.service,
      expedited: row.expedited,
      assignments: [{ orderLineId, itemId, qty: row.units }],
      shipDate,
      eta,
      etaP90: eta,
      distanceKm: row.distanceKm,
      weightGrams: 1000 * row.units,
      chargeableGrams: 1000 * row.units,
      freight: cents(row.freight),
      delayRisk: risks.delay ?? null,
    });
  }
  const shipping = shipped.reduce((sum, { freight }) => sum + freight, 0);
  const total = asked.costToServe === undefined ? shipping : cents(asked.costToServe);
  const costs: Costs = {
    shipping,
    processing: total - shipping,
    split: 0,
    delay: 0,
    stockout: 0,
    opportunity: 0,
    ageing: 0,
    shortLine: 0,
    total,
  };
  const promise = order.promiseInDays === undefined ? 7 : order.promiseInDays;
  const customerTier = order.tier ?? 'STANDARD';
  const creditStatus = order.creditStatus ?? 'OK';
  const customerId = order.customerId ?? 'C-1';
  return {
    candidate: {
      candidateId: 'case',
      plan: { shipments: shipped, shortLines: [] },
      costs,
      risks: { stockout: risks.stockout ?? null, delay: risks.delay ?? null, split: risks.split ?? null },
      rawScore: total,
    },
    request: {
      schema: 'recommendationRequest@1',
      decisionId: '01900000-0000-7000-8000-000000000000',
      decidedAt: NOW,
      mode: 'quote',
      suggestedOption: null,
      supersedes: null,
      order: {
        orderId: 'CASE',
        customerId,
        customerTier,
        channel: order.channel ?? 'WEB',
        creditStatus,
        currency: policy.currency,
        priority: order.priority ?? 5,
        serviceLevel: 'STANDARD',
        placedAt: NOW,
        shipTo: { zone, country: order.country ?? 'DE' },
        requestedDeliveryDate: null,
        promiseDate: promise === null ? null : NOW + promise * DAY_MS,
        deliveryWindow: null,
        shipComplete: false,
        allowPartial: true,
        allowBackorder: true,
        allowSubstitution: false,
        maxSplits: null,
        preferredCarrierServices: [],
        firmNodeId: null,
        lines,
      },
    },
    snapshot: {
      schema: 'snapshot@1',
      asOf: NOW,
      source: 'request',
      currency: policy.currency,
      items,
      nodes,
      lanes,
      supply,
      customer: { customerId, customerTier, creditStatus },
      freightSpent: [],
      dayTotals: { date: localDateAt([], NOW), orders: 0, suggested: 0, moved: 0 },
      drift: { stockout: 'none', delay: 'none', split: 'none' },
    },
  };
}
