import { atpFor } from '#domain/supply.ts';
import { overTaken, unpromised } from '../measures.ts';
import type { HardRule } from '../rule.ts';

/** Stock held for a higher priority stays held. */
export const reservationPriority: HardRule = {
  kind: 'reservation-priority',
  hard: true,
  reasonCode: 'RESERVED_FOR_PRIORITY',
  summary: 'supply held for better priorities is out of reach of the others',
  moves: ['quantity', 'node'],
  check: (plan) =>
    overTaken(plan, 'open to this priority', (position, { shipAt, units }) => {
      const free = unpromised(position, shipAt) - position.safetyStock;
      const others = position.protectedPriority === null || units > Math.max(0, free);
      return others ? null : atpFor(position, shipAt, plan.context.order.priority);
    }),
};
