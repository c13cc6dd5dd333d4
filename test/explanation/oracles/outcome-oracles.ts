import { type Found, grouped, groupValue, IS_TIME, ORDER, type Oracle, PLANNED, within } from './oracle.ts';

const DELIVERED = 'gone g JOIN dec d ON d.id = g.id LEFT JOIN ship s ON s.id = g.id AND s.node = g.node';
const ofShipment = (name: string, column: string) => `(:${name} IS NULL OR g.${column} = :${name})`;
const deliveries = `g.delivered IS NOT NULL AND d.promise IS NOT NULL AND d.mode <> 'quote' AND ${ORDER} AND ${within('g.delivered')}
  AND ${ofShipment('nodeId', 'node')} AND ${ofShipment('carrier', 'carrier')} AND ${ofShipment('carrierService', 'service')}`;

const lateDeliveries: Oracle = (log, asked) => {
  const figures = `count(*) AS n, sum(g.delivered > d.promise) AS late, avg(g.delivered > d.promise) AS share, avg(s.risk) AS predicted,
    avg(CASE WHEN g.delivered > d.promise THEN g.delivered - d.promise END) / 86400000 AS days`;
  const all = log.first(`SELECT ${figures} FROM ${DELIVERED} WHERE ${deliveries}`, asked);
  if (all['n'] === 0) return null;
  const group = asked['groupBy'] ?? 'lane';
  const own: Record<string, string> = {
    node: 'g.node',
    carrier: 'g.carrier',
    carrierService: 'g.service',
    lane: "g.node || ' -> ' || d.zone",
  };
  const time = IS_TIME.test(String(group));
  const by = own[String(group)] ?? groupValue(group, 'g.delivered');
  const join = own[String(group)] ? '' : grouped(group);
  const rows = log.all(
    `SELECT ${by} AS grp, ${figures} FROM ${DELIVERED} ${join} WHERE ${deliveries} GROUP BY 1 ORDER BY ${time ? '1' : 'share DESC, n DESC, 1'} LIMIT coalesce(:top, 100)`,
    { ...asked, groupBy: group },
  );
  const [first] = rows;
  const { n, late, share, predicted } = all;
  const sentences: Found[] = [{ n: n!, late: late!, share: share!, predicted: predicted! }];
  if (first && !time && first['late'] !== 0)
    sentences.push({ group: first['grp']!, share: first['share']!, n: first['n']!, predicted: first['predicted']! });
  return {
    sentences,
    rows: rows.map((row) => [row['grp'], row['n'], row['late'], row['share'], row['predicted'], row['days']]),
  };
};

const modelAccuracy: Oracle = (log, asked) => {
  const pairs: Record<string, string> = {
    delay: `SELECT s.risk AS p, g.delivered > d.promise AS y FROM ${DELIVERED} WHERE ${deliveries} AND s.risk IS NOT NULL`,
    split: `SELECT d.split AS p, (SELECT count(*) FROM gone g WHERE g.id = d.id) > d.parts AS y FROM dec d WHERE d.mode <> 'quote' AND d.successor IS NULL
      AND ${ORDER} AND ${PLANNED} AND ${within('d.at')} AND d.split IS NOT NULL AND EXISTS (SELECT 1 FROM gone g WHERE g.id = d.id)
      AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.id = d.id AND g.delivered IS NULL AND g.failed IS NULL)`,
  };
  const sentences: Found[] = [];
  const bins: (string | number)[][] = [];
  for (const task of asked['task'] ? [String(asked['task'])] : ['delay', 'split']) {
    if (!pairs[task]) continue;
    const all = log.first(
      `SELECT count(*) AS n, avg(p) AS predicted, avg(y) AS actual, avg((p - y) * (p - y)) AS brier, avg(y) - avg(y) * avg(y) AS floor FROM (${pairs[task]})`,
      asked,
    );
    if (all['n'] === 0) continue;
    sentences.push({ ...all, task });
    for (const row of log.all(
      `SELECT avg(p) AS predicted, avg(y) AS actual, count(*) AS n FROM (${pairs[task]}) GROUP BY min(9, floor(p * 10)) ORDER BY 1`,
      asked,
    ))
      bins.push([task, Number(row['predicted']), Number(row['actual']), Number(row['n'])]);
  }
  return sentences.length === 0 ? null : { sentences, rows: bins };
};

export const OUTCOME_ORACLES: Readonly<Record<string, Oracle>> = {
  'late-deliveries': lateDeliveries,
  'model-accuracy': modelAccuracy,
};
