import type { HardRule } from '../rule.ts';

export const hazmat: HardRule = {
  kind: 'hazmat',
  hard: true,
  reasonCode: 'ATTRIBUTE_INCOMPATIBLE',
  summary: 'dangerous goods go only by carrier services that accept them',
  moves: ['carrierService', 'node'],
  check: ({ shipments, context }) => {
    for (const { lane, shipment, index } of shipments) {
      if (lane?.acceptsHazmat === true) continue;
      for (const { itemId } of shipment.assignments) {
        // An item that is not known may be anything.
        if (context.items.get(itemId)?.hazmat === false) continue;
        const detail = `\`${itemId}\` is dangerous or not known, \`${shipment.carrierService}\` takes no dangerous goods`;
        return { path: `/shipments/${index}/carrierService`, value: true, threshold: false, unit: '', detail };
      }
    }
    return null;
  },
};
