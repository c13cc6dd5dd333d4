import { num } from './cells.ts';
import { type Answerer, count, decimal, draft, NOTHING, percent, say, table, text } from './draft.ts';
import { scopeOf } from './scope.ts';

/** Holds that have ended since the running totals were last swept: these still contain them. */
const ENDED = `FROM reservations h WHERE h.tenant_id = :tenant AND h.state = 'HELD' AND h.expires_at <= :now
  AND h.expires_at > coalesce((SELECT swept_until FROM reservation_sweeps WHERE tenant_id = :tenant), 0)`;

export const stock: Answerer = (parameters, sources) => {
  const { itemId, nodeId } = parameters;
  const { rows, cite } = sources.query(
    `WITH ended AS (SELECT h.node_id, h.item_id, sum(h.qty) AS qty ${ENDED} GROUP BY 1, 2)
     SELECT w.value, coalesce((SELECT sum(t.qty) FROM reserved_totals t WHERE t.tenant_id = w.tenant_id AND t.node_id = w.value ->> '$.nodeId' AND t.item_id = w.value ->> '$.itemId'), 0)
       - coalesce((SELECT e.qty FROM ended e WHERE e.node_id = w.value ->> '$.nodeId' AND e.item_id = w.value ->> '$.itemId'), 0) AS held
     FROM (SELECT tenant_id, subject, "groups" -> '$.position[3]' AS value FROM world_subjects WHERE tenant_id = :tenant AND subject >= :from AND subject < :to
       AND (:nodeId IS NULL OR substr(subject, -length(:nodeId) - 1) = char(9) || :nodeId)) w
     WHERE w.value IS NOT NULL ORDER BY CAST(w.value ->> '$.onHand' AS INTEGER) DESC, w.subject`,
    {
      // One range of the subjects `supply`, item, node: an OR over a parameter would read them all.
      from: typeof itemId === 'string' ? `supply\t${itemId}\t` : 'supply\t',
      to: typeof itemId === 'string' ? `supply\t${itemId}\n` : 'supply\n',
      nodeId: typeof nodeId === 'string' ? nodeId : null,
      now: sources.now,
    },
  );
  if (rows.length === 0) return NOTHING;
  const positions = rows.map((row) => {
    const cell = JSON.parse(String(row['value'])) as Record<string, number | string | null>;
    const of = (name: string): number => Number(cell[name] ?? 0);
    const reserved = of('reserved') + num(row, 'held');
    const free = Math.max(0, of('onHand') - reserved - of('allocated') - of('safetyStock') - of('supplyProtectionQty'));
    return {
      node: String(cell['nodeId']),
      item: String(cell['itemId']),
      onHand: of('onHand'),
      reserved,
      allocated: of('allocated'),
      safety: of('safetyStock'),
      atp: free,
    };
  });
  const sum = (name: 'onHand' | 'atp' | 'reserved') => positions.reduce((total, position) => total + position[name], 0);
  return draft(
    [
      say(
        'On hand are {{onHand}} units, {{reserved}} reserved and {{atp}} available to promise without receipts, over {{n}} positions ({{scope}}).',
        {
          onHand: count(sum('onHand')),
          reserved: count(sum('reserved')),
          atp: count(sum('atp')),
          n: count(positions.length),
          scope: scopeOf(parameters, sources),
        },
        cite,
      ),
    ],
    table(
      [
        'node',
        'item',
        ['onHand', 'units'],
        ['reserved', 'units'],
        ['allocated', 'units'],
        ['safetyStock', 'units'],
        ['atp', 'units'],
      ],
      positions
        .slice(0, 60)
        .map((one) => [
          text(one.node),
          text(one.item),
          count(one.onHand),
          count(one.reserved),
          count(one.allocated),
          count(one.safety),
          count(one.atp),
        ]),
    ),
  );
};

export const nodeStatus: Answerer = (parameters, sources) => {
  const { nodeId } = parameters;
  const { rows, cite } = sources.query(
    `SELECT substr(w.subject, 6) AS node, w."groups" AS state FROM world_subjects w WHERE w.tenant_id = :tenant AND w.subject >= 'node' || char(9) AND w.subject < 'node' || char(10)
     AND (:nodeId IS NULL OR w.subject = 'node' || char(9) || :nodeId) ORDER BY 1`,
    { nodeId: typeof nodeId === 'string' ? nodeId : null },
  );
  if (rows.length === 0) return NOTHING;
  const nodes = rows.map((row): readonly [string, Record<string, unknown>] => {
    const groups = JSON.parse(String(row['state'])) as Record<string, readonly unknown[]>;
    return [String(row['node']), Object.assign({}, ...Object.values(groups).map((group) => group[3]))];
  });
  const planned = sources.query(
    `SELECT node_id, date, sum(units) AS units, sum(lines) AS lines, sum(shipments) AS shipments FROM (
       SELECT node_id, date, units, lines, shipments FROM planned_loads WHERE tenant_id = :tenant
       UNION ALL SELECT h.node_id, h.ship_date, -h.qty, -1, -h.shipments ${ENDED} AND h.loaded = 1) GROUP BY 1, 2`,
    { now: sources.now },
  );
  const day = new Date(sources.now).toISOString().slice(0, 10);
  const states = nodes.map(([node, state]) => {
    const uom = String(state['capacityUom'] ?? 'UNIT');
    const column = { UNIT: 'units', LINE: 'lines', SHIPMENT: 'shipments' }[uom] ?? 'units';
    const own = num(planned.rows.find((row) => row['node_id'] === node && row['date'] === day) ?? {}, column);
    const reported = Number((state['capacityConsumed'] as Record<string, number> | undefined)?.[day] ?? 0);
    const capacity = typeof state['capacity'] === 'number' ? state['capacity'] : null;
    return {
      node,
      active: state['active'] !== false,
      uom,
      column,
      capacity,
      used: own + reported,
      backlog: Number(state['backlog'] ?? 0),
      labor: typeof state['laborUtilization'] === 'number' ? state['laborUtilization'] : null,
      cutoff: String(state['cutoffTime'] ?? '-'),
    };
  });
  const sentences = states.slice(0, 3).map((one) =>
    say(
      '{{node}} is {{state}}: {{used}} of {{capacity}} {{uom}} planned today, {{share}}; backlog {{backlog}} shipments, cut-off {{cutoff}} local time.',
      {
        node: text(one.node),
        state: text(one.active ? 'active' : 'inactive'),
        used: count(one.used),
        capacity: one.capacity === null ? text('unlimited') : count(one.capacity),
        uom: text(one.column),
        share: percent(one.capacity ? one.used / one.capacity : null),
        backlog: count(one.backlog),
        cutoff: text(one.cutoff),
      },
      cite,
      planned.cite,
    ),
  );
  return draft(
    sentences,
    table(
      ['node', 'active', 'used', 'capacity', 'uom', 'backlog', 'laborUtilization', 'cutoffTime'],
      states.map((one) => [
        text(one.node),
        text(one.active ? 'yes' : 'no'),
        count(one.used),
        decimal(one.capacity, 0),
        text(one.uom),
        count(one.backlog),
        percent(one.labor),
        text(one.cutoff),
      ]),
    ),
  );
};
