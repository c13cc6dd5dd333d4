import { whyBlocked } from './blocked.ts';
import { type Answerer, draft, list, money, NOTHING, percent, type Sentence, say, table, text } from './draft.ts';
import { currentDecision } from './recorded-order.ts';
import { planSlot, servicesOf, valueSlot } from './values.ts';
import { reasonSlot } from './words.ts';

export const whyCarrier: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { chosen, clamp } = decision;
  const { currency } = evidence.request.order;
  if (!chosen) return whyBlocked(parameters, sources);
  const services = servicesOf(chosen.plan);
  const sentences: Sentence[] = [
    say(
      'Order {{order}} goes by {{services}} of {{carriers}}.',
      {
        order: text(decision.orderId),
        services,
        carriers: list(chosen.plan.shipments.map(({ carrier }) => carrier)),
      },
      cite,
    ),
  ];
  const rule = decision.guard.find(({ verdict }) => verdict === 'CLAMP');
  if (clamp && rule)
    sentences.push(
      say(
        'Before the guard it was {{raw}}; the rule {{rule}} moved it, at a limit of {{threshold}}: {{code}}.',
        {
          raw: planSlot(clamp.raw.plan),
          rule: text(rule.ruleId),
          threshold: valueSlot(rule.threshold, rule.unit, currency),
          code: reasonSlot(rule.reasonCode),
        },
        cite,
      ),
    );
  else sentences.push(say('No rule moved it there.', {}, cite));
  const erp = decision.suggested?.candidate;
  if (erp && servicesOf(erp.plan).shown !== services.shown)
    sentences.push(say('The ERP itself would have shipped from {{erp}}.', { erp: planSlot(erp.plan) }, cite));
  const nodes = new Set(chosen.plan.shipments.map(({ nodeId }) => nodeId));
  const own = new Set(chosen.plan.shipments.map(({ carrierService }) => carrierService));
  const others = decision.alternatives.filter(
    ({ plan }) =>
      plan.shipments.every(({ nodeId }) => nodes.has(nodeId)) &&
      plan.shipments.some(({ carrierService }) => !own.has(carrierService)),
  );
  const [other] = others;
  if (other)
    sentences.push(
      say(
        'From the same nodes {{other}} would cost {{more}} more, with a risk of delay of {{risk}} instead of {{ours}}.',
        {
          other: servicesOf(other.plan),
          more: money(other.finalScore - chosen.finalScore, currency),
          risk: percent(other.risks.delay),
          ours: percent(chosen.risks.delay),
        },
        cite,
      ),
    );
  else
    sentences.push(say('No other service from the same nodes is among the permitted plans that were kept.', {}, cite));
  const rows = [chosen, ...others]
    .slice(0, 6)
    .map((plan) => [
      servicesOf(plan.plan),
      money(plan.costs.shipping, currency),
      money(plan.costs.delay, currency),
      percent(plan.risks.delay),
      money(plan.finalScore, currency),
    ]);
  return draft(sentences, table(['carrierService', 'shipping', 'delay', 'delayRisk', 'total'], rows));
};
