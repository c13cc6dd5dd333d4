import { CUSTOMER_TIERS } from '#domain/order.ts';
import { type Directory, type Kind, keyOf, type ListedKind, looseKeyOf, numberOf, prefixOf } from './directory.ts';

/** Every way to name what the database has. */
export interface Index {
  readonly exact: Map<string, { kind: Kind; id: string }[]>;
  /** Parts of an id that only one id of its kind has: `rotterdam` of `DC-ROTTERDAM`. */
  readonly parts: Map<string, { kind: Kind; id: string }[]>;
  readonly prefixes: Map<string, Kind>;
  readonly numbers: Map<string, string>;
  /** Names in which a slip is forgiven: those without numbers. */
  readonly forgiving: { readonly key: string; readonly kind: Kind; readonly id: string }[];
}

const indexes = new WeakMap<Directory, Index>();

/** Made once for a directory. */
export function indexOf(directory: Directory): Index {
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
