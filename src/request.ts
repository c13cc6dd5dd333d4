import { z } from 'zod';
import type { PlanDraft } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import { MODES, type Order } from '#domain/order.ts';
import type { FieldProblem } from '#domain/problems.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { Instant } from '#domain/time.ts';
import { describeFound, parseBody, refusal } from '#src/wire/field-problems.ts';
import { fields, id, listOf, oneOf } from '#src/wire/fields.ts';
import { orderFacts, personalData, suggestedOption } from '#src/wire/order.ts';
import { inlineSnapshot } from '#src/wire/snapshot.ts';

/** `POST /v1/recommendations`. The shortest order has ids, a currency, a place and one line. */
export const recommendationRequest = fields({
  mode: oneOf(MODES).default('quote'),
  order: orderFacts,
  personal: personalData.optional(),
  /** Whose personal data it is, for erasure. Absent: the customer. */
  subjectId: id.optional(),
  suggestedOption: suggestedOption.optional(),
  supersedes: z.uuid({ error: 'the decisionId of an earlier decision' }).optional(),
  /** Absent: what the service knows of the world. */
  snapshot: inlineSnapshot.optional(),
});
export type RecommendationRequest = z.output<typeof recommendationRequest>;
/** What a client writes: defaults left out, times as RFC 3339 text. */
export type RecommendationBody = z.input<typeof recommendationRequest>;

export const MOST_BATCH = 500;
/** `POST /v1/recommendations/batch`: decided in the order given. */
export const batchRequest = fields({ requests: listOf(recommendationRequest, 1, MOST_BATCH) });

/** Reads a body; throws `invalid-request` that names every wrong field. */
export function parseRecommendation(body: unknown): RecommendationRequest {
  return parseBody(recommendationRequest, body);
}

/** The order that decides: the facts, completed by what the snapshot knows of the customer. */
export function orderOf(request: RecommendationRequest, customer: Snapshot['customer'], now: Instant): Order {
  const { customerTier, creditStatus, placedAt, ...facts } = request.order;
  const known = customer?.customerId === facts.customerId ? customer : null;
  return {
    customerTier: customerTier ?? known?.customerTier ?? 'STANDARD',
    creditStatus: creditStatus ?? known?.creditStatus ?? 'OK',
    placedAt: placedAt ?? now,
    ...facts,
  };
}

function draftOf(option: RecommendationRequest['suggestedOption'], order: Order): PlanDraft | null {
  if (!option) return null;
  const itemOf = new Map(order.lines.map(({ orderLineId, itemId }) => [orderLineId, itemId]));
  return {
    shipments: option.shipments.map((shipment) => ({
      nodeId: shipment.nodeId,
      carrierService: shipment.carrierService,
      assignments: shipment.assignments.map(({ orderLineId, itemId, qty }) => ({
        orderLineId,
        itemId: itemId ?? itemOf.get(orderLineId) ?? '',
        qty,
      })),
    })),
  };
}

/** What `decide()` is asked. Nothing personal passes. */
export function decisionRequestOf(
  request: RecommendationRequest,
  snapshot: Snapshot,
  stamp: { decisionId: string; decidedAt: Instant },
): DecisionRequest {
  const order = orderOf(request, snapshot.customer, stamp.decidedAt);
  return {
    schema: 'recommendationRequest@1',
    decisionId: stamp.decisionId,
    decidedAt: stamp.decidedAt,
    mode: request.mode,
    order,
    suggestedOption: draftOf(request.suggestedOption, order),
    supersedes: request.supersedes ?? null,
  };
}

/** Throws `unknown-reference` where the request names items, nodes, lines or a currency that the snapshot lacks. */
export function assertKnown(request: RecommendationRequest, snapshot: Snapshot): void {
  const rows: FieldProblem[] = [];
  const miss = (path: string, value: unknown, expected: string) =>
    rows.push({ path, found: describeFound(value), expected });
  const { order } = request;
  const items = new Set(snapshot.items.map(({ itemId }) => itemId));
  const nodes = new Set(snapshot.nodes.map(({ nodeId }) => nodeId));
  const lines = new Set(order.lines.map(({ orderLineId }) => orderLineId));

  if (order.currency !== snapshot.currency)
    miss('/order/currency', order.currency, `the currency of the network, ${snapshot.currency}`);
  if (order.firmNodeId !== null && !nodes.has(order.firmNodeId))
    miss('/order/firmNodeId', order.firmNodeId, 'a node that is known');
  for (const [index, line] of order.lines.entries()) {
    const at = `/order/lines/${index}`;
    if (!items.has(line.itemId)) miss(`${at}/itemId`, line.itemId, 'an item that is known');
    if (line.firmNodeId !== null && !nodes.has(line.firmNodeId))
      miss(`${at}/firmNodeId`, line.firmNodeId, 'a node that is known');
  }
  for (const [index, shipment] of (request.suggestedOption?.shipments ?? []).entries()) {
    const at = `/suggestedOption/shipments/${index}`;
    if (!nodes.has(shipment.nodeId)) miss(`${at}/nodeId`, shipment.nodeId, 'a node that is known');
    for (const [row, { orderLineId }] of shipment.assignments.entries())
      if (!lines.has(orderLineId)) miss(`${at}/assignments/${row}/orderLineId`, orderLineId, 'a line of this order');
  }
  if (rows.length > 0) throw refusal('unknown-reference', rows.slice(0, 50));
}
