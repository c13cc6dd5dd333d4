import type { Candidate } from '#domain/candidate.ts';
import type { FeatureMatrix, RecordedFeatures } from '#domain/risk.ts';
import { type DelaySubject, delayFeatures, delayMatrix } from '#features/route-delay.ts';
import { splitFeatures, splitMatrix } from '#features/split.ts';
import { type StockoutSubject, stockoutFeatures, stockoutMatrix } from '#features/stockout.ts';
import { type SourcingContext, standKey } from './context.ts';
import { splitSubjectOf } from './price-plan.ts';

function record(featureSetId: string, subjects: readonly string[], matrix: FeatureMatrix): RecordedFeatures {
  const { columns, values } = matrix;
  const rows = subjects.map((_subject, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns), (value) => (Number.isNaN(value) ? null : value)),
  );
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
    if (leg) legs.push({ ...leg, decidedAt, promiseDate: order.promiseDate });
    for (const { itemId } of assignments) {
      const stand = context.stands.get(standKey(nodeId, itemId));
      if (stand) supply.set(standKey(nodeId, itemId), { position: stand.position, takenQty: stand.demandQty });
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
