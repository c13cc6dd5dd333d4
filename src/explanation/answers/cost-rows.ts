import { COST_TERMS, type Costs } from '#domain/candidate.ts';
import { money, type Slot, text } from './draft.ts';

/** A row for each cost term that costs something in one of the plans, and their totals; a plan that is not there is a dash. */
export function costRows(plans: readonly (Costs | undefined)[], currency: string): Slot[][] {
  return [...COST_TERMS, 'total' as const]
    .filter((term) => term === 'total' || plans.some((costs) => costs && costs[term] !== 0))
    .map((term) => [text(term), ...plans.map((costs) => money(costs?.[term] ?? null, currency))]);
}
