import type { Oracle } from './oracle.ts';

/** The newest event of a type for each node (and item). */
const newest = (type: string, key: string) =>
  `SELECT * FROM (SELECT j, j ->> '$.nodeId' AS node, j ->> '$.itemId' AS item,
     row_number() OVER (PARTITION BY ${key} ORDER BY occurred DESC, id DESC, source DESC) AS nth FROM events WHERE type = '${type}') WHERE nth = 1`;

/** A hold counts until it ends, unless the ERP has confirmed it. */
const COUNTS = "(h.state = 'CONFIRMED' OR h.state = 'HELD' AND h.expires > :now)";

const stock: Oracle = (log, asked) => {
  const positions = `SELECT p.node, p.item, p.j ->> '$.onHand' AS onHand, p.j ->> '$.allocated' AS allocated, p.j ->> '$.safetyStock' AS safety,
    (p.j ->> '$.reserved') + coalesce((SELECT sum(h.qty) FROM holds h WHERE h.node = p.node AND h.item = p.item AND ${COUNTS}), 0) AS reserved,
    p.j ->> '$.supplyProtectionQty' AS kept
    FROM (${newest('fairlead.supply.position', "j ->> '$.nodeId', j ->> '$.itemId'")}) p
    WHERE (:nodeId IS NULL OR p.node = :nodeId) AND (:itemId IS NULL OR p.item = :itemId)`;
  const rows = log.all(
    `SELECT *, max(0, onHand - reserved - allocated - safety - kept) AS atp FROM (${positions}) ORDER BY onHand DESC, item, node`,
    asked,
  );
  if (rows.length === 0) return null;
  const sum = (name: string) => rows.reduce((total, row) => total + Number(row[name]), 0);
  return {
    sentences: [{ onHand: sum('onHand'), reserved: sum('reserved'), atp: sum('atp'), n: rows.length }],
    rows: rows
      .slice(0, 60)
      .map((row) => [
        row['node'],
        row['item'],
        row['onHand'],
        row['reserved'],
        row['allocated'],
        row['safety'],
        row['atp'],
      ]),
  };
};

const nodeStatus: Oracle = (log, asked) => {
  const rows = log.all(
    `WITH load AS (SELECT h.node, sum(h.qty) AS units, count(*) AS lines, sum(h.shipments) AS shipments FROM holds h
       WHERE h.loaded = 1 AND h.day = date(:now / 1000, 'unixepoch') AND (h.state <> 'HELD' OR h.expires > :now) GROUP BY 1)
     SELECT n.node, c.j ->> '$.capacity' AS capacity, c.j ->> '$.backlog' AS backlog, l.j ->> '$.laborUtilization' AS labor,
       coalesce((SELECT u.value FROM json_each(c.j, '$.capacityConsumed') u WHERE u.key = date(:now / 1000, 'unixepoch')), 0)
       + coalesce(CASE c.j ->> '$.capacityUom' WHEN 'LINE' THEN load.lines WHEN 'SHIPMENT' THEN load.shipments ELSE load.units END, 0) AS used
     FROM (${newest('fairlead.node', "j ->> '$.nodeId'")}) n LEFT JOIN (${newest('fairlead.node.capacity', "j ->> '$.nodeId'")}) c ON c.node = n.node
     LEFT JOIN (${newest('fairlead.node.labor', "j ->> '$.nodeId'")}) l ON l.node = n.node LEFT JOIN load ON load.node = n.node
     WHERE :nodeId IS NULL OR n.node = :nodeId ORDER BY n.node`,
    asked,
  );
  if (rows.length === 0) return null;
  return {
    sentences: rows.slice(0, 3).map(({ node, used, capacity, backlog }) => ({
      node: node!,
      used: used!,
      capacity: capacity ?? 'unlimited',
      share: capacity ? Number(used) / Number(capacity) : null,
      backlog: backlog!,
    })),
    rows: rows.map(({ node, used, capacity, backlog, labor }) => [
      node,
      undefined,
      used,
      capacity,
      undefined,
      backlog,
      labor,
      undefined,
    ]),
  };
};

export const WORLD_ORACLES: Readonly<Record<string, Oracle>> = { stock, 'node-status': nodeStatus };
