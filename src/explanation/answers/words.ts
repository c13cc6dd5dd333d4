import type { DecisionStatus } from '#domain/decision.ts';
import type { Verdict } from '#domain/guard.ts';
import type { ReasonCode } from '#domain/reason-codes.ts';
import type { Condition } from '#explanation/catalogue/parameters.ts';
import type { Metric } from '#explanation/grammar/metrics.ts';
import type { Slot } from './draft.ts';

/** What people say for a code. Tables keep the code, sentences have the words. */
const STATUS: Readonly<Record<DecisionStatus, string>> = {
  FULLY_SOURCED: 'sourced in full',
  PARTIALLY_SOURCED: 'sourced in part',
  NOT_SOURCED: 'not sourced',
  EXCEPTION: 'left to a person',
};

const REASON: Readonly<Record<ReasonCode, string>> = {
  INSUFFICIENT_ATP: 'too little available to promise',
  BELOW_SAFETY_STOCK: 'it would go below safety stock',
  SUPPLY_PROTECTED: 'the stock is protected',
  CAPACITY_EXHAUSTED: 'no capacity left',
  PAST_CUTOFF: 'past the cut-off',
  NODE_INACTIVE: 'the node is closed',
  MAX_DISTANCE: 'too far',
  MAX_SPLITS: 'too many shipments',
  SHIP_COMPLETE_UNMET: 'it must ship complete',
  CREDIT_HOLD: 'credit hold',
  COST_THRESHOLD: 'too costly',
  MARGIN_FLOOR: 'below the margin floor',
  SERVICE_LEVEL_MISS: 'misses the service level',
  DELAY_RISK: 'the risk of delay',
  STOCKOUT_RISK: 'the risk of a stockout',
  SPLIT_RISK: 'the risk of further shipments',
  STALE_INVENTORY: 'stock figures are too old',
  STALE_CARRIER_DATA: 'carrier figures are too old',
  ATTRIBUTE_INCOMPATIBLE: 'it cannot handle the goods',
  RESERVED_FOR_PRIORITY: 'reserved for orders with priority',
  CARRIER_UNAVAILABLE: 'no carrier service',
  MODEL_UNAVAILABLE: 'no model',
  MODEL_DRIFTED: 'the model has drifted',
};

const VERDICT: Readonly<Record<Verdict, string>> = {
  ALLOW: 'allowed it',
  CLAMP: 'moved the plan',
  REQUIRE_APPROVAL: 'asks for an approval',
  DENY: 'forbids it',
};

const COST_TERM: Readonly<Record<string, string>> = {
  shipping: 'freight',
  processing: 'processing',
  split: 'the risk of further shipments',
  delay: 'the risk of delay',
  stockout: 'the risk of stockouts',
  opportunity: 'stock kept for later orders',
  ageing: 'the credit for old stock',
  shortLine: 'units left short',
};

const METRIC: Readonly<Record<Metric, string>> = {
  fillRate: 'the fill rate',
  OTIF: 'on time in full',
  splitRate: 'the split rate',
  extraShipmentsPerOrder: 'extra shipments per order',
  costToServe: 'the cost to serve per order',
  allocationCycleTime: 'the allocation cycle time',
  exceptionAging: 'the mean age of exceptions',
  overrideRate: 'the override rate',
  clampRate: 'the clamp rate',
  manualTouchRate: 'the manual touch rate',
  routeReworkRate: 'the route rework rate',
  freightVariance: 'the freight variance',
  straightThroughRate: 'the straight-through rate',
  onTimeShipment: 'the share of shipments that left on time',
  freight: 'planned freight',
};

const CONDITION: Readonly<Record<Condition, string>> = {
  split: 'in more than one shipment',
  clamped: 'moved by the guard',
  pendingApproval: 'waiting for an approval',
  exception: 'left to a person',
  notSourced: 'not sourced',
  partiallySourced: 'sourced in part',
  fullySourced: 'sourced in full',
  backordered: 'with units left short',
  late: 'delivered after the promise',
  overridden: 'overridden',
  expedited: 'with an expedited shipment',
  degraded: 'decided with something missing',
  movedFromErp: "other than the ERP's own choice",
};

const worded =
  (words: Readonly<Record<string, string>>) =>
  (code: string | null): Slot => ({ value: code, shown: code === null ? 'none' : (words[code] ?? code) });

export const statusSlot = worded(STATUS);
export const reasonSlot = worded(REASON);
export const verdictSlot = worded(VERDICT);
export const costTermSlot = worded(COST_TERM);
export const metricSlot = worded(METRIC);
export const conditionSlot = worded(CONDITION);

/** Several codes, each once: `too costly (COST_THRESHOLD), too far (MAX_DISTANCE)`. */
export function reasonsSlot(codes: readonly string[]): Slot {
  const unique = [...new Set(codes)];
  const shown = unique.map((code) => `${reasonSlot(code).shown} (${code})`).join(', ');
  return { value: unique.join(', '), shown: shown || 'none' };
}

/** The beginning of a sentence. */
export function capital(slot: Slot): Slot {
  return { ...slot, shown: slot.shown.slice(0, 1).toUpperCase() + slot.shown.slice(1) };
}
