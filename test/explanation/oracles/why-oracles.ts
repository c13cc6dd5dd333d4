import type { Found } from './oracle.ts';
import { CURRENT, costRowsOf, less, ofOrder, type Recorded, SHORT, TERMS } from './recorded-order.ts';
import { blocked } from './rules-of-order.ts';

/** The cost term that speaks most for the cheaper of two plans; the first of equals. */
export function largest(record: Recorded, theirs: string): Found {
  const differences = TERMS.map((term) =>
    less(record.at(`${theirs}.costs.${term}`), record.at(`chosen.costs.${term}`)),
  );
  const total = differences.reduce((sum, one) => sum + one, 0);
  const speaking = differences.filter((one) => (total === 0 ? one !== 0 : one * total > 0));
  const most = Math.max(...speaking.map(Math.abs));
  const difference = speaking.find((one) => Math.abs(one) === most);
  return difference === undefined ? {} : { difference };
}

export const whyOrder = ofOrder((record, log, asked) => {
  const { at, one } = record;
  if (at('chosen') === null) return blocked(record, log, asked);
  const ours = at('chosen.finalScore');
  const theirs = at('alternatives[0].finalScore');
  return {
    sentences: [
      { total: ours },
      theirs === null
        ? {}
        : { nextTotal: theirs, more: Math.abs(less(theirs, ours)), ...largest(record, 'alternatives[0]') },
      ...(one("json_type(d, '$.clamp') = 'object'") ? [{}] : []),
    ],
    rows: costRowsOf(record, ['chosen', 'alternatives[0]']),
  };
});

export const whySplit = ofOrder((record, log, asked) => {
  const { at, one, each } = record;
  const parts = one("json_array_length(d, '$.chosen.plan.shipments')");
  if (!parts) return blocked(record, log, asked);
  const ours = at('chosen.finalScore');
  const rows = log
    .all(
      `SELECT l.value ->> '$.orderLineId' AS line, l.value ->> '$.itemId' AS item, l.value ->> '$.orderedQty' AS qty,
       (SELECT group_concat(x, ', ') FROM (SELECT DISTINCT (s.value ->> '$.nodeId') || ' x ' || (a.value ->> '$.qty') AS x FROM json_each(d, '$.chosen.plan.shipments') s, json_each(s.value, '$.assignments') a
         WHERE a.value ->> '$.orderLineId' = l.value ->> '$.orderLineId' ORDER BY s.key, a.key)) AS places
       FROM dec, json_each(o, '$.lines') l WHERE dec.id = ${CURRENT} ORDER BY l.key`,
      asked,
    )
    .map(({ line, item, qty, places }) => [line, item, qty, places ?? '']);
  const size = "json_array_length(e.value, '$.plan.shipments')";
  if (parts === 1) {
    const [split] = each('alternatives', "e.value ->> '$.finalScore' AS score", `${size} > 1`);
    return { sentences: [{}, split ? { more: less(split['score']!, ours) } : {}], rows };
  }
  const [single] = each(
    'alternatives',
    "e.value ->> '$.finalScore' AS score",
    `${size} = 1 AND ${SHORT("e.value, '$.plan.shortLines'")} <= ${SHORT("dec.d, '$.chosen.plan.shortLines'")}`,
  );
  const other = single ? { total: single['score']!, more: less(single['score']!, ours), ours } : {};
  return { sentences: [{ shipments: parts }, other], rows };
});

export const whyCarrier = ofOrder((record, log, asked) => {
  const { at, one, each } = record;
  if (at('chosen') === null) return blocked(record, log, asked);
  const ours = at('chosen.finalScore');
  const [rule] = each('guard', "e.value ->> '$.threshold' AS threshold", "e.value ->> '$.verdict' = 'CLAMP'");
  const uses = (what: string) => `(SELECT s.value ->> '$.${what}' FROM json_each(dec.d, '$.chosen.plan.shipments') s)`;
  const others = each(
    'alternatives',
    "e.value ->> '$.finalScore' AS total, e.value ->> '$.risks.delay' AS risk, e.value ->> '$.costs.shipping' AS shipping, e.value ->> '$.costs.delay' AS delay",
    `NOT EXISTS (SELECT 1 FROM json_each(e.value, '$.plan.shipments') p WHERE p.value ->> '$.nodeId' NOT IN ${uses('nodeId')})
     AND EXISTS (SELECT 1 FROM json_each(e.value, '$.plan.shipments') p WHERE p.value ->> '$.carrierService' NOT IN ${uses('carrierService')})`,
  );
  const [other] = others;
  const services = (of: string) =>
    `(SELECT group_concat(x) FROM (SELECT DISTINCT s.value ->> '$.carrierService' AS x FROM json_each(d, '$.${of}.plan.shipments') s ORDER BY s.key))`;
  const erp = one(
    `json_type(d, '$.suggested.candidate') = 'object' AND ${services('suggested.candidate')} IS NOT ${services('chosen')}`,
  );
  const clamped = one("json_type(d, '$.clamp') = 'object'") && rule;
  return {
    sentences: [
      {},
      clamped ? { threshold: rule['threshold']! } : {},
      ...(erp ? [{}] : []),
      other ? { more: less(other['total']!, ours), risk: other['risk']!, ours: at('chosen.risks.delay') } : {},
    ],
    rows: [
      [undefined, at('chosen.costs.shipping'), at('chosen.costs.delay'), at('chosen.risks.delay'), ours],
      ...others.slice(0, 5).map(({ shipping, delay, risk, total }) => [undefined, shipping, delay, risk, total]),
    ],
  };
});
