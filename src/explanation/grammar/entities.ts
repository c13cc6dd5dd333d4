import { bareOrder } from './bare-order.ts';
import { KNOWN_WORDS, STOP_WORDS } from './common-words.ts';
import { isKnown, repaired } from './concepts.ts';
import { type Directory, KINDS, type Kind, keyOf, looseKeyOf } from './directory.ts';
import { indexOf } from './entity-index.ts';
import { CHANNEL_WORDS, KIND_WORDS, NODE_AROUND, RULE_AROUND, TIER_AROUND, TIER_WORDS } from './entity-words.ts';
import type { Token } from './normalize.ts';
import { editDistance, slipsAllowed } from './spelling.ts';
import { findUnknown, type Unknown } from './unknown-names.ts';

/** Something the question names that the database has. */
export interface Entity {
  readonly kind: Kind;
  readonly id: string;
  readonly first: number;
  readonly last: number;
}

export interface Entities {
  readonly found: readonly Entity[];
  readonly unknown: readonly Unknown[];
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
      // `0.4` and `3/11` are no order.
      if (size === 1 && /^\d+[.,:/%]\d/.test(raw)) continue;
      const glued = /^(?:orders?|ordr|ord|so|po|nr|no)[-_#.:]*(\d+)$/i.exec(raw)?.[1];
      const named = /^(order|so|po|decision|sales|number|no|nr)s?$/.test(kindWord(i - 1)) || /^#/.test(raw);
      if (size === 1 && /^\d+$/.test(raw) && !named && raw.length < 5) continue;
      const bare =
        size > 1 && /^(order|so|decision|nr|no|number)s?$/.test(word(i))
          ? tokens
              .slice(i + 1, i + size)
              .map((t) => t.raw)
              .join('-')
          : (glued ?? raw);
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
      const long = size === 1 ? word(i) : '';
      let matches =
        index.exact.get(keyOf(text)) ?? index.exact.get(looseKeyOf(text)) ?? index.exact.get(keyOf(long)) ?? [];
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
  const unknown = findUnknown(tokens, used, directory);
  if (![...found, ...unknown].some(({ kind }) => kind === 'order')) {
    const bare = bareOrder(tokens, used, directory);
    if (bare?.id) take('order', bare.id, bare.at, bare.at);
    else if (bare) unknown.push({ kind: 'order', text: tokens[bare.at]!.raw, at: bare.at });
  }
  return { found: found.sort((a, b) => a.first - b.first), unknown };
}
