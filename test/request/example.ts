import type { RecommendationBody } from '#src/request.ts';

/** The shortest order that means something. */
export function minimalBody(): RecommendationBody {
  return {
    order: {
      orderId: 'SO-1001',
      customerId: 'C-17',
      currency: 'EUR',
      shipTo: { zone: 'DE-8', country: 'DE' },
      lines: [{ orderLineId: '1', itemId: 'I-0001', orderedQty: 3, unitPrice: 1250 }],
    },
  };
}

/** A whole world in the request: two nodes, two carrier services. */
export function inlineBody(): RecommendationBody & { snapshot: NonNullable<RecommendationBody['snapshot']> } {
  return {
    ...minimalBody(),
    snapshot: {
      currency: 'EUR',
      items: [{ itemId: 'I-0001', unitCost: 700, weightGrams: 900, volumeCm3: 2500 }],
      nodes: [
        { nodeId: 'DC-SOUTH', timeZone: 'Europe/Berlin' },
        { nodeId: 'DC-NORTH', timeZone: 'Europe/Berlin' },
      ],
      lanes: [
        {
          nodeId: 'DC-SOUTH',
          zone: 'DE-8',
          carrier: 'DPX',
          carrierService: 'GROUND',
          distanceKm: 120,
          transitDays: 1,
          rate: { base: 450, perKg: 40 },
        },
        {
          nodeId: 'DC-NORTH',
          zone: 'DE-8',
          carrier: 'DPX',
          carrierService: 'GROUND',
          distanceKm: 680,
          transitDays: 2,
          rate: { base: 550, perKg: 55 },
        },
      ],
      supply: [
        { nodeId: 'DC-SOUTH', itemId: 'I-0001', onHand: 12, safetyStock: 2 },
        { nodeId: 'DC-NORTH', itemId: 'I-0001', onHand: 80, safetyStock: 10 },
      ],
    },
  };
}
