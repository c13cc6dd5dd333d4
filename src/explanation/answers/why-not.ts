import type { RejectedCandidate, RejectionReason } from '#domain/candidate.ts';
import type { Decision } from '#domain/decision.ts';
import type { Lane } from '#domain/network.ts';
import { type Change, decideWith } from '#explanation/change.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { Recorded, Redecision } from '#explanation/sources.ts';
import { costRows } from './cost-rows.ts';
import { type Answerer, type Draft, draft, list, money, NOTHING, type Slot, say, table, text } from './draft.ts';
import { currentDecision } from './recorded-order.ts';
import { standingOf } from './standing.ts';
import { planSlot, valueSlot } from './values.ts';
import { largestDifference } from './why-order.ts';
import { reasonsSlot, statusSlot } from './words.ts';

function reasonRow({ candidateId, nodeIds }: RejectedCandidate, reason: RejectionReason, currency: string): Slot[] {
  return [
    text(candidateId ?? nodeIds.join('+')),
    text(reason.code),
    text(reason.subject),
    valueSlot(reason.value, reason.unit, currency),
    valueSlot(reason.threshold, reason.unit, currency),
  ];
}

/**
 * The rejected plans that ship as the question names it. A plan's id says what ships, `node/service:`; a node that could
 * not serve at all has none, and says nothing of a carrier.
 */
function ruledOut({ rejected }: Decision, lanes: readonly Lane[], parameters: Parameters): RejectedCandidate[] {
  const { nodeId, carrier, carrierService } = parameters;
  const meant = lanes
    .filter((lane) => nodeId === undefined || lane.nodeId === nodeId)
    .filter((lane) => carrier === undefined || lane.carrier === carrier)
    .filter((lane) => carrierService === undefined || lane.carrierService === carrierService)
    .map((lane) => `${lane.nodeId}/${lane.carrierService}:`);
  const byLane = carrier !== undefined || carrierService !== undefined;
  return rejected.filter(({ candidateId, nodeIds }) =>
    candidateId === null
      ? !byLane && nodeIds.includes(String(nodeId))
      : candidateId.split('+').some((shipment) => meant.some((lane) => shipment.startsWith(lane))),
  );
}

/** Nothing on record speaks of it: the order is decided again with nothing else allowed. */
function forced(
  { decision, evidence, cite }: Recorded,
  wanted: Slot,
  parameters: Parameters,
  again: Redecision | null,
): Draft {
  const { nodeId, carrier, carrierService } = parameters;
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
    ...(typeof carrier === 'string' ? { carrier } : {}),
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
      table(['costTerm', 'chosen', 'wanted'], costRows([decision.chosen.costs, then.chosen.costs], currency)),
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
  const wanted = list([nodeId, carrier, carrierService].filter((one): one is string => typeof one === 'string'));
  const order = text(decision.orderId);
  const { chosen } = decision;
  if (wanted.value === '')
    return draft([say('Which node, carrier or service {{order}} might have used was not named.', { order }, cite)]);
  if (chosen?.plan.shipments.some(fits))
    return draft([say('Order {{order}} does use {{wanted}}.', { order, wanted }, cite)]);
  const alternative = decision.alternatives.find(({ plan }) => plan.shipments.some(fits));
  if (alternative && chosen) {
    const part = largestDifference(chosen.costs, alternative.costs, currency);
    const standing = standingOf(decision, alternative);
    const more = alternative.finalScore - chosen.finalScore;
    return draft(
      [
        say(
          `{{wanted}} was permitted for {{order}}, but the best plan with it, from {{plan}}, costs {{total}}, {{more}} ${more < 0 ? 'less' : 'more'} than the {{ours}} of the chosen one${more < 0 ? `, and ${standing}` : ''}${part ? '; most of the difference is {{term}} ({{difference}})' : ''}.`,
          {
            wanted,
            order,
            plan: planSlot(alternative.plan),
            more: money(Math.abs(more), currency),
            total: money(alternative.finalScore, currency),
            ours: money(chosen.finalScore, currency),
            ...part,
          },
          cite,
        ),
      ],
      table(['costTerm', 'chosen', 'wanted'], costRows([chosen.costs, alternative.costs], currency)),
    );
  }
  const again = sources.redecide(decision.decisionId);
  const plans = ruledOut(decision, again?.snapshot.lanes ?? [], parameters);
  const reasons = plans.flatMap((plan) => plan.reasons);
  if (reasons.length === 0) return forced(found, wanted, parameters, again);
  return draft(
    [
      say(
        '{{wanted}} was ruled out for {{order}}: {{codes}}.',
        { wanted, order, codes: reasonsSlot(reasons.map(({ code }) => code)) },
        cite,
      ),
    ],
    table(
      ['candidate', 'reasonCode', 'subject', 'value', 'threshold'],
      plans.flatMap((plan) => plan.reasons.map((reason) => reasonRow(plan, reason, currency))).slice(0, 20),
    ),
  );
};
