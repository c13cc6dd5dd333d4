import { base, fits, grouped, groupValue, IS_TIME, LAST, ORDER, type Oracle, within } from './oracle.ts';

const capped = (cap: number) => `LIMIT min(coalesce(:top, ${cap}), ${cap})`;

const listOrders: Oracle = (log, asked) => {
  const { n } = log.first(`SELECT count(*) AS n FROM dec d WHERE ${fits}`, asked);
  if (n === 0) return null;
  const rows = log.all(`SELECT * FROM dec d WHERE ${fits} ORDER BY at DESC, id DESC ${capped(100)}`, asked);
  return {
    sentences: [{ n: n!, shown: rows.length }],
    rows: rows.map(({ ord, at, status, cost, delay }) => [ord, at, status, undefined, undefined, cost, delay]),
  };
};

const countOrders: Oracle = (log, asked) => {
  const { n, all } = log.first(
    `SELECT count(*) AS n, (SELECT count(*) FROM dec d WHERE ${base}) AS "all" FROM dec d WHERE ${fits}`,
    asked,
  );
  if (all === 0) return null;
  const narrowed = asked['condition'] !== null || asked['ruleId'] !== null;
  const first = narrowed ? { n: n!, base: all!, share: Number(n) / Number(all) } : { n: n! };
  const group = asked['groupBy'];
  if (!group) return { sentences: [first] };
  const time = IS_TIME.test(String(group));
  const rows = log.all(
    `SELECT ${groupValue(group)} AS grp, count(DISTINCT d.id) AS n FROM dec d ${grouped(group)} WHERE ${fits} GROUP BY 1 ORDER BY ${time ? '1' : '2 DESC, 1'} LIMIT 100`,
    asked,
  );
  return {
    sentences: [first, ...(rows[0] && !time ? [{ group: rows[0]['grp']!, most: rows[0]['n']! }] : [])],
    rows: rows.map(({ grp, n: orders }) => [grp, orders]),
  };
};

const riskyOrders: Oracle = (log, asked) => {
  const risk = asked['risk']
    ? `d.${asked['risk']}`
    : 'max(ifnull(d.delay, 0), ifnull(d.stockout, 0), ifnull(d.split, 0))';
  const rows = log.all(
    `SELECT d.ord, d.promise, ${risk} AS risk FROM dec d WHERE ${base} AND ${risk} IS NOT NULL AND (:above IS NULL OR ${risk} > :above)
     AND d.id NOT IN (SELECT g.id FROM gone g WHERE g.id IS NOT NULL AND (g.delivered IS NOT NULL OR g.failed IS NOT NULL))
     ORDER BY risk DESC, d.id DESC ${capped(100).replace('coalesce(:top, 100)', 'coalesce(:top, 20)')}`,
    asked,
  );
  const [first] = rows;
  if (!first) return null;
  return {
    sentences: [{ n: rows.length, order: first['ord']!, value: first['risk']! }],
    rows: rows.map(({ ord, promise, risk: value }) => [ord, promise, undefined, undefined, value]),
  };
};

const savings: Oracle = (log, asked) => {
  const where = `${base} AND d.saving IS NOT NULL`;
  const sums = log.all(
    `SELECT count(*) AS orders, sum(d.saving) AS saving, avg(d.saving) AS perOrder, sum(d.moved) AS moved FROM dec d WHERE ${where} GROUP BY d.currency ORDER BY 1 DESC`,
    asked,
  );
  if (sums.length === 0) return null;
  const group = asked['groupBy'];
  if (!group) return { sentences: sums };
  const rows = log.all(
    `SELECT ${groupValue(group)} AS grp, count(DISTINCT d.id) AS orders, sum(d.saving) AS saving FROM dec d ${grouped(group)} WHERE ${where}
     GROUP BY 1, d.currency ORDER BY ${IS_TIME.test(String(group)) ? '1' : '3 DESC, 1'} LIMIT 100`,
    asked,
  );
  return { sentences: sums, rows: rows.map(({ grp, orders, saving }) => [grp, orders, saving]) };
};

