import { type Directory, directoryOf, keyOf, numberOf, prefixOf } from './grammar/directory.ts';
import type { Sources } from './sources.ts';

/** The head of an id before its number, and how wide the number is: `SO-` and 6 of `SO-000042`. */
interface Shape {
  readonly head: string;
  readonly width: number;
}

function shapeOf(id: string): Shape | null {
  const m = /^(.*?)(\d+)$/.exec(id);
  return m ? { head: m[1]!, width: m[2]!.length } : null;
}

/** Names that decisions have brought, and how far the tables were read: rows are only ever added to them. */
export interface DecidedNames {
  readonly names: Readonly<Record<DecidedKind, Set<string>>>;
  readonly read: { decisions: number; shipments: number };
}
type DecidedKind = 'zone' | 'customer' | 'channel' | 'node' | 'carrier' | 'carrierService';

export function noNames(): DecidedNames {
  const kinds = ['zone', 'customer', 'channel', 'node', 'carrier', 'carrierService'] as const;
  const names = Object.fromEntries(kinds.map((kind) => [kind, new Set<string>()])) as Record<DecidedKind, Set<string>>;
  return { names, read: { decisions: 0, shipments: 0 } };
}

/** Adds what decisions name that were made since: the first time reads them all, later ones a few. */
function readOn({ names, read }: DecidedNames, sources: Sources): void {
  const add = (table: string, after: number, columns: Partial<Record<DecidedKind, string>>): number => {
    const parts = Object.values(columns).join(', ');
    const last = Number(sources.query(`SELECT max(rowid) AS last FROM ${table}`).rows[0]?.['last'] ?? 0);
    if (last === after) return after;
    const { rows } = sources.query(
      `SELECT DISTINCT ${parts} FROM ${table} NOT INDEXED WHERE rowid > :after AND rowid <= :last AND tenant_id = :tenant`,
      { after, last },
    );
    for (const [kind, column] of Object.entries(columns) as [DecidedKind, string][])
      for (const { [column]: id } of rows) if (typeof id === 'string' && id !== '') names[kind].add(id);
    return last;
  };
  read.decisions = add('decision_index', read.decisions, { zone: 'zone', customer: 'customer_id', channel: 'channel' });
  read.shipments = add('decision_shipments', read.shipments, {
    node: 'node_id',
    carrier: 'carrier',
    carrierService: 'carrier_service',
  });
}

/**
 * What the store knows by name, as it is when this is called; orders are looked up when a question names one. `decided`
 * is kept from one directory to the next, so that decisions are read once.
 */
export function storeDirectory(sources: Sources, decided: DecidedNames = noNames()): Directory {
  readOn(decided, sources);
  const column = (sql: string): string[] =>
    sources.query(sql).rows.flatMap((row) => (typeof row['id'] === 'string' && row['id'] !== '' ? [row['id']] : []));
  const cells = (kind: string, part: string) =>
    `SELECT DISTINCT ${part} AS id FROM world_subjects w WHERE w.tenant_id = :tenant AND w.subject >= '${kind}' || char(9) AND w.subject < '${kind}' || char(10)`;
  const union = (kind: DecidedKind, list: readonly string[] = []): string[] =>
    [...new Set([...list, ...decided.names[kind]])].sort();
  const document = sources.policy()?.document;
  const routes = document?.exceptions;
  const owners = [
    ...(document?.rules.flatMap(({ owner, variants }) => [
      owner,
      ...variants.flatMap(({ approvals }) => approvals.map(({ role }) => role)),
    ]) ?? []),
    ...(routes ? [routes.default.owner, ...Object.values(routes.byCategory).map((route) => route?.owner ?? '')] : []),
  ].filter(Boolean);
  // Each end by itself is the end of an index; both in one SELECT are found by going through all of it.
  const bounds = sources.query(
    `SELECT (SELECT min(decided_at) FROM decision_index WHERE tenant_id = :tenant) AS first,
       (SELECT max(decided_at) FROM decision_index WHERE tenant_id = :tenant) AS last`,
  ).rows[0];
  const moments = sources.query('SELECT max(observed_at) AS last FROM shipments WHERE tenant_id = :tenant').rows[0];
  const first = bounds?.['first'];
  const samples = sources
    .query(
      `SELECT order_id AS id FROM (SELECT order_id FROM decision_index WHERE tenant_id = :tenant ORDER BY decided_at DESC LIMIT 200)
     UNION SELECT order_id FROM (SELECT order_id FROM decision_index WHERE tenant_id = :tenant ORDER BY decided_at LIMIT 200)`,
    )
    .rows.map((row) => String(row['id']));
  const shapes = [
    ...new Map(
      samples.flatMap((id) => shapeOf(id) ?? []).map((shape) => [`${shape.head} ${shape.width}`, shape]),
    ).values(),
  ].slice(0, 8);
  const lists = directoryOf(
    {
      order: [],
      node: union('node', column(cells('node', 'substr(w.subject, 6)'))),
      carrier: union('carrier', column(cells('lane', `w."groups" ->> '$.route[3].carrier'`))),
      carrierService: union('carrierService', column(cells('lane', `w."groups" ->> '$.route[3].carrierService'`))),
      zone: union('zone', column(cells('zone', 'substr(w.subject, 6)'))),
      customer: union('customer', column(cells('customer', 'substr(w.subject, 10)'))),
      channel: union('channel'),
      item: column(cells('item', 'substr(w.subject, 6)')),
      rule: document?.rules.map(({ ruleId }) => ruleId) ?? [],
      owner: [...new Set(owners)].sort(),
    },
    typeof first === 'number'
      ? { from: first, to: Math.max(Number(bounds?.['last']), Number(moments?.['last'] ?? 0)) }
      : null,
  );
  return {
    ...lists,
    orderPrefixes: [...new Set(samples.map(prefixOf))].filter(Boolean),
    findOrders(text) {
      // `order 12` has a number; what has digits before its last ones is an id, or none.
      const number = /^\D*\d+$/.test(text) ? numberOf(text) : null;
      const letters = prefixOf(text);
      const named = (ids: ReadonlySet<string>): string[] => {
        const few = [...ids].slice(0, 16);
        const of = (column: string) =>
          few.map(
            (_, i) => `SELECT order_id AS id FROM decision_index WHERE tenant_id = :tenant AND ${column} = :id${i}`,
          );
        const { rows } = sources.query(
          // A look-up each: for OR, and for IN with three values or more, SQLite goes through the whole index instead.
          `${[...of('order_id'), ...of('decision_id')].join(' UNION ')} LIMIT 3`,
          Object.fromEntries(few.map((id, i) => [`id${i}`, id])),
        );
        return rows.map((row) => String(row['id']));
      };
      // What is an id as it stands names nothing else, whatever number it ends with.
      const exact = named(new Set([text, text.toUpperCase(), text.toLowerCase()]));
      if (exact.length > 0) return exact;
      const readings = new Set<string>();
      for (const { head, width } of shapes)
        if (number && (letters === '' || letters === 'order' || keyOf(head) === letters))
          readings.add(`${head}${number.padStart(width, '0')}`);
      return readings.size === 0 ? [] : named(readings);
    },
  };
}
