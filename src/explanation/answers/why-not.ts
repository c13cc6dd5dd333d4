import { COST_TERMS, type RejectionReason } from '#domain/candidate.ts';
import { type Change, decideWith } from '#explanation/change.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { Recorded, Sources } from '#explanation/sources.ts';
import { type Answerer, type Draft, draft, list, money, NOTHING, type Slot, say, table, text } from './draft.ts';
import { currentDecision } from './recorded-order.ts';
import { planSlot, valueSlot } from './values.ts';
import { largestDifference } from './why-order.ts';
import { reasonsSlot, statusSlot } from './words.ts';

function reasonRow(reason: RejectionReason, currency: string): Slot[] {
  return [
    text(reason.code),
    text(reason.subject),
    valueSlot(reason.value, reason.unit, currency),
    valueSlot(reason.threshold, reason.unit, currency),
  ];
}

/** Nothing on record speaks of it: the order is decided again with nothing else allowed. */
function forced({ decision, evidence, cite }: Recorded, wanted: Slot, parameters: Parameters, sources: Sources): Draft {
  const { nodeId, carrier, carrierService } = parameters;
  const again = sources.redecide(decision.decisionId);
  const order = text(decision.orderId);
  const unknown = draft([
    say(
      '{{wanted}} is not among the plans that were kept for {{order}}, and none was ruled out there.',
      { wanted, order },
      cite,
    ),
  ]);
  if (!again) return unknown;
  const { currency } = evidence.request.order;
  const change: Change = {
    ...(typeof nodeId === 'string' ? { nodeId } : {}),
    ...(typeof carrierService === 'string' ? { carrierService } : {}),
    ...(typeof carrier === 'string' && carrierService === undefined ? { carrier } : {}),
  };
  const then = decideWith(again, change);
  if (then.chosen && decision.chosen)
    return draft(
      [
        say(
          'Decided again with {{wanted}} alone, order {{order}} would be {{status}} from {{plan}} at {{total}}, instead of {{ours}}.',
          {
            wanted,
            order,
            status: statusSlot(then.status),
            plan: planSlot(then.chosen.plan),
            total: money(then.chosen.finalScore, currency),
            ours: money(decision.chosen.finalScore, currency),
          },
          cite,
        ),
      ],
      table(
        ['costTerm', 'chosen', 'wanted'],
        COST_TERMS.map((term) => [
          text(term),
          money(decision.chosen!.costs[term], currency),
          money(then.chosen!.costs[term], currency),
        ]),
      ),
    );
  const codes = [...then.reasonCodes, ...then.rejected.flatMap(({ reasons }) => reasons.map(({ code }) => code))];
  return draft([
    say(
      'Decided again with {{wanted}} alone, order {{order}} would be {{status}}: {{codes}}.',
      { wanted, order, status: statusSlot(then.status), codes: reasonsSlot(codes) },
      cite,
    ),
  ]);
}

export const whyNot: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  const { nodeId, carrier, carrierService } = parameters;
  const fits = (shipment: { nodeId: string; carrier: string; carrierService: string }) =>
    (nodeId === undefined || shipment.nodeId === nodeId) &&
    (carrier === undefined || shipment.carrier === carrier) &&
    (carrierService === undefined || shipment.carrierService === carrierService);
  const wanted = list([nodeId, carrierService ?? carrier].filter((one): one is string => typeof one === 'string'));
  const order = text(decision.orderId);
  const { chosen } = decision;
  if (chosen?.plan.shipments.some(fits))
    return draft([say('Order {{order}} does use {{wanted}}.', { order, wanted }, cite)]);
  const alternative = decision.alternatives.find(({ plan }) => plan.shipments.some(fits));
  if (alternative && chosen) {
    const part = largestDifference(chosen.costs, alternative.costs, currency);
    return draft(
      [
        say(
          `{{wanted}} was permitted for {{order}}, but the best plan with it, from {{plan}}, costs {{total}}, {{more}} more than the {{ours}} of the chosen one${part ? '; most of the difference is {{term}} ({{difference}})' : ''}.`,
          {
            wanted,
            order,
            plan: planSlot(alternative.plan),
            more: money(alternative.finalScore - chosen.finalScore, currency),
            total: money(alternative.finalScore, currency),
            ours: money(chosen.finalScore, currency),
            ...part,
          },
          cite,
        ),
      ],
      table(
        ['costTerm', 'chosen', 'wanted'],
        COST_TERMS.map((term) => [
          text(term),
          money(chosen.costs[term], currency),
          money(alternative.costs[term], currency),
        ]),
      ),
    );
  }
  const lane = typeof carrierService === 'string' ? carrierService : typeof carrier === 'string' ? carrier : null;
  const rejected = decision.rejected.filter(
    ({ nodeIds, candidateId, reasons }) =>
      (nodeId === undefined || nodeIds.includes(String(nodeId))) &&
      (lane === null || candidateId?.includes(lane) || reasons.some(({ subject }) => subject.includes(lane))),
  );
  const reasons = rejected.flatMap((one) => one.reasons);
  if (reasons.length === 0) return forced(found, wanted, parameters, sources);
  return draft(
    [
      say(
        '{{wanted}} was ruled out for {{order}}: {{codes}}.',
        { wanted, order, codes: reasonsSlot(reasons.map(({ code }) => code)) },
        cite,
      ),
    ],
    table(
      ['reasonCode', 'subject', 'value', 'threshold'],
      reasons.slice(0, 20).map((reason) => reasonRow(reason, currency)),
    ),
  );
};
