import type { HardRule } from '../rule.ts';

/** Weight and longest side against the lane. A length that is not known cannot be too long: carriers measure, and bill. */
export const parcelSize: HardRule = {
  kind: 'parcel-size',
  hard: true,
  reasonCode: 'ATTRIBUTE_INCOMPATIBLE',
  summary: 'a shipment keeps to the weight and length that its carrier service takes',
  moves: ['quantity', 'carrierService', 'node'],
  check: ({ shipments, context }) => {
    for (const { lane, shipment, index } of shipments) {
      if (!lane) continue; // `carrier-lane` denies it
      const path = `/shipments/${index}/carrierService`;
      let weight = 0;
      for (const { itemId, qty } of shipment.assignments) {
        const item = context.items.get(itemId);
        weight += qty * (item?.weightGrams ?? Number.NaN);
        const { maxLengthCm } = lane;
        if (maxLengthCm === null || item === undefined || item.lengthCm === null || item.lengthCm <= maxLengthCm)
          continue;
        const detail = `\`${itemId}\` is ${item.lengthCm} cm long, \`${shipment.carrierService}\` takes ${maxLengthCm}`;
        return { path, value: item.lengthCm, threshold: maxLengthCm, unit: 'cm', detail };
      }
      if (lane.maxWeightGrams === null || weight <= lane.maxWeightGrams) continue;
      const detail = `${weight} g by \`${shipment.carrierService}\`, which takes ${lane.maxWeightGrams}`;
      return {
        path,
        value: Number.isFinite(weight) ? weight : null,
        threshold: lane.maxWeightGrams,
        unit: 'g',
        detail,
      };
    }
    return null;
  },
};
