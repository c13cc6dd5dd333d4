import type { HardRule } from '../rule.ts';

export const nodeCalendar: HardRule = {
  kind: 'node-calendar',
  hard: true,
  reasonCode: 'NODE_INACTIVE',
  summary: 'a node ships on its working days only',
  moves: ['node'],
  check: ({ shipments }) => {
    for (const { node, shipsAt, shipment, index } of shipments) {
      const open =
        node !== undefined &&
        shipsAt !== null &&
        node.nodeCalendar.workingDays.includes(shipsAt.weekday) &&
        !node.nodeCalendar.closedDates.includes(shipsAt.day);
      if (open) continue;
      const detail = `\`${shipment.nodeId}\` is closed on ${shipsAt?.day ?? 'a date that cannot be read'}`;
      return {
        path: `/shipments/${index}/shipDate`,
        value: shipsAt?.day ?? null,
        threshold: null,
        unit: 'date',
        detail,
      };
    }
    return null;
  },
};
