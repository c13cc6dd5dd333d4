import { isoWeekday } from '#domain/time.ts';
import type { HardRule } from '../rule.ts';

export const nodeCalendar: HardRule = {
  kind: 'node-calendar',
  hard: true,
  reasonCode: 'NODE_INACTIVE',
  summary: 'a node ships on its working days only',
  moves: ['node'],
  check: ({ shipments }) => {
    for (const { node, shipDay, shipment, index } of shipments) {
      const open =
        node !== undefined &&
        shipDay !== '' &&
        node.nodeCalendar.workingDays.includes(isoWeekday(shipDay)) &&
        !node.nodeCalendar.closedDates.includes(shipDay);
      if (open) continue;
      const detail = `\`${shipment.nodeId}\` is closed on ${shipDay || 'a date that cannot be read'}`;
      return { path: `/shipments/${index}/shipDate`, value: shipDay, threshold: null, unit: 'date', detail };
    }
    return null;
  },
};
