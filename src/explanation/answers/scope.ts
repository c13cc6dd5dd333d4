import type { Parameters } from '#explanation/grammar/slots.ts';
import type { Sources } from '#explanation/sources.ts';
import { period, type Slot, text } from './draft.ts';
import { conditionSlot } from './words.ts';

const SCOPE: Readonly<Record<string, string>> = {
  nodeId: 'node',
  carrierService: 'service',
  customerId: 'customer',
  customerTier: 'tier',
  itemId: 'item',
  ruleId: 'rule',
  approverRole: 'approver',
};

/** An RFC 3339 parameter; null where it is not named. */
export const instantOf = (value: unknown): number | null => (typeof value === 'string' ? Date.parse(value) : null);

/** `in more than one shipment, node DC-EAST`: what narrowed the answer, so that nobody reads it as more than it is. */
export function scopeOf(parameters: Parameters, sources: Sources): Slot {
  const parts = Object.entries(parameters)
    .filter(
      ([name]) => !/^(top|groupBy|metric|from|to|baseFrom|baseTo|lever|task|risk|above|state|verdict)$/.test(name),
    )
    .map(([name, value]) =>
      name === 'condition'
        ? conditionSlot(String(value)).shown
        : `${SCOPE[name] ?? name} ${Array.isArray(value) ? value.join(', ') : value}`,
    );
  const within = period(instantOf(parameters['from']), instantOf(parameters['to']), sources.zone);
  if (within !== '') parts.push(within);
  return text(parts.length > 0 ? parts.join(', ') : 'everything recorded');
}
