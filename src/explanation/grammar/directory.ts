import type { Range } from './calendar.ts';

/** Kinds of things a question can name. */
export const KINDS = [
  'order',
  'node',
  'carrier',
  'carrierService',
  'zone',
  'customer',
  'customerTier',
  'channel',
  'item',
  'rule',
  'owner',
] as const;
export type Kind = (typeof KINDS)[number];
export type ListedKind = Exclude<Kind, 'order' | 'customerTier'>;

/** What the database knows by name. Orders are looked up, because there are many; everything else is listed. */
export interface Directory {
  readonly listed: Readonly<Record<ListedKind, readonly string[]>>;
  /** Ids that read like this text: the same letters and digits, or the same number. Empty: unknown. */
  findOrders(text: string): readonly string[];
  /** What order ids start with, lower case: `so`, `ord`. */
  readonly orderPrefixes: readonly string[];
  /** From the first decision to the last; null: nothing is recorded. */
  readonly recorded: Range | null;
}

/** Letters and digits alone, lower case: `DC East`, `dc_east` and `DC-EAST` are one. */
export function keyOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** As `keyOf`, with zeros before numbers away: `order 42` is `ORDER-0042`. */
export function looseKeyOf(text: string): string {
  return keyOf(text).replace(/(?<!\d)0+(?=\d)/g, '');
}

/** The digits at the end of an id without leading zeros; empty where there are none. */
export function numberOf(text: string): string {
  return /0*(\d+)$/.exec(keyOf(text))?.[1] ?? '';
}

/** The letters an id starts with. */
export function prefixOf(text: string): string {
  return /^[a-z]+/.exec(keyOf(text))?.[0] ?? '';
}

/** A directory over lists, for tests and for stores small enough to hold. */
export function directoryOf(
  lists: Readonly<Record<ListedKind, readonly string[]>> & { readonly order: readonly string[] },
  recorded: Range | null,
): Directory {
  const byKey = new Map<string, string[]>();
  const add = (key: string, id: string): void => {
    if (key) byKey.set(key, [...new Set([...(byKey.get(key) ?? []), id])]);
  };
  for (const id of lists.order) {
    add(keyOf(id), id);
    add(looseKeyOf(id), id);
    add(numberOf(id), id);
  }
  const { order, ...listed } = lists;
  return {
    listed,
    findOrders: (text) => byKey.get(keyOf(text)) ?? byKey.get(looseKeyOf(text)) ?? [],
    orderPrefixes: [...new Set(order.map(prefixOf))].filter(Boolean),
    recorded,
  };
}
