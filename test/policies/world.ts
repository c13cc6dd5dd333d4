import type { Candidate, Costs, PlanDraft, Reprice, Risks, Shipment } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import { chargeableGrams, freightOf, type Item, type Lane, type Node } from '#domain/network.ts';
import type { Order, OrderLine } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { addDays, DAY_MS, HOUR_MS, instantAt, isoWeekday, localDateAt } from '#domain/time.ts';

/** Tuesday 09:00 UTC. */
export const NOW = Date.UTC(2026, 9, 6, 9);

export const item = (over: Partial<Item> = {}): Item => ({
  itemId: 'A',
  itemClass: 'standard',
  uom: 'EA',
  unitCost: 600,
  weightGrams: 1000,
  volumeCm3: 2000,
  lengthCm: 30,
  hazmat: false,
  temperature: 'AMBIENT',
  ...over,
});

export const node = (over: Partial<Node> = {}): Node => ({
  nodeId: 'EAST',
  nodeType: 'DC',
  gln: null,
  region: 'R1',
  active: true,
  timeZone: 'UTC',
  utcOffsets: [{ from: 0, minutes: 0 }],
  cutoffTime: '16:00',
  nodeCalendar: { workingDays: [1, 2, 3, 4, 5], closedDates: [] },
  capacity: null,
  capacityUom: 'UNIT',
  capacityConsumed: {},
  backlog: 3,
  dockSlots: null,
  laborUtilization: null,
  processing: { perShipment: 150, perLine: 30, perUnit: 5 },
  ...over,
});

export const lane = (over: Partial<Lane> = {}): Lane => ({
  nodeId: 'EAST',
  zone: 'Z1',
  carrier: 'ACME',
  carrierService: 'GROUND',
  expedited: false,
  active: true,
  distanceKm: 300,
  transitDays: 2,
  operatingDays: [1, 2, 3, 4, 5],
  rate: { base: 500, perKg: 60, minimum: 0, fuelShare: 0 },
  dimDivisor: null,
  maxWeightGrams: null,
  maxLengthCm: null,
  acceptsHazmat: true,
  temperatures: ['AMBIENT', 'CHILLED', 'FROZEN'],
  performance: null,
  asOf: NOW - HOUR_MS,
  ...over,
});

export const position = (over: Partial<SupplyPosition> = {}): SupplyPosition => ({
  nodeId: 'EAST',
  itemId: 'A',
  onHand: 100,
  reserved: 0,
  allocated: 0,
  inTransit: 0,
  onOrder: 0,
  safetyStock: 0,
  supplyProtectionQty: 0,
  protectedPriority: null,
  receiptsDue: [],
  leadTimeDays: 7,
  receivedAt: null,
  demand: null,
  picks91: null,
  receipts182: null,
  asOf: NOW - 60_000,
  ...over,
});

export const line = (over: Partial<OrderLine> = {}): OrderLine => ({
  orderLineId: '1',
  itemId: 'A',
  gtin: null,
  orderedQty: 5,
  uom: 'EA',
  unitPrice: 2000,
  firmNodeId: null,
  substituteItemIds: [],
  ...over,
});

export const order = (over: Partial<Order> = {}): Order => ({
  orderId: 'O-1',
  customerId: 'C-1',
  customerTier: 'GOLD',
  channel: 'WEB',
  creditStatus: 'OK',
  currency: 'EUR',
  priority: 5,
  serviceLevel: 'STANDARD',
  placedAt: NOW,
  shipTo: { zone: 'Z1', country: 'DE' },
  requestedDeliveryDate: null,
  promiseDate: NOW + 5 * DAY_MS,
  deliveryWindow: null,
  shipComplete: false,
  allowPartial: true,
  allowBackorder: true,
  allowSubstitution: false,
  maxSplits: null,
  preferredCarrierServices: [],
  firmNodeId: null,
  lines: [line()],
  ...over,
});

export const request = (over: Partial<Order> = {}, rest: Partial<DecisionRequest> = {}): DecisionRequest => ({
  schema: 'recommendationRequest@1',
  decisionId: '01900000-0000-7000-8000-000000000001',
  decidedAt: NOW,
  mode: 'hold',
  order: order(over),
  suggestedOption: null,
  supersedes: null,
  ...rest,
});

/** Two nodes with ground and air, one item. */
export const snapshot = (over: Partial<Snapshot> = {}): Snapshot => ({
  schema: 'snapshot@1',
  asOf: NOW,
  source: 'world',
  currency: 'EUR',
  items: [item()],
  nodes: [node(), node({ nodeId: 'WEST', region: 'R2' })],
  lanes: [
    lane({
      carrierService: 'AIR',
      expedited: true,
      transitDays: 1,
      rate: { base: 2500, perKg: 400, minimum: 0, fuelShare: 0 },
    }),
    lane(),
    lane({ nodeId: 'WEST', distanceKm: 900, rate: { base: 800, perKg: 90, minimum: 0, fuelShare: 0 } }),
  ],
  supply: [position(), position({ nodeId: 'WEST' })],
  customer: { customerId: 'C-1', customerTier: 'GOLD', creditStatus: 'OK' },
  freightSpent: [],
  dayTotals: { date: '2026-10-06', orders: 0, suggested: 0, moved: 0 },
  drift: { stockout: 'none', delay: 'none', split: 'none' },
  ...over,
});

