import { type Answerer, count, counted, decimal, draft, NOTHING, type Slot, say, table, text } from './draft.ts';
import { whereOf } from './filters.ts';
import { scopeOf } from './scope.ts';
import { valueSlot } from './values.ts';
import { reasonsSlot } from './words.ts';

interface Example {
  readonly value: number;
  readonly threshold: number;
  readonly unit: string;
  readonly currency: string;
}
const example = (found: Example | undefined, what: 'value' | 'threshold'): Slot =>
  found ? valueSlot(found[what], found.unit, found.currency) : decimal(null);

/** Decisions whose evidence is read for one answer: enough for a pattern, few enough to stay quick. */
const MOST_EVIDENCE = 200;

export const blockers: Answerer = (parameters, sources) => {
  const { sql, values } = whereOf(parameters, ['nodeId', 'carrier', 'carrierService']);
  const { rows, cite } = sources.query(
    `SELECT d.decision_id, d.exception_category FROM decision_index d WHERE ${sql} AND (d.status <> 'FULLY_SOURCED' OR d.planned_units < d.ordered_units OR d.exception_category IS NOT NULL)
     ORDER BY d.decided_at DESC, d.decision_id DESC LIMIT :limit`,
    { ...values, limit: MOST_EVIDENCE },
  );
  const node = parameters['nodeId'];
  const lane = [parameters['carrierService'], parameters['carrier']].find((one) => typeof one === 'string');
  const orders = new Map<string, Set<string>>();
  const worst = new Map<string, Example>();
  const touched = new Set<string>();
  const add = (code: string, id: string): void => {
    orders.set(code, (orders.get(code) ?? new Set()).add(id));
    touched.add(id);
  };
  for (const row of rows) {
    const id = String(row['decision_id']);
    const recorded = sources.recorded(id);
    if (!recorded) continue;
    const { decision, evidence } = recorded;
    const { currency } = evidence.request.order;
    for (const rejected of decision.rejected) {
      if (typeof node === 'string' && !rejected.nodeIds.includes(node)) continue;
      if (typeof lane === 'string' && !rejected.candidateId?.includes(lane)) continue;
      for (const { code, value, threshold, unit } of rejected.reasons) {
        add(code, id);
        if (value !== null && threshold !== null && !worst.has(code))
          worst.set(code, { value, threshold, unit, currency });
      }
    }
    if (node === undefined && lane === undefined) {
      for (const code of decision.reasonCodes) add(code, id);
      for (const { verdict, reasonCode } of decision.guard) if (verdict === 'DENY') add(reasonCode, id);
    }
  }
  if (rows.length === 0) return NOTHING;
  const sorted = [...orders].sort((a, b) => b[1].size - a[1].size || (a[0] < b[0] ? -1 : 1));
  const first = sorted[0];
  if (!first)
    return draft([
      say(
        '{{n}} orders are not sourced in full ({{scope}}), and none of their records gives a reason there.',
        { n: count(rows.length), scope: scopeOf(parameters, sources) },
        cite,
      ),
    ]);
  return draft(
    [
      say(
        'Held back or short: {{n}} ({{scope}}).',
        { n: counted(touched.size, 'order'), scope: scopeOf(parameters, sources) },
        cite,
      ),
      say(
        'The most frequent reason is {{code}}, on {{orders}} of them.',
        { code: reasonsSlot([first[0]]), orders: count(first[1].size) },
        cite,
      ),
    ],
    table(
      ['reasonCode', 'orders', 'example value', 'threshold'],
      sorted
        .slice(0, 60)
        .map(([code, ids]) => [
          text(code),
          count(ids.size),
          example(worst.get(code), 'value'),
          example(worst.get(code), 'threshold'),
        ]),
    ),
    { kind: 'bar', x: 'reasonCode', y: ['orders'] },
  );
};
