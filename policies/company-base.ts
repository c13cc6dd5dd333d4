import { CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import type { PolicyDocument } from './policy.ts';
import type { Path } from './problems.ts';
import { type RulePlace, readQuantity } from './resolve-rule.ts';
import type { CompanySource } from './source.ts';

function moneyRates(source: CompanySource, place: Pick<RulePlace, 'currency' | 'report'>): PolicyDocument['costRates'] {
  const rates = source.costRates;
  const read = (key: Exclude<keyof typeof rates, 'lateOrder'>, unit: 'minorUnits' | 'share' | 'days'): number =>
    readQuantity(place, ['costRates', key], rates[key], unit);
  const lateOrder = {} as Record<CustomerTier, number>;
  for (const tier of CUSTOMER_TIERS)
    lateOrder[tier] = readQuantity(place, ['costRates', 'lateOrder', tier], rates.lateOrder[tier], 'minorUnits');
  return {
    lateOrder,
    extraShipment: read('extraShipment', 'minorUnits'),
    stockoutShareOfUnitCost: read('stockoutShareOfUnitCost', 'share'),
    shortLine: read('shortLine', 'minorUnits'),
    shortShareOfValue: read('shortShareOfValue', 'share'),
    backorderShareOfValue: read('backorderShareOfValue', 'share'),
    ageingShareOfUnitCost: read('ageingShareOfUnitCost', 'share'),
    ageingAfterDays: read('ageingAfter', 'days'),
  };
}

/** What the company policy says beside its rules. */
export type Base = Omit<PolicyDocument, 'rules' | 'stack' | 'effectiveFrom' | 'effectiveTo' | 'limits'>;

const LEVER_UNITS = {
  safetyStock: 'units',
  supplyProtection: 'units',
  priority: 'units',
  promiseDate: 'days',
  creditStatus: 'units',
  shipComplete: 'units',
  maxSplits: 'shipments',
  nodeCapacity: 'units',
} as const;

export function baseOf(source: CompanySource, place: Pick<RulePlace, 'currency' | 'report'>): Base {
  const read = (path: Path, text: string, unit: Parameters<typeof readQuantity>[3]) =>
    readQuantity(place, path, text, unit);
  const levers: Record<string, { changeableBy: string; upTo: number | null }> = {};
  for (const [name, lever] of Object.entries(source.levers)) {
    if (lever === undefined) continue;
    const unit = LEVER_UNITS[name as keyof typeof LEVER_UNITS];
    levers[name] = {
      changeableBy: lever.by,
      upTo: lever.upTo === undefined ? null : read(['levers', name, 'upTo'], lever.upTo, unit),
    };
  }
  const route = (path: Path, value: { owner: string; sla: string }) => ({
    owner: value.owner,
    slaMinutes: read([...path, 'sla'], value.sla, 'minutes'),
  });
  const byCategory: Record<string, ReturnType<typeof route>> = {};
  for (const [category, value] of Object.entries(source.exceptions.byCategory))
    if (value !== undefined) byCategory[category] = route(['exceptions', 'byCategory', category], value);
  return {
    schema: 'policy@1',
    policyId: source.policyId,
    version: source.version,
    owner: source.owner,
    currency: source.currency,
    modelControls: {
      leastDataQuality: read(['modelControls', 'leastDataQuality'], source.modelControls.leastDataQuality, 'share'),
      worstDrift: source.modelControls.worstDrift,
      oldestModelDays: read(['modelControls', 'oldestModel'], source.modelControls.oldestModel, 'days'),
    },
    ...(source.retention && {
      retention: { evidenceDays: read(['retention', 'evidence'], source.retention.evidence, 'days') },
    }),
    costRates: moneyRates(source, place),
    levers,
    approvers: source.approvers,
    exceptions: { default: route(['exceptions', 'default'], source.exceptions.default), byCategory },
  };
}
