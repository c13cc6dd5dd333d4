import type { Plan } from '#domain/candidate.ts';
import type { OutcomeValue } from '#domain/guard.ts';
import { formatMoney, isCurrency } from '#domain/money.ts';
import { counted, list, percent, type Slot, text } from './draft.ts';

const PLURALS = /^(units|shipments|orders|lines|days|hours|minutes|grams)$/;

/** A value in its unit, for people: minor units as money, shares as percentages. */
export function valueSlot(value: OutcomeValue, unit: string, currency: string): Slot {
  if (value === null) return { value: null, shown: '-' };
  if (typeof value !== 'number') return text(String(value));
  if (/minor ?units/i.test(unit) && isCurrency(currency))
    return { value, shown: formatMoney(Math.round(value), currency) };
  if (unit === 'probability' || unit === 'share') return percent(value);
  if (PLURALS.test(unit) && Number.isInteger(value)) return counted(value, unit.slice(0, -1));
  return { value, shown: `${Number(value.toFixed(3))}${unit ? ` ${unit}` : ''}` };
}

/** `DC-LYON by NORDHAUL-ROAD and STORE-PARIS by PARCELA-GROUND`; the value is what tells plans apart. */
export function planSlot(plan: Plan | null | undefined): Slot {
  const parts = plan?.shipments.map(({ nodeId, carrierService }) => `${nodeId} by ${carrierService}`) ?? [];
  return { value: parts.join('+'), shown: parts.length === 0 ? 'nowhere' : parts.join(' and ') };
}

export const nodesOf = (plan: Plan): Slot => list(plan.shipments.map(({ nodeId }) => nodeId));
export const servicesOf = (plan: Plan): Slot => list(plan.shipments.map(({ carrierService }) => carrierService));