/** The newest 200 decisions that are short, and every reason on their records, at the node or by the carrier if one is named. */
const BLOCKING = `WITH held AS (SELECT d.id, d.d, row_number() OVER (ORDER BY d.at DESC, d.id DESC) AS nth FROM dec d
    WHERE ${LAST} AND ${ORDER} AND ${within('d.at')} AND (d.status <> 'FULLY_SOURCED' OR d.planned < d.ordered OR d.excepted)
    ORDER BY nth LIMIT 200),
  lane AS (SELECT coalesce(:carrierService, :carrier) AS name),
  hit AS (SELECT h.id, h.nth, r.key * 1000 + e.key AS place, e.value ->> '$.code' AS code, e.value ->> '$.value' AS value, e.value ->> '$.threshold' AS threshold
    FROM held h, lane, json_each(h.d, '$.rejected') r, json_each(r.value, '$.reasons') e
    WHERE (:nodeId IS NULL OR EXISTS (SELECT 1 FROM json_each(r.value, '$.nodeIds') n WHERE n.value = :nodeId))
      AND (lane.name IS NULL OR instr(r.value ->> '$.candidateId', lane.name) > 0)
    UNION ALL SELECT h.id, h.nth, 1e9, c.value, NULL, NULL FROM held h, lane, json_each(h.d, '$.reasonCodes') c WHERE :nodeId IS NULL AND lane.name IS NULL
    UNION ALL SELECT h.id, h.nth, 1e9, k.code, NULL, NULL FROM held h, lane, spoke k WHERE k.id = h.id AND k.verdict = 'DENY' AND :nodeId IS NULL AND lane.name IS NULL)`;

const blockers: Oracle = (log, asked) => {
  const { held, touched } = log.first(
    `${BLOCKING} SELECT (SELECT count(*) FROM held) AS held, (SELECT count(DISTINCT id) FROM hit) AS touched`,
    asked,
  );
  if (held === 0) return null;
  const rows = log.all(
    `${BLOCKING}, example AS (SELECT *, row_number() OVER (PARTITION BY code ORDER BY nth, place) AS first FROM hit WHERE value IS NOT NULL AND threshold IS NOT NULL)
     SELECT t.code, t.orders, x.value, x.threshold FROM (SELECT code, count(DISTINCT id) AS orders FROM hit GROUP BY 1) t
     LEFT JOIN example x ON x.code = t.code AND x.first = 1 ORDER BY 2 DESC, 1 LIMIT 60`,
    asked,
  );
  if (rows.length === 0) return { sentences: [{ n: held! }] };
  return {
    sentences: [{ n: touched! }, { code: rows[0]!['code']!, orders: rows[0]!['orders']! }],
    rows: rows.map(({ code, orders, value, threshold }) => [code, orders, value, threshold]),
  };
};

const ruleActivity: Oracle = (log, asked) => {
  const spoken = `SELECT k.id, k.rule, CASE WHEN max(k.verdict = 'CLAMP') THEN 'CLAMP' WHEN max(k.verdict = 'REQUIRE_APPROVAL') THEN 'REQUIRE_APPROVAL' ELSE 'DENY' END AS verdict
    FROM spoke k JOIN dec d ON d.id = k.id WHERE k.verdict <> 'ALLOW' AND ${base} GROUP BY 1, 2`;
  const rows = log.all(
    `SELECT rule, sum(verdict = 'CLAMP') AS clamps, sum(verdict = 'REQUIRE_APPROVAL') AS approvals, sum(verdict = 'DENY') AS denials, count(*) AS n
     FROM (${spoken}) WHERE (:ruleId IS NULL OR rule = :ruleId) AND (:verdict IS NULL OR verdict = :verdict) GROUP BY 1 ORDER BY n DESC, 1 ${capped(60)}`,
    asked,
  );
  const [first] = rows;
  if (!first) {
    const { n } = log.first(`SELECT count(*) AS n FROM dec d WHERE ${base}`, asked);
    return n === 0 ? null : { sentences: [{ n: n! }] };
  }
  return {
    sentences: [first],
    rows: rows.map(({ rule, clamps, approvals, denials, n }) => [rule, clamps, approvals, denials, n]),
  };
};

export const LIST_ORACLES: Readonly<Record<string, Oracle>> = {
  'list-orders': listOrders,
  'count-orders': countOrders,
  'risky-orders': riskyOrders,
  savings,
  blockers,
  'rule-activity': ruleActivity,
};
