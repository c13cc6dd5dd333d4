import type { HardRule } from '../rule.ts';

export const dockSlots: HardRule = {
  kind: 'dock-slots',
  hard: true,
  reasonCode: 'CAPACITY_EXHAUSTED',
  summary: 'a shipment needs a free dock slot on its date, where slots are kept',
  moves: ['shipments', 'node'],
  check: ({ shipments }) => {
    for (const { node, shipDay, shipment, index } of shipments) {
      const free = node?.dockSlots?.[shipDay];
      if (free === undefined || free >= 1) continue;
      const detail = `\`${shipment.nodeId}\` has no dock slot left on ${shipDay}`;
      return { path: `/shipments/${index}`, value: 1, threshold: free, unit: 'slots', detail };
    }
    return null;
  },
};
