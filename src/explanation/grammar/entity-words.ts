import type { Kind } from './directory.ts';

/** Words that say what kind of thing the identifier beside them is. */
export const KIND_WORDS: Readonly<Record<string, Kind>> = {
  order: 'order',
  orders: 'order',
  so: 'order',
  po: 'order',
  decision: 'order',
  shipment: 'order',
  warehouse: 'node',
  dc: 'node',
  node: 'node',
  site: 'node',
  hub: 'node',
  store: 'node',
  depot: 'node',
  facility: 'node',
  location: 'node',
  fc: 'node',
  '3pl': 'node',
  vendor: 'node',
  warehouses: 'node',
  plant: 'node',
  carrier: 'carrier',
  courier: 'carrier',
  shipper: 'carrier',
  haulier: 'carrier',
  forwarder: 'carrier',
  service: 'carrierService',
  zone: 'zone',
  customer: 'customer',
  client: 'customer',
  account: 'customer',
  customers: 'customer',
  item: 'item',
  sku: 'item',
  product: 'item',
  article: 'item',
  part: 'item',
  material: 'item',
  items: 'item',
  rule: 'rule',
  channel: 'channel',
};
export const TIER_WORDS: Readonly<Record<string, string>> = { premium: 'PLATINUM', vip: 'PLATINUM', vips: 'PLATINUM' };
export const CHANNEL_WORDS: Readonly<Record<string, string>> = {
  online: 'web',
  webshop: 'web',
  website: 'web',
  internet: 'web',
  telephone: 'phone',
  phoned: 'phone',
};
export const OTHER_CARRIERS: ReadonlySet<string> = new Set(
  'ups fedex dhl usps tnt gls dpd hermes maersk schenker kuehne dsv evri purolator aramex postnl'.split(' '),
);
export const NODE_AROUND =
  /^(dc|dcs|warehouse|warehouses|node|site|hub|store|depot|facility|fc|location|3pl|vendor|plant|branch|center)$/;
export const TIER_AROUND =
  /^(tier|tiers|customer|customers|client|clients|account|accounts|segment|level|members?|status)$/;
export const RULE_AROUND =
  /^(rules?|polic(?:y|ies)|guards?|guardrails?|limits?|ceilings?|thresholds?|floors?|caps?|fired?|fires|hits?|clamps?|clamped|clamping|trigger\w*|den(?:y|ies|ied)|kick\w*|appl(?:y|ied)|interven\w*|budget|restrictions?)$/;
export const PREPOSITION = /^(at|in|from|for|by|with|via|to|on|near|versus|vs|and|or|of|only|than|against)$/;
