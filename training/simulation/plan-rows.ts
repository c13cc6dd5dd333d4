import type { PlanDraft } from '#domain/candidate.ts';
import type { Order } from '#domain/order.ts';
import type { FeatureMatrix } from '#domain/risk.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { delayMatrix } from '#features/route-delay.ts';
import { splitMatrix, type Take } from '#features/split.ts';
import { stockoutMatrix } from '#features/stockout.ts';
import { carrierEta, shipDateAfter } from '#sourcing/calendar.ts';

const ONE_SHIPMENT = { UNIT: 1, LINE: 1, SHIPMENT: 1 };

/** The feature rows of a plan as of its decision, from the same code and the same facts that the service scores with. */
export interface PlanRows {
  readonly split: FeatureMatrix;
  /** One for each shipment that can leave. */
  readonly delay: readonly { readonly nodeId: string; readonly matrix: FeatureMatrix }[];
  /** One for each line at a node. */
  readonly stockout: readonly { readonly nodeId: string; readonly itemId: string; readonly matrix: FeatureMatrix }[];
}

export function planRows(snapshot: Snapshot, order: Order, plan: PlanDraft): PlanRows {
  const decidedAt = snapshot.asOf;
  const nodes = new Map(snapshot.nodes.map((node) => [node.nodeId, node]));
  const positions = new Map(snapshot.supply.map((position) => [`${position.nodeId}/${position.itemId}`, position]));
  const takes = plan.shipments.flatMap(({ nodeId, assignments }) =>
    assignments.map(
      ({ itemId, qty }): Take => ({ position: positions.get(`${nodeId}/${itemId}`)!, node: nodes.get(nodeId)!, qty }),
    ),
  );
  const delay = plan.shipments.flatMap(({ nodeId, carrierService }) => {
    const node = nodes.get(nodeId)!;
    const lane = snapshot.lanes.find((one) => one.nodeId === nodeId && one.carrierService === carrierService)!;
    const shipDate = shipDateAfter(node, decidedAt, ONE_SHIPMENT);
    if (shipDate === null) return [];
    const subject = { node, lane, decidedAt, shipDate, carrierEta: carrierEta(lane, node, shipDate) };
    return [{ nodeId, matrix: delayMatrix([{ ...subject, promiseDate: order.promiseDate }]) }];
  });
  return {
    split: splitMatrix([{ decidedAt, orderLines: order.lines.length, shipments: plan.shipments.length, takes }]),
    delay,
    stockout: takes.map(({ position, qty }) => ({
      nodeId: position.nodeId,
      itemId: position.itemId,
      matrix: stockoutMatrix([{ position, takenQty: qty }]),
    })),
  };
}
