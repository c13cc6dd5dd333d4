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

/** What the store knows by name: read when it is made; orders are looked up when a question names one. */
export function storeDirectory(sources: Sources): Directory {
  const column = (sql: string): string[] =>
    sources.query(sql).rows.flatMap((row) => (typeof row['id'] === 'string' && row['id'] !== '' ? [row['id']] : []));
  const cells = (kind: string, part: string) =>
    `SELECT DISTINCT ${part} AS id FROM world_subjects w WHERE w.tenant_id = :tenant AND w.subject >= '${kind}' || char(9) AND w.subject < '${kind}' || char(10)`;
  const union = (...lists: string[][]): string[] => [...new Set(lists.flat())].sort();
  const shipments = (name: string) => `SELECT DISTINCT ${name} AS id FROM decision_shipments WHERE tenant_id = :tenant`;
  const decisions = (name: string) => `SELECT DISTINCT ${name} AS id FROM decision_index WHERE tenant_id = :tenant`;
  const document = sources.policy()?.document;
  const routes = document?.exceptions;
  const owners = [
    ...(document?.rules.flatMap(({ owner, variants }) => [
      owner,
      ...variants.flatMap(({ approvals }) => approvals.map(({ role }) => role)),
    ]) ?? []),
    ...(routes ? [routes.default.owner, ...Object.values(routes.byCategory).map((route) => route?.owner ?? '')] : []),
  ].filter(Boolean);
  const bounds = sources.query(
    'SELECT min(decided_at) AS first, max(decided_at) AS last FROM decision_index WHERE tenant_id = :tenant',
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
      node: union(column(cells('node', 'substr(w.subject, 6)')), column(shipments('node_id'))),
      carrier: union(column(cells('lane', `w."groups" ->> '$.route[3].carrier'`)), column(shipments('carrier'))),
      carrierService: union(
        column(cells('lane', `w."groups" ->> '$.route[3].carrierService'`)),
        column(shipments('carrier_service')),
      ),
      zone: union(column(cells('zone', 'substr(w.subject, 6)')), column(decisions('zone'))),
      customer: union(column(cells('customer', 'substr(w.subject, 10)')), column(decisions('customer_id'))),
      channel: column(decisions('channel')),
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
        const places = few.map((_, i) => `:id${i}`).join(', ');
        const { rows } = sources.query(
          `SELECT DISTINCT order_id AS id FROM decision_index WHERE tenant_id = :tenant AND (order_id IN (${places}) OR decision_id IN (${places})) LIMIT 3`,
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
