import { type DecidedOn, decideOn, outcomeOn, planOn, withUnits } from './decided-on.ts';
import type { Asked, Expected, Export, Found, Value } from './oracle.ts';
import { CURRENT, ofOrder, type Recorded, SHORT } from './recorded-order.ts';

const OUTCOME =
  "e.value ->> '$.ruleId' AS rule, e.value ->> '$.verdict' AS verdict, e.value ->> '$.from' AS value, e.value ->> '$.to' AS \"to\", e.value ->> '$.threshold' AS threshold, e.value ->> '$.reasonCode' AS code, e.value ->> '$.relaxation.text' AS relaxation, json_type(e.value, '$.from') AS kind";
/** JSON's true and false come as 1 and 0, and stand in answers as words. */
const plain = (value: Value | undefined, kind: Value | undefined): Value =>
  kind === 'true' || kind === 'false' ? String(kind) : (value ?? null);

export const orderRules = ofOrder(({ at, each }) => {
  const named = "(:ruleId IS NULL OR e.value ->> '$.ruleId' = :ruleId)";
  const spoke = [
    ...each('guard', OUTCOME, named),
    ...(at('chosen') === null ? each('exception.nearest[0].outcomes', OUTCOME, named) : []),
  ];
  const acted = spoke.filter(
    ({ rule, verdict }, index) =>
      verdict !== 'ALLOW' && index === spoke.findLastIndex((row) => row['rule'] === rule && row['verdict'] === verdict),
  );
  // In the order in which each rule and verdict was first said.
  const first = (row: Found) =>
    spoke.findIndex((other) => other['rule'] === row['rule'] && other['verdict'] === row['verdict']);
  acted.sort((a, b) => first(a) - first(b));
  const roles = each('approvals', "e.value ->> '$.ruleId' AS rule").some(({ rule }) =>
    acted.some((row) => row['rule'] === rule),
  );
  return {
    sentences: [
      ...(acted.length === 0
        ? [{}]
        : acted.slice(0, 4).map(({ verdict, value, to, threshold, kind }): Found => {
            const from = plain(value, kind);
            return verdict === 'CLAMP'
              ? { from, to: plain(to, kind), threshold: threshold! }
              : { value: from, threshold: threshold! };
          })),
      ...(roles ? [{}] : []),
    ],
    rows: spoke
      .slice(0, 60)
      .map(({ rule, verdict, code, value, threshold, relaxation, kind }) => [
        rule,
        verdict,
        code,
        plain(value, kind),
        threshold,
        relaxation,
        undefined,
      ]),
  };
});

/** Units that are put on the shelf of the nearest node, one by one, until something goes; none where all it lacks does nothing. */
function fewestUnits(on: DecidedOn, { node, item, has, takes }: Found): Found | null {
  const was = outcomeOn(on.evidence.decision);
  for (let missing = 1; missing <= Number(takes) - Number(has); missing++) {
    const then = decideOn(withUnits(on, missing, (one) => one.nodeId === node && one.itemId === item));
    if (then.chosen && outcomeOn(then) !== was) return { missing, status: then.status, plan: planOn(then) };
  }
  return null;
}

/** Why nothing, or not all, was sourced; also what other questions of an order without a plan say. */
export function blocked({ at, one, each }: Recorded, log: Export, asked: Asked): Expected {
  const status = at('status');
  const needs = one("json_array_length(d, '$.approvals')");
  if (status === 'FULLY_SOURCED' && needs === 0 && at('exception') === null) return { sentences: [{}] };
  const outcomes = [...each('guard', OUTCOME), ...each('exception.nearest[0].outcomes', OUTCOME)];
  const binding = outcomes.filter(({ verdict }) => verdict === 'DENY' || verdict === 'REQUIRE_APPROVAL');
  const first = binding.find(({ verdict }) => verdict === 'DENY') ?? binding[0];
  const relaxed = binding.find(({ relaxation }) => relaxation !== null);
  const asks = binding.some(({ verdict }) => verdict === 'REQUIRE_APPROVAL');
  const units = one(`${SHORT("d, '$.chosen.plan.shortLines'")}`);
  const [gap] = log.all(
    `SELECT r.value ->> '$.nodeIds[0]' AS node, r.value ->> '$.reasons[0].subject' AS item, r.value ->> '$.reasons[0].value' AS has, r.value ->> '$.reasons[0].threshold' AS takes
     FROM dec, json_each(d, '$.rejected') r WHERE dec.id = ${CURRENT} AND json_type(d, '$.chosen') = 'null' AND json_array_length(r.value, '$.nodeIds') = 1
       AND json_array_length(r.value, '$.reasons') = 1 AND r.value ->> '$.reasons[0].unit' = 'units' AND has < takes ORDER BY takes - has, node LIMIT 1`,
    asked,
  );
  const sentences: Found[] = [{}];
  if (first) sentences.push({ value: plain(first['value'], first['kind']), threshold: first['threshold']! });
  if (relaxed) sentences.push({ relaxation: relaxed['relaxation']! });
  else if (asks) sentences.push({});
  if (units) sentences.push({ units });
  if (gap) {
    sentences.push({ node: gap['node']!, value: gap['has']!, threshold: gap['takes']! });
    const enough = fewestUnits(log.decidedOn(String(one('id'))), gap);
    if (enough) sentences.push(enough);
  }
  const distinct = log.all(
    `SELECT rule, verdict, code, value, threshold, kind FROM (
       SELECT 0 AS a, 0 AS b, e.key AS c, ${OUTCOME} FROM dec, json_each(d, '$.guard') e WHERE dec.id = ${CURRENT}
       UNION ALL SELECT 1, n.key, e.key, ${OUTCOME} FROM dec, json_each(d, '$.exception.nearest') n, json_each(n.value, '$.outcomes') e WHERE dec.id = ${CURRENT})
     WHERE verdict <> 'ALLOW' GROUP BY rule, verdict, code, value, threshold, relaxation ORDER BY min(a), min(b), min(c)`,
    asked,
  );
  return {
    sentences,
    rows: distinct
      .slice(0, 20)
      .map(({ rule, verdict, code, value, threshold, kind }) => [
        rule,
        verdict,
        code,
        plain(value, kind),
        threshold,
        undefined,
        undefined,
      ]),
  };
}
