import { CUSTOMER_TIERS } from '#domain/order.ts';
import { REASON_CODES, type ReasonCode } from '#domain/reason-codes.ts';
import { KNOWN_WORDS, STOP_WORDS } from './common-words.ts';
import { isKnown, repaired } from './concepts.ts';
import {
  type Directory,
  KINDS,
  type Kind,
  keyOf,
  type ListedKind,
  looseKeyOf,
  numberOf,
  prefixOf,
} from './directory.ts';
import type { Token } from './normalize.ts';
import { editDistance, slipsAllowed } from './spelling.ts';

/** Something the question names that the database has. */
export interface Entity {
  readonly kind: Kind;
  readonly id: string;
  readonly first: number;
  readonly last: number;
}

/** Something that looks like a name or an id and is not in the database. */
export interface Unknown {
  readonly kind: Kind | null;
  readonly text: string;
  readonly at: number;
}

export interface Entities {
  readonly found: readonly Entity[];
  readonly unknown: readonly Unknown[];
}

interface Index {
  readonly exact: Map<string, { kind: Kind; id: string }[]>;
  /** Parts of an id that only one id of its kind has: `rotterdam` of `DC-ROTTERDAM`. */
  readonly parts: Map<string, { kind: Kind; id: string }[]>;
  readonly prefixes: Map<string, Kind>;
  readonly numbers: Map<string, string>;
  /** Names in which a slip is forgiven: those without numbers. */
  readonly forgiving: { readonly key: string; readonly kind: Kind; readonly id: string }[];
}

const KIND_WORDS: Readonly<Record<string, Kind>> = {
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
const TIER_WORDS: Readonly<Record<string, string>> = { premium: 'PLATINUM', vip: 'PLATINUM', vips: 'PLATINUM' };
const CHANNEL_WORDS: Readonly<Record<string, string>> = {
  online: 'web',
  webshop: 'web',
  website: 'web',
  internet: 'web',
  telephone: 'phone',
  phoned: 'phone',
};
const OTHER_CARRIERS: ReadonlySet<string> = new Set(
  'ups fedex dhl usps tnt gls dpd hermes maersk schenker kuehne dsv evri purolator aramex postnl'.split(' '),
);
const NODE_AROUND =
  /^(dc|dcs|warehouse|warehouses|node|site|hub|store|depot|facility|fc|location|3pl|vendor|plant|branch|center)$/;
const TIER_AROUND = /^(tier|tiers|customer|customers|client|clients|account|accounts|segment|level|members?|status)$/;
const RULE_AROUND =
  /^(rules?|polic(?:y|ies)|guards?|guardrails?|limits?|ceilings?|thresholds?|floors?|caps?|fired?|fires|hits?|clamps?|clamped|clamping|trigger\w*|den(?:y|ies|ied)|kick\w*|appl(?:y|ied)|interven\w*|budget|restrictions?)$/;
const PREPOSITION = /^(at|in|from|for|by|with|via|to|on|near|versus|vs|and|or|of|only|than|against)$/;

/** `CREDIT_HOLD`, written as the log writes it. */
export function isReason(raw: string): raw is ReasonCode {
  return (REASON_CODES as readonly string[]).includes(raw);
}

const indexes = new WeakMap<Directory, Index>();

function indexOf(directory: Directory): Index {
  const known = indexes.get(directory);
  if (known) return known;
  const index: Index = { exact: new Map(), parts: new Map(), prefixes: new Map(), numbers: new Map(), forgiving: [] };
  const add = (map: Index['exact'], key: string, kind: Kind, id: string): void => {
    const list = map.get(key) ?? [];
    if (!list.some((entry) => entry.kind === kind && entry.id === id)) map.set(key, [...list, { kind, id }]);
  };
  for (const [kind, ids] of Object.entries(directory.listed) as [ListedKind, readonly string[]][])
    for (const id of ids) {
      add(index.exact, keyOf(id), kind, id);
      add(index.exact, looseKeyOf(id), kind, id);
      if (/\d/.test(id) && prefixOf(id)) index.prefixes.set(prefixOf(id), kind);
      if (numberOf(id)) index.numbers.set(`${kind}:${numberOf(id)}`, id);
      if (kind === 'node' || kind === 'carrierService' || kind === 'rule') {
        const parts = id
          .toLowerCase()
          .split(/[^\p{L}\p{N}]+/u)
          .filter(Boolean);
        if (parts.length > 1) {
          add(index.exact, [...parts].reverse().join(''), kind, id);
          if (kind !== 'rule') for (const part of parts) if (part.length >= 3) add(index.parts, part, kind, id);
        }
      }
    }
  for (const tier of CUSTOMER_TIERS) add(index.exact, tier.toLowerCase(), 'customerTier', tier);
  for (const prefix of directory.orderPrefixes) index.prefixes.set(prefix, 'order');
  for (const [part, ids] of index.parts) if (ids.length !== 1 || index.exact.has(part)) index.parts.delete(part);
  for (const map of [index.exact, index.parts])
    for (const [key, [first]] of map)
      if (first && key.length >= 5 && !/\d{2}/.test(key) && first.kind !== 'owner')
        index.forgiving.push({ key, ...first });
  indexes.set(directory, index);
  return index;
}

function preferred(
  matches: readonly { kind: Kind; id: string }[],
  before: string,
  after: string,
): { kind: Kind; id: string } | undefined {
  const wanted = KIND_WORDS[before] ?? KIND_WORDS[after];
  return (
    matches.find(({ kind }) => kind === wanted) ??
    [...matches].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))[0]
  );
}

