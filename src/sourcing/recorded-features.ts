import type { Candidate } from '#domain/candidate.ts';
import type { FeatureMatrix, RecordedFeatures } from '#domain/risk.ts';
import { type DelaySubject, delayFeatures, delayMatrix } from '#features/route-delay.ts';
import { splitFeatures, splitMatrix } from '#features/split.ts';
import { type StockoutSubject, stockoutFeatures, stockoutMatrix } from '#features/stockout.ts';
import { type SourcingContext, standAt } from './context.ts';
import { splitSubjectOf } from './price-plan.ts';

function record(featureSetId: string, subjects: readonly string[], matrix: FeatureMatrix): RecordedFeatures {
  const { columns, values } = matrix;
  const rows = subjects.map((_subject, row) => {
    const recorded: (number | null)[] = [];
    for (let at = row * columns; at < (row + 1) * columns; at++)
      recorded.push(Number.isNaN(values[at]) ? null : values[at]!);
    return recorded;
  });
  return { featureSetId, subjects, rows };
}

/** The feature vectors behind a candidate's risks: its positions as the whole demand would leave them, its legs, itself. */
export function recordedFeaturesOf(candidate: Candidate, context: SourcingContext): RecordedFeatures[] {
  const { shipments } = candidate.plan;
  const supply = new Map<string, StockoutSubject>();
  const legs: DelaySubject[] = [];
  const { decidedAt, order } = context.request;
  for (const { nodeId, carrierService, assignments } of shipments) {
    const leg = context.legs.get(nodeId)?.find(({ lane }) => lane.carrierService === carrierService);
    if (leg) {
      const { node, lane, shipDate, carrierEta } = leg;
      legs.push({ node, lane, shipDate, carrierEta, decidedAt, promiseDate: order.promiseDate });
    }
    for (const { itemId } of assignments) {
      const stand = standAt(context, nodeId, itemId);
      if (stand) supply.set(`${nodeId}/${itemId}`, { position: stand.position, takenQty: stand.demandQty });
    }
  }
  return [
    record(stockoutFeatures.featureSetId, [...supply.keys()], stockoutMatrix([...supply.values()])),
    record(
      delayFeatures.featureSetId,
      legs.map(({ lane }) => `${lane.nodeId}/${lane.carrierService}`),
      delayMatrix(legs),
    ),
    record(splitFeatures.featureSetId, [candidate.candidateId], splitMatrix([splitSubjectOf(candidate.plan, context)])),
  ];
}
