import type { HardRule } from '../rule.ts';

/** The node that the caller fixed, for the order or for a line, is the node that ships. */
export const firmNode: HardRule = {
  kind: 'firm-node',
  hard: true,
  reasonCode: 'ATTRIBUTE_INCOMPATIBLE',
  summary: 'a node that the caller fixed is the node that ships',
  moves: [],
  check: ({ shipments, context }) => {
    const { order, lines } = context;
    for (const { shipment, index } of shipments) {
      for (const { orderLineId } of shipment.assignments) {
        const firm = lines.get(orderLineId)?.firmNodeId ?? order.firmNodeId;
        if (firm === null || firm === shipment.nodeId) continue;
        const detail = `line \`${orderLineId}\` is fixed to \`${firm}\``;
        return { path: `/shipments/${index}/nodeId`, value: shipment.nodeId, threshold: firm, unit: '', detail };
      }
    }
    return null;
  },
};
