import { canonicalText } from './canonical.ts';

/** Where a snapshot is cut: a list of many rows changes in few of them. */
export const SLICED = ['items', 'nodes', 'lanes', 'supply'] as const;

const texts = new WeakMap<object, string>();

/** Canonical text of a row, remembered while the row lives: rows are never changed, and the world hands out the same. */
function rowText(row: object): string {
  let text = texts.get(row);
  if (text === undefined) {
    text = canonicalText(row);
    texts.set(row, text);
  }
  return text;
}

/** `canonicalText` of a list of immutable rows. */
export function rowsText(rows: readonly object[]): string {
  let text = '[';
  for (const [index, row] of rows.entries()) text += index === 0 ? rowText(row) : `,${rowText(row)}`;
  return `${text}]`;
}

/** `canonicalText` of a snapshot whose rows are immutable; rows seen before cost a look-up. */
export function snapshotText(snapshot: object): string {
  const members = snapshot as Readonly<Record<string, unknown>>;
  const sliced: ReadonlySet<string> = new Set(SLICED);
  const parts: string[] = [];
  for (const name of Object.keys(members).sort()) {
    const value = members[name];
    if (value === undefined) continue;
    const text = sliced.has(name) && Array.isArray(value) ? rowsText(value) : canonicalText(value);
    parts.push(`${canonicalText(name)}:${text}`);
  }
  return `{${parts.join(',')}}`;
}
