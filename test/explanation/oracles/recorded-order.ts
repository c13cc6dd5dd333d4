import type { Asked, Expected, Export, Oracle, Said, Value } from './oracle.ts';

export const TERMS = ['shipping', 'processing', 'split', 'delay', 'stockout', 'opportunity', 'ageing', 'shortLine'];
export const CURRENT = `(SELECT id FROM dec WHERE id = :orderId OR ord = :orderId ORDER BY id = :orderId DESC, mode = 'quote', at DESC, id DESC LIMIT 1)`;

/** Reads the decision asked about by JSON paths; a list comes as rows. */
function recordOf(log: Export, asked: Asked) {
  const one = (sql: string) => log.first(`SELECT ${sql} AS x FROM dec WHERE id = ${CURRENT}`, asked)['x'] ?? null;
  return {
    known: one('id') !== null,
    at: (path: string) => one(`d ->> '$.${path}'`),
    one,
    each: (path: string, columns: string, where = '1') =>
      log.all(
        `SELECT ${columns} FROM dec, json_each(dec.d, '$.${path}') e WHERE dec.id = ${CURRENT} AND ${where} ORDER BY e.key`,
        asked,
      ),
  };
}
export type Recorded = ReturnType<typeof recordOf>;

export const ofOrder =
  (answer: (record: Recorded, log: Export, asked: Asked, said: Said) => Expected): Oracle =>
  (log, asked, said) => {
    const record = recordOf(log, asked);
    return record.known ? answer(record, log, asked, said) : null;
  };
/** Each term that costs something in one of the plans, and the total; the plans by their paths. */
export const costRowsOf = ({ at }: Recorded, plans: readonly string[]): (Value | undefined)[][] =>
  [...TERMS, 'total']
    .map((term) => [term, ...plans.map((plan) => at(`${plan}.costs.${term}`))])
    .filter(([term, ...costs]) => term === 'total' || costs.some((cost) => cost !== null && cost !== 0));
export const less = (a: Value, b: Value): number => Number(a) - Number(b);

/** Units of short lines; takes the arguments of a json_each. */
export const SHORT = (of: string) => `(SELECT coalesce(sum(s.value ->> '$.qty'), 0) FROM json_each(${of}) s)`;
