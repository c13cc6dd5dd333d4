import type { Asked, Found, Oracle, Value } from './oracle.ts';
import { costRowsOf, less, ofOrder, SHORT } from './recorded-order.ts';
import { blocked, orderRules } from './rules-of-order.ts';
import { whyCarrier, whyOrder, whySplit } from './why-oracles.ts';

const showOrder = ofOrder(({ at, one, each }) => {
  const head = { at: at('decidedAt') };
  if (at('chosen') === null) return { sentences: [head, {}] };
  const short = one("(SELECT sum(s.value ->> '$.qty') FROM json_each(d, '$.chosen.plan.shortLines') s)");
  const rows = each(
    'chosen.plan.shipments',
    `e.value ->> '$.nodeId' AS node, e.value ->> '$.carrierService' AS service, (SELECT sum(a.value ->> '$.qty') FROM json_each(e.value, '$.assignments') a) AS qty,
     e.value ->> '$.shipDate' AS leaves, e.value ->> '$.eta' AS eta, e.value ->> '$.freight' AS freight, e.value ->> '$.delayRisk' AS risk`,
  );
  return {
    sentences: [
      head,
      { shipments: rows.length, total: at('chosen.costs.total') },
      ...(short ? [{ short }] : []),
      { delay: at('chosen.risks.delay'), stockout: at('chosen.risks.stockout'), split: at('chosen.risks.split') },
    ],
    rows: rows.map((row) => [
      row['node'],
      row['service'],
      row['qty'],
      row['leaves'],
      row['eta'],
      row['freight'],
      row['risk'],
    ]),
  };
});

const orderCosts = ofOrder((record) => {
  const { at } = record;
  if (at('chosen') === null) return { sentences: [{}] };
  const saving = at('suggested.saving');
  return {
    sentences: [
      { total: at('chosen.costs.total'), shipping: at('chosen.costs.shipping') },
      ...(saving === null ? [] : [saving === 0 ? {} : { saving: Math.abs(Number(saving)) }]),
    ],
    rows: costRowsOf(record, ['chosen']),
  };
});

const orderAlternatives = ofOrder(({ at, one, each }) => {
  const ours = at('chosen.finalScore');
  const next = at('alternatives[0].finalScore');
  const beyond = one("(SELECT group_concat(c.key || ' ' || c.value, ', ') FROM json_each(d, '$.rejectedCounts') c)");
  const rejected = each(
    'rejected',
    "e.value ->> '$.candidateId' AS candidate, e.value ->> '$.costs.total' AS total, e.value ->> '$.risks.delay' AS risk",
  );
  const kept = each(
    'alternatives',
    "e.value ->> '$.rank' AS rank, e.value ->> '$.candidateId' AS candidate, e.value ->> '$.finalScore' AS total, e.value ->> '$.risks.delay' AS risk, " +
      `${SHORT("e.value, '$.plan.shortLines'")} AS short`,
  );
  /** What is cheaper waits for a signature, or leaves more behind than the cheapest does. */
  const behind = ({ total, short }: Found): Value => {
    if (less(total!, ours) > 0) return 'costs more';
    if (total === ours) return 'costs as much';
    return Number(short) <= Number(kept[0]!['short']) ? 'needs an approval' : 'ships less';
  };
  const own =
    ours === null ? [] : [[at('chosen.rank'), at('chosen.candidateId'), ours, at('chosen.risks.delay'), 'chosen']];
  return {
    sentences: [
      { permitted: kept.length, rejected: rejected.length },
      ...(ours !== null && next !== null ? [{ more: Math.abs(less(next, ours)) }] : []),
      ...(beyond ? [{ reasons: beyond }] : []),
    ],
    rows: [
      ...own,
      ...kept.map((row) => [row['rank'], row['candidate'], row['total'], row['risk'], behind(row)]),
      ...rejected.map(({ candidate, total, risk }) => ['-', candidate ?? undefined, total, risk, undefined]),
    ].slice(0, 60),
  };
});

const orderProof = ofOrder(({ one }) => ({ sentences: [{ decision: one('id'), ref: one('ref') }, {}] }));

const orderHistory: Oracle = (log, asked) => {
  const ord = log.first('SELECT ord FROM dec WHERE id = :orderId OR ord = :orderId', asked)['ord'];
  if (ord === undefined) return null;
  const rows = log.all(
    `SELECT * FROM (SELECT at, 'decision ' || status AS event, id AS detail FROM dec WHERE ord = :ord
     UNION ALL SELECT opened, 'exception opened', category FROM exc WHERE ord = :ord
     UNION ALL SELECT resolved, 'exception resolved', '?' FROM exc WHERE ord = :ord AND resolved IS NOT NULL
     UNION ALL SELECT raised, 'approval asked of ' || role, rule FROM appr WHERE ord = :ord
     UNION ALL SELECT decided, 'approval ' || lower(state), rule FROM appr WHERE ord = :ord AND decided IS NOT NULL
     UNION ALL SELECT v.at, 'override', '?' FROM over v JOIN dec ON dec.id = v.id WHERE dec.ord = :ord
     UNION ALL SELECT shipped, 'shipped from ' || node, shipment FROM gone WHERE ord = :ord
     UNION ALL SELECT delivered, 'delivered', shipment FROM gone WHERE ord = :ord AND delivered IS NOT NULL
     UNION ALL SELECT failed, 'delivery failed', shipment FROM gone WHERE ord = :ord AND failed IS NOT NULL) ORDER BY at, event NOT LIKE 'decision %', event, detail`,
    { ...asked, ord } as Asked,
  );
  const decisions = rows.filter(({ event }) => String(event).startsWith('decision ')).length;
  return {
    sentences: [
      { events: rows.length, decisions },
      { at: rows.at(-1)!['at']!, event: rows.at(-1)!['event']! },
    ],
    rows: rows
      .slice(0, 100)
      .map(({ at, event, detail }) => [at, event, detail === '?' ? undefined : detail, undefined]),
  };
};

export const ORDER_ORACLES: Readonly<Record<string, Oracle>> = {
  'show-order': showOrder,
  'order-costs': orderCosts,
  'why-order': whyOrder,
  'why-split': whySplit,
  'why-carrier': whyCarrier,
  'why-blocked': ofOrder(blocked),
  'order-rules': orderRules,
  'order-alternatives': orderAlternatives,
  'order-proof': orderProof,
  'order-history': orderHistory,
};
