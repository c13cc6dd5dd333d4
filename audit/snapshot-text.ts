import { canonicalText } from './canonical.ts';

/** Where a snapshot is cut: a list of many rows changes in few of them. By the member whose runs are kept apart; null: whole. */
const CUT: Readonly<Record<string, string | null>> = { items: null, nodes: null, lanes: 'nodeId', supply: 'nodeId' };

type Row = Readonly<Record<string, unknown>>;

/** Rows that stand side by side in a list, the same object for the same rows where it can be had. */
export interface Run {
  readonly rows: readonly object[];
  /** Their canonical JSON as a list, without its brackets. */
  readonly text: string;
}

/** A list that is cut: its runs one after another. */
interface List {
  readonly rows: readonly object[];
  readonly runs: readonly Run[];
  readonly text: string;
}

/** A member of a snapshot: its name and colon, its canonical JSON, and the runs of a list that is cut. */
export interface Member {
  readonly head: string;
  readonly text: string;
  readonly runs: readonly Run[] | null;
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

/** Whether `own` are the rows of a list from `from` up to `to`. */
function isAt(own: readonly object[], rows: readonly Row[], from: number, to: number): boolean {
  if (own.length !== to - from) return false;
  for (let i = 0; i < own.length; i++) if (own[i] !== rows[from + i]) return false;
  return true;
}

/** By first row. Rows are never changed and the world hands out the same ones, so most runs have been written before. */
const runs = new WeakMap<object, Run>();

function runAt(rows: readonly Row[], from: number, to: number): Run {
  const known = runs.get(rows[from]!);
  if (known && isAt(known.rows, rows, from, to)) return known;
  const own = rows.slice(from, to);
  const run = { rows: own, text: own.map(rowText).join(',') };
  runs.set(rows[from]!, run);
  return run;
}

/** A list of immutable rows cut where `member` changes; one run where there is none to cut by. */
function runsOf(rows: readonly Row[], member: string | null): Run[] {
  const found: Run[] = [];
  for (let from = 0; from < rows.length; ) {
    let to = member === null ? rows.length : from + 1;
    while (to < rows.length && rows[to]![member!] === rows[from]![member!]) to++;
    found.push(runAt(rows, from, to));
    from = to;
  }
  return found;
}

/** By first row, as runs are. */
const lists = new WeakMap<object, List>();

function listOf(rows: readonly Row[], member: string | null): List {
  const first = rows[0];
  const known = first && lists.get(first);
  if (known && isAt(known.rows, rows, 0, rows.length)) return known;
  const found = runsOf(rows, member);
  const list = { rows, runs: found, text: `[${found.map(({ text }) => text).join(',')}]` };
  if (first) lists.set(first, list);
  return list;
}

function memberOf(name: string, value: unknown): Member {
  const head = `${canonicalText(name)}:`;
  const by = CUT[name];
  if (by === undefined || !Array.isArray(value)) return { head, text: canonicalText(value), runs: null };
  const { text, runs } = listOf(value, by);
  return { head, text, runs };
}

/** By snapshot, which is hashed when it is decided on and kept later. */
const cut = new WeakMap<object, readonly Member[]>();

/** The members of an immutable snapshot, sorted. */
export function membersOf(snapshot: object): readonly Member[] {
  let members = cut.get(snapshot);
  if (!members) {
    const values = snapshot as Row;
    const names = Object.keys(values).filter((name) => values[name] !== undefined);
    members = names.sort().map((name) => memberOf(name, values[name]));
    cut.set(snapshot, members);
  }
  return members;
}

/** `canonicalText` of a snapshot whose rows are immutable; lists and runs written before cost a look-up. */
export function snapshotText(snapshot: object): string {
  return `{${membersOf(snapshot)
    .map(({ head, text }) => head + text)
    .join(',')}}`;
}
