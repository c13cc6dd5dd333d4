import { MINUTE_MS } from '#domain/time.ts';
import type { HardRule } from '../rule.ts';

export const carrierDataAge: HardRule = {
  kind: 'carrier-data-age',
  hard: true,
  reasonCode: 'STALE_CARRIER_DATA',
  summary: 'a lane that was last heard of too long ago is not promised',
  moves: ['carrierService', 'node'],
  check: ({ shipments, context }) => {
    const { carrierDataAgeMinutes: limit } = context.limits;
    for (const { lane, shipment, index } of shipments) {
      if (!lane) continue; // `carrier-lane` denies it
      const age = (context.request.decidedAt - lane.asOf) / MINUTE_MS;
      if (age <= limit) continue;
      const value = Number.isFinite(age) ? Math.ceil(age) : null;
      const detail = `\`${shipment.nodeId}/${shipment.carrierService}\` is ${value ?? 'of no known age'} minutes old`;
      return { path: `/shipments/${index}/carrierService`, value, threshold: limit, unit: 'minutes', detail };
    }
    return null;
  },
};