/** Scores of a plan; a test gives whatever it wants a model to say. */
export type Scores = (draft: PlanDraft) => Risks;

const CALM: Scores = () => ({ stockout: 0.1, delay: 0.1, split: 0.05 });

/** A price list of the tests' own: freight and handling, a penalty for each short line, expected lateness. */
export function repriceFor(asked: DecisionRequest, known: Snapshot, scores: Scores = CALM): Reprice {
  const shipDates = new Map<string, number>();
  const shipDateOf = (at: Node): number => {
    const known = shipDates.get(at.nodeId);
    if (known !== undefined) return known;
    const cutoff = Number(at.cutoffTime.slice(0, 2)) * 60;
    let date = localDateAt(at.utcOffsets, asked.decidedAt);
    if (instantAt(at.utcOffsets, date, cutoff) < asked.decidedAt) date = addDays(date, 1);
    for (let day = 0; day < 14 && !at.nodeCalendar.workingDays.includes(isoWeekday(date)); day++)
      date = addDays(date, 1);
    const shipDate = instantAt(at.utcOffsets, date, cutoff);
    shipDates.set(at.nodeId, shipDate);
    return shipDate;
  };
  return (draft) => {
    const shipments: Shipment[] = [];
    let processing = 0;
    for (const { nodeId, carrierService, assignments } of draft.shipments) {
      const at = known.nodes.find((candidate) => candidate.nodeId === nodeId);
      const by = known.lanes.find(
        (candidate) => candidate.nodeId === nodeId && candidate.carrierService === carrierService,
      );
      if (!at || !by) return null;
      let weightGrams = 0;
      let volume = 0;
      for (const { itemId, qty } of assignments) {
        const what = known.items.find((candidate) => candidate.itemId === itemId);
        weightGrams += (what?.weightGrams ?? 0) * qty;
        volume += (what?.volumeCm3 ?? 0) * qty;
        processing += at.processing.perLine + at.processing.perUnit * qty;
      }
      processing += at.processing.perShipment;
      const shipDate = shipDateOf(at);
      const chargeable = chargeableGrams(by, weightGrams, volume);
      const eta = shipDate + by.transitDays * DAY_MS;
      shipments.push({
        nodeId,
        carrier: by.carrier,
        carrierService,
        expedited: by.expedited,
        assignments,
        shipDate,
        eta,
        etaP90: eta + DAY_MS,
        distanceKm: by.distanceKm,
        weightGrams,
        chargeableGrams: chargeable,
        freight: freightOf(by, chargeable),
        delayRisk: null,
      });
    }
    const shortLines = asked.order.lines.flatMap(({ orderLineId, itemId, orderedQty }) => {
      let qty = orderedQty;
      for (const shipment of shipments)
        for (const assignment of shipment.assignments)
          if (assignment.orderLineId === orderLineId) qty -= assignment.qty;
      const disposition = asked.order.allowBackorder ? ('BACKORDER' as const) : ('SHORT' as const);
      return qty > 0 ? [{ orderLineId, itemId, qty, disposition }] : [];
    });
    const risks = scores(draft);
    let shipping = 0;
    for (const { freight } of shipments) shipping += freight;
    let shortUnits = 0;
    for (const { qty } of shortLines) shortUnits += qty;
    const shortLine = shortLines.length * 900 + shortUnits * 200;
    const total = shipping + processing + shortLine;
    const costs: Costs = {
      shipping,
      processing,
      split: 0,
      delay: 0,
      stockout: 0,
      opportunity: 0,
      ageing: 0,
      shortLine,
      total,
    };
    const name = (shipment: PlanDraft['shipments'][number]): string =>
      `${shipment.nodeId}/${shipment.carrierService}:${shipment.assignments
        .map(({ orderLineId, itemId, qty }) => `${orderLineId}~${itemId}=${qty}`)
        .sort()
        .join(',')}`;
    return {
      candidateId: draft.shipments.map(name).sort().join('+'),
      plan: { shipments, shortLines },
      costs,
      risks,
      rawScore: total,
    };
  };
}

export const draft = (
  ...shipments: [nodeId: string, carrierService: string, units: Record<string, number>][]
): PlanDraft => ({
  shipments: shipments.map(([nodeId, carrierService, units]) => ({
    nodeId,
    carrierService,
    assignments: Object.entries(units).map(([key, qty]) => {
      const [orderLineId = '1', itemId = 'A'] = key.split('~');
      return { orderLineId, itemId, qty };
    }),
  })),
});

/** The plan priced as the tests price; throws where the small world cannot carry it. */
export function candidateOf(
  asked: DecisionRequest,
  known: Snapshot,
  plan: PlanDraft,
  scores: Scores = CALM,
): Candidate {
  const candidate = repriceFor(asked, known, scores)(plan);
  if (!candidate) throw new Error('no such lane in this world');
  return candidate;
}
