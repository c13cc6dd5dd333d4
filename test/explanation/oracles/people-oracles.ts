import { type Found, grouped, groupValue, ORDER, type Oracle, PLANNED, within } from './oracle.ts';

const AT_NODE =
  "(:nodeId IS NULL OR EXISTS (SELECT 1 FROM json_each(e.nearest) n WHERE instr(n.value ->> '$.candidateId', :nodeId || '/') > 0))";
const capped = (cap: number) => `LIMIT min(coalesce(:top, ${cap}), ${cap})`;

const exceptionsAging: Oracle = (log, asked) => {
  const nearest = "e.nearest ->> '$[0].candidateId'";
  const group = {
    owner: 'e.owner',
    category: 'e.category',
    node: `coalesce(substr(${nearest}, 1, instr(${nearest}, '/') - 1), 'none')`,
  };
  const by = group[(asked['groupBy'] ?? 'owner') as keyof typeof group];
  const rows = log.all(
    `SELECT ${by} AS grp, count(*) AS open, sum(e.due < :now) AS overdue, :now - avg(e.opened) AS mean, :now - min(e.opened) AS oldest FROM exc e
     WHERE e.resolved IS NULL AND (:owner IS NULL OR e.owner = :owner) AND ${AT_NODE} GROUP BY 1 ORDER BY oldest DESC LIMIT 100`,
    asked,
  );
  const [first] = rows;
  if (!first) return null;
  const sum = (name: string) => rows.reduce((total, row) => total + Number(row[name]), 0);
  return {
    sentences: [
      { open: sum('open'), overdue: sum('overdue') },
      { age: first['oldest']!, group: first['grp']! },
    ],
    rows: rows.map(({ grp, open, overdue, mean, oldest }) => [grp, open, overdue, mean, oldest]),
  };
};

const listExceptions: Oracle = (log, asked) => {
  const state = asked['state'] ?? 'open';
  const is: Record<string, string> = {
    open: 'e.resolved IS NULL AND coalesce(e.snoozed, 0) <= :now',
    snoozed: 'e.resolved IS NULL AND e.snoozed > :now',
    resolved: 'e.resolved IS NOT NULL',
  };
  const where = `${is[String(state)]} AND (:owner IS NULL OR e.owner = :owner) AND (:category IS NULL OR e.category = :category) AND ${AT_NODE}
    AND ${within(state === 'resolved' ? 'e.resolved' : 'e.opened')}`;
  const rows = log.all(`SELECT e.* FROM exc e WHERE ${where} ORDER BY e.due, e.id ${capped(100)}`, asked);
  const [first] = rows;
  if (!first) return null;
  const { n } = log.first(`SELECT count(*) AS n FROM exc e WHERE ${where}`, asked);
  return {
    sentences: [{ n: n! }, { order: first['ord']!, due: first['due']! }],
    rows: rows.map(({ ord, category, owner, opened, due }) => [
      ord,
      category,
      owner,
      opened,
      due,
      undefined,
      undefined,
    ]),
  };
};

const approvals: Oracle = (log, asked) => {
  const state = asked['state'];
  const moment = state === null || state === 'pending' ? 'a.raised' : 'a.decided';
  const is =
    state === 'pending' ? "a.state = 'PENDING' AND a.expires > :now" : '(:state IS NULL OR a.state = upper(:state))';
  const where = `${is} AND (:approverRole IS NULL OR a.role = :approverRole) AND ${within(moment)}`;
  const rows = log.all(`SELECT a.* FROM appr a WHERE ${where} ORDER BY a.raised, a.id, a.rule ${capped(100)}`, asked);
  const [first] = rows;
  if (!first) return null;
  const { n } = log.first(`SELECT count(*) AS n FROM appr a WHERE ${where}`, asked);
  return {
    sentences: [{ n: n!, at: first['raised']!, order: first['ord']!, rule: first['rule']! }],
    rows: rows.map((row) => [
      row['ord'],
      row['rule'],
      row['role'],
      row['state'],
      row['raised'],
      undefined,
      row['decided'],
      row['expires'],
    ]),
  };
};

