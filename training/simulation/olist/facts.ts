import type { PlanDraft } from '#domain/candidate.ts';
import type { Order } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { DAY_MS, type Instant, toRfc3339 } from '#domain/time.ts';
import { orderOf, parseRecommendation, type RecommendationBody } from '#src/request.ts';
import { snapshotOf } from '#src/wire/snapshot.ts';
import { DIM_DIVISOR, laneRate, type RateFit } from './fits.ts';
import { LEDGER_RATES } from './ledger.ts';
import type { RealNetwork } from './network.ts';
import type { PriceOf } from './rules.ts';
import { type Arrival, type NodePlan, type StockWorld, weightOf } from './stock-world.ts';
import type { RealTables } from './tables.ts';

export const CARRIER_SERVICE = 'CORREIOS-STANDARD';
/** Receipts that might or might not be there when today's parcels are packed are not offered. */
const SURE_RECEIPT_DAYS = 1.5;
/** Cost of goods as a share of the price: the tables have no costs. */
const COST_SHARE = 0.7;

/** What the deciders know, and where it comes from. */
export interface Knowledge {
  readonly tables: RealTables;
  readonly network: RealNetwork;
  readonly rates: RateFit;
  /** The carrier's own transit days of a lane, from the earlier orders. */
  readonly carrierDays: (nodeId: string, state: string, km: number) => number;
}

/** The price list as the rules use it: the same that the service is sent. */
export function listPrices({ tables, network, rates }: Knowledge, { order, km }: Arrival): PriceOf {
  const lanes = network.nodes.map(({ nodeId }, node) => laneRate(rates, nodeId, order.state, km[node]!));
  return (node, takes) => {
    const { base, perKg, minimum } = lanes[node]!;
    return Math.max(minimum, base + perKg * weightOf(tables, takes).kg);
  };
}

/** An order with the network and stock as the company sees them at its moment; `lanes` holds what deliveries have shown. */
export function requestBody(
  { tables, network, rates, carrierDays }: Knowledge,
  stock: StockWorld,
  lanes: StockWorld,
  { order, lines, km }: Arrival,
): RecommendationBody {
  const at = order.approvedAt;
  const day = Math.floor(at / DAY_MS);
  const kept = new Map(lines.map(({ productId }) => [productId, stock.kept(productId)]));
  return {
    mode: 'quote',
    order: {
      orderId: order.orderId,
      customerId: `CUSTOMER-${order.state}`,
      customerTier: 'STANDARD',
      creditStatus: 'OK',
      channel: 'WEB',
      currency: 'BRL',
      placedAt: toRfc3339(at),
      shipTo: { zone: order.state, country: 'BR' },
      promiseDate: order.promiseAt === null || order.promiseAt <= at ? null : toRfc3339(order.promiseAt),
      allowPartial: true,
      allowBackorder: false,
      lines: lines.map(({ orderLineId, productId, qty, price }) => ({
        orderLineId,
        itemId: productId,
        orderedQty: qty,
        unitPrice: price,
      })),
    },
    snapshot: {
      asOf: toRfc3339(at),
      currency: 'BRL',
      items: lines.map(({ productId, price }) => {
        const { category, weightGrams, volumeCm3, lengthCm } = tables.products.get(productId)!;
        const itemClass = category.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '-') || 'UNKNOWN';
        return {
          itemId: productId,
          itemClass,
          unitCost: Math.round(price * COST_SHARE),
          weightGrams,
          volumeCm3,
          lengthCm,
        };
      }),
      nodes: network.nodes.map(({ nodeId, state }) => ({
        nodeId,
        region: state,
        timeZone: 'America/Sao_Paulo',
        cutoffTime: '23:59',
        nodeCalendar: { workingDays: [1, 2, 3, 4, 5, 6, 7], closedDates: [] },
        // An extra shipment costs the company as much wherever it comes from, so it stands in the price of a shipment.
        processing: {
          perShipment: LEDGER_RATES.perShipment + LEDGER_RATES.extraShipment,
          perLine: LEDGER_RATES.perLine,
          perUnit: 0,
        },
      })),
      lanes: network.nodes.map(({ nodeId }, node) => {
        const record = lanes.lane(node, order.state);
        const delivered28 = record.delivered.sum(day, 28);
        const delivered91 = record.delivered.sum(day, 91);
        const mean = (days: number, count: number): number | null =>
          count === 0 ? null : record.tenths.sum(day, days) / 10 / count;
        return {
          nodeId,
          zone: order.state,
          carrier: 'CORREIOS',
          carrierService: CARRIER_SERVICE,
          distanceKm: Math.round(km[node]!),
          transitDays: carrierDays(nodeId, order.state, km[node]!),
          operatingDays: [1, 2, 3, 4, 5, 6, 7],
          rate: laneRate(rates, nodeId, order.state, km[node]!),
          dimDivisor: DIM_DIVISOR,
          performance: {
            delivered28,
            late28: record.late.sum(day, 28),
            delivered91,
            late91: record.late.sum(day, 91),
            meanTransitDays28: mean(28, delivered28),
            meanTransitDays91: mean(91, delivered91),
          },
        };
      }),
      supply: lines.flatMap(({ productId }) =>
        kept.get(productId)!.map((node) => ({
          nodeId: network.nodes[node]!.nodeId,
          itemId: productId,
          onHand: stock.units(productId, node),
          receiptsDue: sureReceipts(stock, productId, node, at),
          leadTimeDays: stock.replaceDays,
          demand: stock.demand(productId, node, at),
          picks91: { picks: stock.picks[node]!.sum(day, 91), short: stock.short[node]!.sum(day, 91) },
        })),
      ),
    },
  };
}

function sureReceipts(stock: StockWorld, productId: string, node: number, at: Instant) {
  return stock
    .receiptsDue(productId, node)
    .filter((due) => due.at > at + SURE_RECEIPT_DAYS * DAY_MS)
    .map((due) => ({ qty: due.qty, dueAt: toRfc3339(due.at) }));
}

export interface Facts {
  readonly order: Order;
  readonly snapshot: Snapshot;
}

/** The facts that the service would make of a body. */
export function factsOf(body: RecommendationBody, at: Instant): Facts {
  const request = parseRecommendation(JSON.parse(JSON.stringify(body)));
  const snapshot = snapshotOf(request.snapshot!, request.order.shipTo.zone, at);
  return { order: orderOf(request, snapshot.customer, at), snapshot };
}

export function draftOf(network: RealNetwork, { shipments }: NodePlan): PlanDraft {
  return {
    shipments: shipments.map(({ node, takes }) => ({
      nodeId: network.nodes[node]!.nodeId,
      carrierService: CARRIER_SERVICE,
      assignments: takes.map(({ line, qty }) => ({ orderLineId: line.orderLineId, itemId: line.productId, qty })),
    })),
  };
}

/** A plan as the service answered it, in the world's own terms. */
export function nodePlanOf(network: RealNetwork, { lines }: Arrival, draft: PlanDraft): NodePlan {
  const nodes = new Map(network.nodes.map(({ nodeId }, node) => [nodeId, node]));
  const byId = new Map(lines.map((line) => [line.orderLineId, line]));
  return {
    shipments: draft.shipments.map(({ nodeId, assignments }) => ({
      node: nodes.get(nodeId)!,
      takes: assignments.map(({ orderLineId, qty }) => ({ line: byId.get(orderLineId)!, qty })),
    })),
  };
}
