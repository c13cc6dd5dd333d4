import type { DecisionRequest } from '#domain/decision.ts';
import type { Item, Lane, Node } from '#domain/network.ts';
import type { Order, OrderLine } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { DAY_MS } from '#domain/time.ts';

/** Monday 2 March 2026, 09:00 UTC: the moment at which the tests decide. */
export const NOW = Date.UTC(2026, 2, 2, 9);

export function item(itemId: string, over: Partial<Item> = {}): Item {
  return {
    itemId,
    itemClass: 'TOOLS',
    uom: 'C62',
    unitCost: 1_000,
    weightGrams: 500,
    volumeCm3: 1_000,
    lengthCm: 20,
    hazmat: false,
    temperature: 'AMBIENT',
    ...over,
  };
}

export function node(nodeId: string, over: Partial<Node> = {}): Node {
  return {
    nodeId,
    nodeType: 'DC',
    gln: null,
    region: 'CENTRAL',
    active: true,
    timeZone: 'UTC',
    utcOffsets: [{ from: 0, minutes: 0 }],
    cutoffTime: '16:00',
    nodeCalendar: { workingDays: [1, 2, 3, 4, 5], closedDates: [] },
    capacity: 500,
    capacityUom: 'UNIT',
    capacityConsumed: {},
    backlog: 20,
    dockSlots: null,
    laborUtilization: 0.8,
    processing: { perShipment: 150, perLine: 40, perUnit: 5 },
    ...over,
  };
}

export function lane(nodeId: string, carrierService = 'GROUND', over: Partial<Lane> = {}): Lane {
  return {
    nodeId,
    zone: 'Z1',
    carrier: 'ACME',
    carrierService,
    expedited: false,
    active: true,
    distanceKm: 300,
    transitDays: 2,
    operatingDays: [1, 2, 3, 4, 5],
    rate: { base: 500, perKg: 100, minimum: 600, fuelShare: 0.1 },
    dimDivisor: 5_000,
    maxWeightGrams: 30_000,
    maxLengthCm: 150,
    acceptsHazmat: true,
    temperatures: ['AMBIENT'],
    performance: {
      delivered28: 40,
      late28: 4,
      delivered91: 120,
      late91: 9,
      meanTransitDays28: 2.3,
      meanTransitDays91: 2.1,
    },
    asOf: NOW - 3_600_000,
    ...over,
  };
}

export function position(nodeId: string, itemId: string, over: Partial<SupplyPosition> = {}): SupplyPosition {
  return {
    nodeId,
    itemId,
    onHand: 100,
    reserved: 5,
    allocated: 5,
    inTransit: 0,
    onOrder: 0,
    safetyStock: 10,
    supplyProtectionQty: 0,
    protectedPriority: null,
    receiptsDue: [],
    leadTimeDays: 7,
    receivedAt: NOW - 30 * DAY_MS,
    demand: { units7: 14, units28: 56, units91: 182, activeDays91: 60 },
    picks91: { picks: 200, short: 4 },
    receipts182: { receipts: 20, late: 3 },
    asOf: NOW - 600_000,
    ...over,
  };
}

export function line(orderLineId: string, itemId: string, orderedQty = 1, over: Partial<OrderLine> = {}): OrderLine {
  return {
    orderLineId,
    itemId,
    gtin: null,
    orderedQty,
    uom: 'C62',
    unitPrice: 2_500,
    firmNodeId: null,
    substituteItemIds: [],
    ...over,
  };
}

export function request(lines: readonly OrderLine[], order: Partial<Order> = {}): DecisionRequest {
  return {
    schema: 'recommendationRequest@1',
    decisionId: '019cad3a-1500-7000-8000-000000000001',
    decidedAt: NOW,
    mode: 'hold',
    suggestedOption: null,
    supersedes: null,
    order: {
      orderId: 'SO-1',
      customerId: 'C-1',
      customerTier: 'GOLD',
      channel: 'WEB',
      creditStatus: 'OK',
      currency: 'EUR',
      priority: 5,
      serviceLevel: 'STANDARD',
      placedAt: NOW - 60_000,
      shipTo: { zone: 'Z1', country: 'DE' },
      requestedDeliveryDate: null,
      promiseDate: NOW + 4 * DAY_MS,
      deliveryWindow: null,
      shipComplete: false,
      allowPartial: true,
      allowBackorder: true,
      allowSubstitution: false,
      maxSplits: null,
      preferredCarrierServices: [],
      firmNodeId: null,
      lines,
      ...order,
    },
  };
}

export function snapshot(over: Partial<Snapshot>): Snapshot {
  return {
    schema: 'snapshot@1',
    asOf: NOW,
    source: 'world',
    currency: 'EUR',
    items: [],
    nodes: [],
    lanes: [],
    supply: [],
    customer: null,
    freightSpent: [],
    dayTotals: { date: '2026-03-02', orders: 0, suggested: 0, moved: 0 },
    drift: { stockout: 'none', delay: 'none', split: 'none' },
    ...over,
  };
}
