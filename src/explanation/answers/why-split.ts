import { whyBlocked } from './blocked.ts';
import {
  type Answerer,
  count,
  counted,
  draft,
  list,
  money,
  NOTHING,
  type Sentence,
  say,
  table,
  text,
} from './draft.ts';
import { currentDecision } from './recorded-order.ts';
import { nodesOf, planSlot } from './values.ts';
import { reasonsSlot } from './words.ts';

export const whySplit: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { chosen } = decision;
  const { currency, lines } = evidence.request.order;
  if (!chosen || chosen.plan.shipments.length === 0) return whyBlocked(parameters, sources);
  const { shipments, shortLines } = chosen.plan;
  const order = text(decision.orderId);
  const more = (score: number) => money(score - chosen.finalScore, currency);
  const from = lines.map((line) => {
    const places = shipments.flatMap(({ nodeId, assignments }) =>
      assignments.filter(({ orderLineId }) => orderLineId === line.orderLineId).map(({ qty }) => `${nodeId} x ${qty}`),
    );
    return [text(line.orderLineId), text(line.itemId), count(line.orderedQty), list(places)];
  });
  const rows = table(['orderLineId', 'itemId', ['orderedQty', 'units'], 'from'], from);
  if (shipments.length === 1) {
    const split = decision.alternatives.find(({ plan }) => plan.shipments.length > 1);
    return draft(
      [
        say(
          'Order {{order}} is not split: it goes in one shipment from {{plan}}.',
          { order, plan: planSlot(chosen.plan) },
          cite,
        ),
        split
          ? say(
              'The least costly plan with more shipments, from {{split}}, would cost {{more}} more.',
              { split: planSlot(split.plan), more: more(split.finalScore) },
              cite,
            )
          : say('None of the plans that were kept has more shipments.', {}, cite),
      ],
      rows,
    );
  }
  const sentences: Sentence[] = [
    say(
      'Order {{order}} goes in {{shipments}}, from {{nodes}}.',
      { order, shipments: counted(shipments.length, 'shipment'), nodes: nodesOf(chosen.plan) },
      cite,
    ),
  ];
  // One shipment that leaves more of the order short is no answer to the same question.
  const units = (short: typeof shortLines) => short.reduce((sum, { qty }) => sum + qty, 0);
  const single = decision.alternatives.find(
    ({ plan }) => plan.shipments.length === 1 && units(plan.shortLines) <= units(shortLines),
  );
  if (single)
    sentences.push(
      say(
        'One shipment was possible, from {{single}}, but it would cost {{total}}, {{more}} more than the split at {{ours}}.',
        {
          single: planSlot(single.plan),
          total: money(single.finalScore, currency),
          more: more(single.finalScore),
          ours: money(chosen.finalScore, currency),
        },
        cite,
      ),
    );
  else {
    const reasons = decision.rejected.filter(({ nodeIds }) => nodeIds.length === 1).flatMap(({ reasons }) => reasons);
    sentences.push(
      reasons.length > 0
        ? say(
            'No single node was found that could ship as much of it; what stood against single nodes: {{codes}}.',
            { codes: reasonsSlot(reasons.map(({ code }) => code)) },
            cite,
          )
        : say('No single node was found that could ship as much of it.', {}, cite),
    );
  }
  return draft(sentences, rows);
};
