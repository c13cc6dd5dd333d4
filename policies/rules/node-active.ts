import type { HardRule } from '../rule.ts';

export const nodeActive: HardRule = {
  kind: 'node-active',
  hard: true,
  reasonCode: 'NODE_INACTIVE',
  summary: 'a node that is inactive or not known ships nothing',
  moves: ['node'],
  check: ({ shipments }) => {
    for (const { node, shipment, index } of shipments) {
      if (node?.active === true) continue;
      const detail = `\`${shipment.nodeId}\` is ${node ? 'not active' : 'not known'}`;
      return { path: `/shipments/${index}/nodeId`, value: false, threshold: true, unit: '', detail };
    }
    return null;
  },
};