/** Identifiers first: everything the question names is found before any word of it is weighed. `taken` are dates. */
export function findEntities(tokens: readonly Token[], taken: ReadonlySet<number>, directory: Directory): Entities {
  const index = indexOf(directory);
  const found: Entity[] = [];
  const unknown: Unknown[] = [];
  const used = new Set(taken);
  const word = (i: number): string => tokens[i]?.word ?? '';
  /** A slip in the word for a kind is forgiven: `ordr 104`. */
  const kindWord = (i: number): string => repaired(word(i));
  const free = (first: number, last: number): boolean => {
    for (let i = first; i <= last; i++) if (used.has(i) || i >= tokens.length) return false;
    return true;
  };
  const take = (kind: Kind, id: string, first: number, last: number): void => {
    found.push({ kind, id, first, last });
    for (let i = first; i <= last; i++) used.add(i);
  };
  const speaksOfRules = tokens.some(({ word }) => RULE_AROUND.test(word));
  // Orders by id, by `order 4711`, by `#4711`.
  for (let size = 3; size >= 1; size--)
    for (let i = 0; i + size <= tokens.length; i++) {
      if (!free(i, i + size - 1)) continue;
      const raw = tokens
        .slice(i, i + size)
        .map((token) => token.raw)
        .join('-');
      if (!/\d/.test(raw) || (size > 1 && !/^[a-z]+$/.test(word(i)))) continue;
      const named = /^(order|so|po|decision|sales|number|no|nr)s?$/.test(kindWord(i - 1)) || /^#/.test(raw);
      if (size === 1 && /^\d+$/.test(raw) && !named && raw.length < 5) continue;
      const bare =
        size > 1 && /^(order|so|decision|nr|no|number)s?$/.test(word(i))
          ? tokens
              .slice(i + 1, i + size)
              .map((t) => t.raw)
              .join('-')
          : raw;
      const ids =
        directory.findOrders(raw).length > 0
          ? directory.findOrders(raw)
          : /\d/.test(bare)
            ? directory.findOrders(bare)
            : [];
      if (ids.length === 1) take('order', ids[0]!, i, i + size - 1);
    }
  for (let size = 4; size >= 1; size--)
    for (let i = 0; i + size <= tokens.length; i++) {
      if (!free(i, i + size - 1)) continue;
      const text = tokens
        .slice(i, i + size)
        .map((token) => token.raw)
        .join(' ');
      let matches = index.exact.get(keyOf(text)) ?? index.exact.get(looseKeyOf(text)) ?? [];
      if (size === 1) {
        const single = word(i);
        if (single === 'standard' && !TIER_AROUND.test(word(i + 1)) && !TIER_AROUND.test(word(i - 1)))
          matches = matches.filter(({ kind }) => kind !== 'customerTier');
        const channel = index.exact.get(CHANNEL_WORDS[single] ?? '') ?? [];
        if (matches.length === 0) matches = channel.filter(({ kind }) => kind === 'channel');
        if (matches.length === 0 && TIER_WORDS[single]) matches = [{ kind: 'customerTier', id: TIER_WORDS[single] }];
        // A channel or owner that is also an everyday word needs its kind beside it, or the words that go with it.
        if (
          matches.length > 0 &&
          matches.every(({ kind }) => kind === 'channel' || kind === 'owner') &&
          single === 'phone'
        )
          if (!/^(orders?|channel|sales|customers?)$/.test(word(i + 1)) && !/^(channel|by|via|only)$/.test(word(i - 1)))
            matches = [];
        if (matches.length === 0) {
          const part = index.parts.get(single) ?? [];
          const everyday =
            STOP_WORDS.has(single) ||
            (KNOWN_WORDS.has(single) && !/^(ground|road|air|chilled|paris|berlin|london|rome)$/.test(single));
          const beside =
            NODE_AROUND.test(word(i - 1)) ||
            NODE_AROUND.test(word(i + 1)) ||
            KIND_WORDS[word(i + 1)] === 'carrierService';
          if (!everyday || beside) matches = part;
        }
      }
      // `safety stock` and `cutoff` are everyday words too: a rule only where rules are spoken of, or its exact name.
      matches = matches.filter(
        ({ kind, id }) =>
          kind !== 'rule' || (text === id && id.includes('-') && !/risk|stock|hold|complete/.test(id)) || speaksOfRules,
      );
      const match = preferred(matches, word(i - 1), word(i + size));
      if (match) take(match.kind, match.id, i, i + size - 1);
    }
  // `item 42`, `customer 7`: the number of an id, after the word for its kind.
  for (let i = 1; i < tokens.length; i++) {
    const kind = KIND_WORDS[kindWord(i - 1)];
    if (!kind || !free(i, i) || !/^\d{1,9}$/.test(word(i))) continue;
    const id = index.numbers.get(`${kind}:${word(i).replace(/^0+(?=\d)/, '')}`);
    if (id) take(kind, id, i, i);
  }
  // The beginning of a rule's name: `the delay-risk rule`.
  for (let size = 3; size >= 1 && speaksOfRules; size--)
    for (let i = 0; i + size <= tokens.length; i++) {
      const key = keyOf(
        tokens
          .slice(i, i + size)
          .map((token) => token.raw)
          .join(''),
      );
      if (!free(i, i + size - 1) || key.length < 8) continue;
      const rules = directory.listed.rule.filter((id) => keyOf(id).startsWith(key));
      if (rules.length === 1 && (size > 1 || /[-_]/.test(tokens[i]!.raw))) take('rule', rules[0]!, i, i + size - 1);
    }
  // A slip of the pen in a name; never in a number.
  for (let i = 0; i < tokens.length; i++) {
    if (!free(i, i)) continue;
    const text = keyOf(tokens[i]!.raw);
    if (text.length < 5 || (isKnown(word(i)) && !/[-_]/.test(word(i)))) continue;
    // One wrong digit is another order, item or customer.
    if (/\d{2}/.test(text)) continue;
    let best: { kind: Kind; id: string; distance: number } | undefined;
    for (const { key, kind, id } of index.forgiving) {
      if (kind === 'rule' && !speaksOfRules) continue;
      const limit = Math.min(slipsAllowed(text.length), text.length < 7 ? 1 : 2);
      const distance = editDistance(text, key, limit);
      if (distance <= limit && distance < (best?.distance ?? 9)) best = { kind, id, distance };
    }
    if (best && repaired(word(i)) === word(i)) take(best.kind, best.id, i, i);
    else if (best && best.distance === 1 && (text.length >= 7 || /[A-Z]/.test(tokens[i]!.raw)))
      take(best.kind, best.id, i, i);
  }
  for (let i = 0; i < tokens.length; i++) {
    if (!free(i, i)) continue;
    const { raw } = tokens[i]!;
    const single = word(i);
    const kind =
      KIND_WORDS[kindWord(i - 1)] ??
      (/^#\d/.test(raw) || (/^\d/.test(raw) && directory.orderPrefixes.includes(word(i - 1))) ? 'order' : null);
    const shaped = /^[\p{L}\p{N}]+([-_][\p{L}\p{N}]+)+$/u.test(raw) || (/\d/.test(raw) && /\p{L}/u.test(raw));
    const prefix = index.prefixes.get(prefixOf(raw)) ?? null;
    const nodePrefix = /^(dc|store|3pl|vendor|wh|fc|hub)[-_]/i.test(raw) ? 'node' : null;
    if (/^\d{1,4}(st|nd|rd|th|d|h|k|x|pct|am|pm|hr|hrs|days?|pp|kg|km|eur|%)?$/i.test(raw) && kind === null) continue;
    if (/^(19|20)\d\d([-/.]\d\d?)*$/.test(raw)) continue;
    if (isReason(raw)) continue;
    if (/^#?\d+$/.test(raw)) {
      if (
        kind !== null &&
        !(kind === 'order' && raw.length < 2) &&
        (kind !== 'order' || raw.length >= 3 || raw.startsWith('#'))
      )
        unknown.push({ kind, text: raw, at: i });
      else if (raw.length >= 6 && kind === null) unknown.push({ kind: 'order', text: raw, at: i });
      continue;
    }
    const upper = /^[A-Z0-9]/.test(raw);
    if (
      shaped &&
      (/\d/.test(raw) || raw === raw.toUpperCase() || nodePrefix || kind === 'rule') &&
      !isKnown(single) &&
      !isKnown(single.replace(/-/g, ''))
    ) {
      if (prefix === null && nodePrefix === null && kind === null && !/\d/.test(raw) && !upper) continue;
      if (/^\d+-?(day|days|week|weeks|hour|hours|month|months|line|lines|node|unit|units)$/.test(single)) continue;
      unknown.push({ kind: nodePrefix ?? prefix ?? kind, text: raw, at: i });
      continue;
    }
    if (OTHER_CARRIERS.has(single)) {
      unknown.push({ kind: 'carrier', text: raw, at: i });
      continue;
    }
    if (isKnown(single) || repaired(single) !== single || !/^\p{L}{3,}$/u.test(raw)) continue;
    const named = /^\p{Lu}/u.test(raw) || ((kind === 'node' || kind === 'carrier') && !/(?:s|ed|ing|ly)$/.test(single));
    const afterKind = kind !== null && kind !== 'carrierService' && named;
    const beforeKind = NODE_AROUND.test(word(i + 1)) && i > 0;
    const properName = /^\p{Lu}/u.test(raw) && i > 0 && PREPOSITION.test(word(i - 1));
    if (afterKind || beforeKind || properName)
      unknown.push({ kind: kind ?? (beforeKind ? 'node' : null), text: raw, at: i });
  }
  return { found: found.sort((a, b) => a.first - b.first), unknown };
}
