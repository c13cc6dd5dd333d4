import type Database from 'better-sqlite3';
import { type DecidedOn, evidenceReader } from './decided-on.ts';

export type Value = string | number | null;
export type Found = Readonly<Record<string, Value>>;

/** What an answer must say. A text that is undefined in a row is not compared; a figure always is. */
export interface Expected {
  /** Of each sentence, in order, what its slots hold. */
  readonly sentences: readonly Found[];
  /** What an answer claims and deciding again refutes. */
  readonly refuted?: readonly string[];
  readonly rows?: readonly (readonly (Value | undefined)[])[];
}

/** Every name a plan may bind; null where the question does not name it. */
export type Asked = Readonly<Record<string, Value>> & { readonly now: number };

/** Reads the export. Statements see every parameter of the question as `:name`. */
export interface Export {
  all(sql: string, asked: Asked): Found[];
  first(sql: string, asked: Asked): Found;
  /** All that a decision was made on. */
  decidedOn(decisionId: string): DecidedOn;
}

/**
 * What the answer shows, row by row. An oracle reads it only where the answer claims what takes too long to search for
 * and little to refute: the smallest amount that does something.
 */
export type Said = readonly (readonly string[])[];

/** Null: there is no data to answer from. */
export type Oracle = (log: Export, asked: Asked, said: Said) => Expected | null;

export function exportReader(database: Database.Database): Export {
  const statements = new Map<string, Database.Statement<[Asked], Found>>();
  const all: Export['all'] = (sql, asked) => {
    const statement = statements.get(sql) ?? database.prepare<[Asked], Found>(sql);
    statements.set(sql, statement);
    return statement.all(asked);
  };
  return { all, first: (sql, asked) => all(sql, asked)[0] ?? {}, decidedOn: evidenceReader(database) };
}

export const IS_TIME = /^(day|week|month)$/;

const ships = (column: string, name: string) =>
  `(:${name} IS NULL OR EXISTS (SELECT 1 FROM ship s WHERE s.id = d.id AND s.${column} = :${name}))`;
/** The filters of an order `d` that have nothing to do with where it ships from. */
export const ORDER = `(:zone IS NULL OR d.zone = :zone) AND (:customerId IS NULL OR d.customer = :customerId)
  AND (:customerTier IS NULL OR d.tier = :customerTier) AND (:channel IS NULL OR d.channel = :channel)
  AND (:itemId IS NULL OR EXISTS (SELECT 1 FROM item i WHERE i.id = d.id AND i.item = :itemId))`;
export const PLANNED = `${ships('node', 'nodeId')} AND ${ships('carrier', 'carrier')} AND ${ships('service', 'carrierService')}`;
/** `from <= moment < to`. */
export const within = (moment: string, from = 'from', to = 'to') =>
  `(:${from} IS NULL OR ${moment} >= unixepoch(:${from}) * 1000) AND (:${to} IS NULL OR ${moment} < unixepoch(:${to}) * 1000)`;
export const LAST = "d.mode <> 'quote' AND d.successor IS NULL";

export const CONDITIONS: Readonly<Record<string, string>> = {
  split: 'd.parts > 1',
  clamped: 'd.clamped',
  pendingApproval: "EXISTS (SELECT 1 FROM appr a WHERE a.id = d.id AND a.state = 'PENDING')",
  exception: 'd.excepted',
  notSourced: "d.status IN ('NOT_SOURCED', 'EXCEPTION')",
  partiallySourced: "d.status = 'PARTIALLY_SOURCED'",
  fullySourced: "d.status = 'FULLY_SOURCED'",
  backordered: 'd.planned < d.ordered',
  late: 'EXISTS (SELECT 1 FROM gone g WHERE g.id = d.id AND g.delivered > d.promise)',
  overridden: 'EXISTS (SELECT 1 FROM over v WHERE v.id = d.id)',
  expedited: 'EXISTS (SELECT 1 FROM ship s WHERE s.id = d.id AND s.expedited)',
  degraded: "json_array_length(d.d, '$.degraded') > 0",
  movedFromErp: 'd.moved',
};
const cases = Object.entries(CONDITIONS).map(([name, sql]) => `WHEN '${name}' THEN ${sql}`);
const RULE = "EXISTS (SELECT 1 FROM spoke k WHERE k.id = d.id AND k.rule = :ruleId AND k.verdict <> 'ALLOW')";

/** The orders that a question is about: `base` without its condition and rule. */
export const base = `${LAST} AND ${ORDER} AND ${PLANNED} AND ${within('d.at')}`;
export const fits = `${base} AND (:ruleId IS NULL OR ${RULE}) AND (:condition IS NULL OR CASE :condition ${cases.join(' ')} END)`;

/** The first day of the group that a moment falls in, or the value of the group; needs `grouped` where it is not of time. */
export const groupValue = (group: Value, moment = 'd.at') => {
  const day = `date(${moment} / 1000, 'unixepoch')`;
  if (group === 'day') return day;
  if (group === 'week') return `date(${day}, '-' || ((strftime('%w', ${day}) + 6) % 7) || ' days')`;
  if (group === 'month') return `substr(${day}, 1, 7)`;
  return 'p.val';
};
export const grouped = (group: Value) =>
  IS_TIME.test(String(group)) ? '' : 'JOIN place p ON p.id = d.id AND p.kind = :groupBy';
