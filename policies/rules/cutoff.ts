import { minutesOf } from '#domain/time.ts';
import type { HardRule } from '../rule.ts';

/** After the cut-off of today nothing leaves today; nothing leaves in the past. */
export const cutoff: HardRule = {
  kind: 'cutoff',
  hard: true,
  reasonCode: 'PAST_CUTOFF',
  summary: 'what is decided after a cut-off leaves on a later day',
  moves: ['node'],
  check: ({ shipments, context }) => {
    const { decidedAt } = context.request;
    for (const { node, shipDay, shipment, index } of shipments) {
      const now = context.localAt(shipment.nodeId, decidedAt);
      if (node && now) {
        if (shipDay > now.day) continue;
        if (shipDay === now.day && now.minutes <= minutesOf(node.cutoffTime)) continue;
      }
      return {
        path: `/shipments/${index}/shipDate`,
        value: shipDay,
        threshold: node?.cutoffTime ?? null,
        unit: 'local time',
        detail: `\`${shipment.nodeId}\` on ${shipDay}, cut-off ${node?.cutoffTime ?? 'not known'}`,
      };
    }
    return null;
  },
};
