import { MINUTE_MS } from '#domain/time.ts';
import type { HardRule } from '../rule.ts';

/** Positions that the plan takes from, by the age of what the ERP said of them. */
export const snapshotAge: HardRule = {
  kind: 'snapshot-age',
  hard: true,
  reasonCode: 'STALE_INVENTORY',
  summary: 'supply that was last heard of too long ago is not promised',
  moves: ['node'],
  check: ({ takings, context }) => {
    const { snapshotAgeMinutes: limit } = context.limits;
    for (const { position, nodeId, itemId, shipmentIndex } of takings) {
      if (!position) continue; // `available-to-promise` denies it
      const age = (context.request.decidedAt - position.asOf) / MINUTE_MS;
      if (age <= limit) continue;
      const value = Number.isFinite(age) ? Math.ceil(age) : null;
      const detail = `\`${itemId}\` at \`${nodeId}\` is ${value ?? 'of no known age'} minutes old`;
      return { path: `/shipments/${shipmentIndex}`, value, threshold: limit, unit: 'minutes', detail };
    }
    return null;
  },
};
