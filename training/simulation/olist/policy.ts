import { DomainError } from '#domain/problems.ts';
import { LEDGER_RATES } from './ledger.ts';

/** Freight of a parcel that has to be found again, in the mean of the earlier orders; centavos. */
const MEAN_FREIGHT = 1900;
const reais = (centavos: number): string => `${(centavos / 100).toFixed(2)} BRL`;

/**
 * The default policy's head with the ledger's own rates and no rule but what stock there is: the rules of today have no
 * further limits either, so none decides the comparison.
 */
export function policyOf(defaultPolicy: string): string {
  const head = defaultPolicy.indexOf('costRates:');
  const tail = defaultPolicy.indexOf('# Facts of one order');
  const rules = defaultPolicy.indexOf('\nrules:');
  if (head < 0 || tail < head || rules < tail)
    throw new DomainError(
      'invalid-policy',
      'the default policy has no `costRates`, levers or `rules` where they are expected',
    );
  const { lateOrder, perShipment, extraShipment, shortLine, shortShareOfValue } = LEDGER_RATES;
  const late = ['PLATINUM', 'GOLD', 'SILVER', 'STANDARD'].map((tier) => `    ${tier}: ${reais(lateOrder)}`).join('\n');
  const costRates = `costRates:
  lateOrder:
${late}
  extraShipment: ${reais(perShipment + extraShipment + MEAN_FREIGHT)}
  stockoutShareOfUnitCost: 0 percent
  shortLine: ${reais(shortLine)}
  shortShareOfValue: ${shortShareOfValue * 100} percent
  backorderShareOfValue: ${shortShareOfValue * 100} percent
  ageingShareOfUnitCost: 0 percent
  ageingAfter: 180 days

`;
  const ruleText = `
rules:
  - id: available-to-promise
    rule: available-to-promise
    severity: clamp
    move: [quantity]
    message: more units than can be promised
    owner: inventory
    source: the comparison
`;
  const text = `${defaultPolicy.slice(0, head)}${costRates}${defaultPolicy.slice(tail, rules)}${ruleText}`;
  return text.replaceAll(/\bEUR\b/g, 'BRL').replace(/worstDrift: \w+/, 'worstDrift: drifted');
}
