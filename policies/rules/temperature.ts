import type { HardRule } from '../rule.ts';

export const temperature: HardRule = {
  kind: 'temperature',
  hard: true,
  reasonCode: 'ATTRIBUTE_INCOMPATIBLE',
  summary: 'an item goes only by carrier services that keep its temperature',
  moves: ['carrierService', 'node'],
  check: ({ shipments, context }) => {
    for (const { lane, shipment, index } of shipments) {
      for (const { itemId } of shipment.assignments) {
        const needed = context.items.get(itemId)?.temperature;
        if (needed !== undefined && lane?.temperatures.includes(needed)) continue;
        const detail = `\`${itemId}\` needs ${needed ?? 'a temperature that is not known'}, \`${shipment.carrierService}\` keeps ${lane?.temperatures.join(', ') || 'none'}`;
        return { path: `/shipments/${index}/carrierService`, value: needed ?? null, threshold: null, unit: '', detail };
      }
    }
    return null;
  },
};
