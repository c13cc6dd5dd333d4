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

/** A member of a snapshot as canonical JSON writes it: its name and colon, then its value or the runs of a list that is cut. */
export type Member = { readonly head: string } & ({ readonly text: string } | { readonly runs: readonly Run[] });

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

/** Whether the run is the rows of the list from `from` up to `to`. */
function isRun({ rows: own }: Run, rows: readonly Row[], from: number, to: number): boolean {
  if (own.length !== to - from) return false;
  for (let i = 0; i < own.length; i++) if (own[i] !== rows[from + i]) return false;
  return true;
}

function runAt(rows: readonly Row[], from: number, to: number): Run {
  const known = written.get(rows[from]!);
  if (known && isRun(known, rows, from, to)) return known;
  const own = rows.slice(from, to);
  const run = { rows: own, text: own.map(rowText).join(',') };
  written.set(rows[from]!, run);
  return run;
}

/** A list of immutable rows cut where `member` changes; one run where there is none to cut by. */
function runsOf(rows: readonly Row[], member: string | null): Run[] {
  const runs: Run[] = [];
  for (let from = 0; from < rows.length; ) {
    let to = member === null ? rows.length : from + 1;
    while (to < rows.length && rows[to]![member!] === rows[from]![member!]) to++;
    runs.push(runAt(rows, from, to));
    from = to;
  }
  return runs;
}

function memberOf(name: string, value: unknown): Member {
  const head = `${canonicalText(name)}:`;
  const by = CUT[name];
  return by !== undefined && Array.isArray(value)
    ? { head, runs: runsOf(value, by) }
    : { head, text: canonicalText(value) };
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

/** `canonicalText` of a snapshot whose rows are immutable; runs written before cost a look-up. */
export function snapshotText(snapshot: object): string {
  const parts = membersOf(snapshot).map((member) =>
    'text' in member ? member.head + member.text : `${member.head}[${member.runs.map(({ text }) => text).join(',')}]`,
  );
  return `{${parts.join(',')}}`;
}
