import { canonicalText } from './canonical.ts';
import { sha256Hex } from './sha256.ts';

/** Where a snapshot is cut: a list of many rows changes in few of them. By the member whose runs are slices; null: whole. */
const SLICED = { items: null, nodes: null, lanes: 'nodeId', supply: 'nodeId' } as const;

type Row = Readonly<Record<string, unknown>>;

/** Rows that stand side by side in a list. */
export interface Run {
  readonly rows: readonly object[];
  /** Their canonical JSON as a list, and its SHA-256 (hex). */
  readonly text: string;
  readonly name: string;
}

const rowTexts = new WeakMap<object, string>();

/** `canonicalText` of an immutable row. */
function rowText(row: object): string {
  let text = rowTexts.get(row);
  if (text === undefined) {
    text = canonicalText(row);
    rowTexts.set(row, text);
  }
  return text;
}

/** By first row. Rows are never changed and the world hands out the same ones, so most runs have been written before. */
const written = new WeakMap<object, Run>();

/** The run of `length` rows from `from` on. */
function runAt(rows: readonly Row[], from: number, length: number): Run {
  const known = written.get(rows[from]!);
  if (known?.rows.length === length && known.rows.every((row, index) => row === rows[from + index])) return known;
  const own = rows.slice(from, from + length);
  const text = `[${own.map(rowText).join(',')}]`;
  const run = { rows: own, text, name: sha256Hex(text) };
  written.set(rows[from]!, run);
  return run;
}

/** A list of immutable rows cut where `member` changes; one run where there is none to cut by. */
function runsOf(rows: readonly Row[], member: string | null): Run[] {
  const runs: Run[] = [];
  for (let from = 0; from < rows.length; ) {
    let to = member === null ? rows.length : from + 1;
    while (to < rows.length && rows[to]![member!] === rows[from]![member!]) to++;
    runs.push(runAt(rows, from, to - from));
    from = to;
  }
  return runs;
}

/** By snapshot, which is hashed when it is decided on and kept later. */
const cut = new WeakMap<object, ReadonlyMap<string, readonly Run[]>>();

/** The lists of an immutable snapshot that are kept in slices, by name. */
export function slicesOf(snapshot: object): ReadonlyMap<string, readonly Run[]> {
  let slices = cut.get(snapshot);
  if (!slices) {
    const found = new Map<string, readonly Run[]>();
    for (const [name, member] of Object.entries(SLICED)) {
      const rows = (snapshot as Row)[name];
      if (Array.isArray(rows)) found.set(name, runsOf(rows, member));
    }
    slices = found;
    cut.set(snapshot, slices);
  }
  return slices;
}

/** `canonicalText` of a list from its runs. */
function joined(runs: readonly Run[]): string {
  return `[${runs.map(({ text }) => text.slice(1, -1)).join(',')}]`;
}

/** `canonicalText` of a snapshot whose rows are immutable; runs written before cost a look-up. */
export function snapshotText(snapshot: object): string {
  const members = snapshot as Row;
  const slices = slicesOf(snapshot);
  const parts: string[] = [];
  for (const name of Object.keys(members).sort()) {
    const value = members[name];
    if (value === undefined) continue;
    const runs = slices.get(name);
    const text = runs ? joined(runs) : canonicalText(value);
    parts.push(`${canonicalText(name)}:${text}`);
  }
  return `{${parts.join(',')}}`;
}