const overrides: Oracle = (log, asked) => {
  const where = `d.mode <> 'quote' AND ${ORDER} AND ${PLANNED} AND ${within('v.at')}`;
  const rows = log.all(
    `SELECT d.ord, v.at, d.delay, CASE WHEN s.n IS NULL OR s.open > 0 THEN 'open' WHEN s.failed OR s.short OR s.last > d.promise THEN 'went wrong' ELSE 'went well' END AS verdict
     FROM over v JOIN dec d ON d.id = v.id LEFT JOIN (SELECT id, count(*) AS n, sum(delivered IS NULL AND failed IS NULL) AS open, sum(failed IS NOT NULL) AS failed, sum(short) AS short, max(delivered) AS last FROM gone GROUP BY id) s ON s.id = d.id
     WHERE ${where} ORDER BY v.at DESC, v.id`,
    asked,
  );
  if (rows.length === 0) return null;
  const ended = rows.filter(({ verdict }) => verdict !== 'open').length;
  const well = rows.filter(({ verdict }) => verdict === 'went well').length;
  const sentences: Found[] = [{ n: rows.length }, ended > 0 ? { ended, well, share: well / ended } : {}];
  const group = asked['groupBy'];
  if (group) {
    const byGroup = log.all(
      `SELECT ${groupValue(group, 'v.at')} AS grp, count(DISTINCT v.id) AS n FROM over v JOIN dec d ON d.id = v.id ${grouped(group)} WHERE ${where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100`,
      asked,
    );
    return { sentences, rows: byGroup.map(({ grp, n }) => [grp, n]) };
  }
  const shown = rows.slice(0, Math.min(Number(asked['top'] ?? 100), 100));
  return {
    sentences,
    rows: shown.map(({ ord, at, delay, verdict }) => [
      ord,
      at,
      undefined,
      undefined,
      undefined,
      undefined,
      delay,
      verdict,
    ]),
  };
};

const policyChanges: Oracle = (log, asked) => {
  const rows = log.all(
    `SELECT CAST(round(unixepoch(j ->> '$.ts', 'subsec') * 1000) AS INTEGER) AS at, j ->> '$.actor' AS who, j ->> '$.reason' AS reason FROM leaves
     WHERE j ->> '$.type' = 'policy-change' AND ${within("unixepoch(j ->> '$.ts', 'subsec') * 1000")} ORDER BY at DESC LIMIT 60`,
    asked,
  );
  const [first] = rows;
  if (!first) return { sentences: [{}] };
  return {
    sentences: [{ n: rows.length }, { at: first['at']! }],
    rows: rows.map(({ at, who, reason }) => [at, who, undefined, undefined, undefined, reason]),
  };
};

/** The rules of the policy that the last decision was made under, each by the last of its variants. */
const policyRules: Oracle = (log, asked) => {
  const rows = log.all(
    `WITH rule AS (SELECT r.key AS place, r.value AS j, json_extract(r.value, '$.variants[#-1]') AS variant
       FROM policies p, json_each(p.j, '$.rules') r WHERE p.revision = (SELECT d ->> '$.policyRevision' FROM dec ORDER BY at DESC LIMIT 1))
     SELECT j ->> '$.ruleId' AS rule, j ->> '$.kind' AS kind, variant ->> '$.severity' AS severity, j ->> '$.owner' AS owner, j ->> '$.reasonCode' AS code,
       (SELECT count(DISTINCT l.value) FROM json_each(variant, '$.limit') l) AS many, (SELECT min(l.value) FROM json_each(variant, '$.limit') l) AS least
     FROM rule WHERE :ruleId IS NULL OR j ->> '$.ruleId' = :ruleId ORDER BY place LIMIT 100`,
    asked,
  );
  const [first] = rows;
  if (!first) return null;
  const limit = ({ many, least }: Found) => (many === 0 ? 'none' : many === 1 ? least : undefined);
  const alone = limit(first);
  return {
    sentences: [asked['ruleId'] === null ? { n: rows.length } : alone === undefined ? {} : { limit: alone }],
    rows: rows.map((row) => [
      row['rule'],
      row['kind'],
      row['severity'],
      limit(row),
      undefined,
      row['owner'],
      row['code'],
    ]),
  };
};

const modelVersions: Oracle = (log, asked) => {
  const rows = log.all(
    `SELECT m.value ->> '$.task' AS task, m.value ->> '$.modelVersion' AS version, count(*) AS n, min(d.at) AS since, max(d.at) AS last
     FROM dec d, json_each(d.d, '$.models') m WHERE :task IS NULL OR m.value ->> '$.task' = :task GROUP BY 1, 2 ORDER BY last DESC, 1 LIMIT 60`,
    asked,
  );
  if (rows.length === 0) return null;
  const newest = rows.filter(({ task }, index) => rows.findIndex((row) => row['task'] === task) === index);
  return {
    sentences: newest
      .reverse()
      .map(({ task, version, n, since }) => ({ task: task!, version: version!, n: n!, since: since! })),
    rows: rows.map(({ task, version, n, since, last }) => [task, version, n, since, last]),
  };
};

export const PEOPLE_ORACLES: Readonly<Record<string, Oracle>> = {
  'exceptions-aging': exceptionsAging,
  'list-exceptions': listExceptions,
  approvals,
  overrides,
  'policy-changes': policyChanges,
  'policy-rules': policyRules,
  'model-versions': modelVersions,
};
