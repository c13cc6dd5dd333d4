import { worstShipment } from '../measures.ts';
import type { LimitRule } from '../rule.ts';

export const dailyFreightBudget: LimitRule = {
  kind: 'daily-freight-budget',
  hard: false,
  reasonCode: 'COST_THRESHOLD',
  summary: 'freight of a day per node and carrier, with what is committed already',
  moves: ['carrierService', 'node'],
  unit: 'minorUnits',
  direction: 'max',
  range: [0, Number.POSITIVE_INFINITY],
  defaultLimit: null,
  measure: ({ context }, inScope) =>
    worstShipment(
      inScope,
      ({ shipment, shipDay }) => {
        let spent = 0;
        for (const row of context.snapshot.freightSpent)
          if (row.nodeId === shipment.nodeId && row.carrier === shipment.carrier && row.date === shipDay)
            spent += row.amount;
        for (const other of inScope)
          if (
            other.shipment.nodeId === shipment.nodeId &&
            other.shipment.carrier === shipment.carrier &&
            other.shipDay === shipDay
          )
            spent += other.shipment.freight;
        return spent;
      },
      'freight of the day',
    ),
};
