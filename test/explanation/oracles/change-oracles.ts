import { CURRENCY_DECIMALS } from '#domain/money.ts';
import type { CustomerTier } from '#domain/order.ts';
import {
  type DecidedOn,
  decideOn,
  outcomeOn,
  planOn,
  withCeilings,
  withLanesOf,
  withNode,
  withOrder,
  withPromise,
  withTier,
  withUnits,
} from './decided-on.ts';
import type { Asked, Oracle, Value } from './oracle.ts';
import { costRowsOf, less, ofOrder, TERMS } from './recorded-order.ts';
import { largest } from './why-oracles.ts';

/** What the question would have otherwise, done to what was recorded; null where it names nothing. */
function asIf(on: DecidedOn, asked: Asked): DecidedOn | null {
  const { order } = on.request;
  const { promiseDate, promiseShiftDays, customerTier, freightCap, carrierService, splitAllowed } = asked;
  const { nodeId, itemId, addQty } = asked;
  let changed = on;
  if (promiseDate !== null) changed = withOrder(changed, { promiseDate: Date.parse(String(promiseDate)) });
  else if (promiseShiftDays !== null) changed = withPromise(changed, Number(promiseShiftDays));
  if (customerTier !== null) changed = withTier(changed, customerTier as CustomerTier);
  if (freightCap !== null)
    changed = withCeilings(changed, () => Math.round(Number(freightCap) * 10 ** CURRENCY_DECIMALS[order.currency]));
  if (carrierService !== null) changed = withLanesOf(changed, null, carrierService);
  if (splitAllowed !== null) changed = withOrder(changed, { maxSplits: splitAllowed === 1 ? null : 1 });
  if (nodeId !== null && addQty !== null) {
    const item = itemId ?? order.lines[0]!.itemId;
    changed = withUnits(changed, Number(addQty), (one) => one.nodeId === nodeId && one.itemId === item);
  } else if (nodeId !== null) changed = withNode(changed, String(nodeId));
  // An order without a promise has none to move, yet something was asked.
  return changed === on && promiseShiftDays === null ? null : changed;
}

const whatIf = ofOrder(({ one }, log, asked) => {
  const on = log.decidedOn(String(one('id')));
  const changed = asIf(on, asked);
  if (!changed) return { sentences: [{}] };
  const { decision } = on.evidence;
  const then = decideOn(changed);
  const row = (name: string, { status, chosen }: typeof then): Value[] => [
    name,
    status,
    planOn({ ...then, chosen }),
    chosen?.costs.total ?? null,
    chosen?.risks.delay ?? null,
  ];
  const would = { status: then.status, plan: planOn(then) };
  return {
    sentences: [
      outcomeOn(then) === outcomeOn(decision) ? would : { ...would, was: decision.status, before: planOn(decision) },
      ...(then.chosen || then.reasonCodes.length === 0 ? [] : [{ codes: then.reasonCodes.join(', ') }]),
      ...(then.chosen && decision.chosen ? [{ cost: then.chosen.costs.total, was: decision.chosen.costs.total }] : []),
    ],
    rows: [row('as decided', decision), row('what if', then)],
  };
});

/** Kept first, ruled out next; where nothing on record speaks of it, decided again with nothing else allowed. */
const whyNot: Oracle = ofOrder((record, log, asked) => {
  const { at, one, each } = record;
  const { nodeId, carrier, carrierService } = asked;
  const wanted = [nodeId, carrier, carrierService].filter((name) => name !== null).join(', ');
  if (wanted === '') return { sentences: [{}] };
  const fits = (
    plan: string,
  ) => `EXISTS (SELECT 1 FROM json_each(${plan}) s WHERE (:nodeId IS NULL OR s.value ->> '$.nodeId' = :nodeId)
    AND (:carrier IS NULL OR s.value ->> '$.carrier' = :carrier) AND (:carrierService IS NULL OR s.value ->> '$.carrierService' = :carrierService))`;
  if (one(fits("d, '$.chosen.plan.shipments'"))) return { sentences: [{ wanted }] };
  const ours = at('chosen.finalScore');
  const [kept] = each(
    'alternatives',
    "e.key AS place, e.value ->> '$.finalScore' AS total",
    fits("e.value, '$.plan.shipments'"),
  );
  if (kept && ours !== null) {
    const theirs = `alternatives[${kept['place']}]`;
    return {
      sentences: [
        { wanted, total: kept['total']!, more: Math.abs(less(kept['total']!, ours)), ours, ...largest(record, theirs) },
      ],
      rows: costRowsOf(record, ['chosen', theirs]),
    };
  }
  const on = log.decidedOn(String(one('id')));
  // A plan names its shipments in its id, `node/service:`; a node that could not serve at all has none.
  const lanes = on.snapshot.lanes.filter(
    (lane) =>
      (carrier ?? lane.carrier) === lane.carrier && (carrierService ?? lane.carrierService) === lane.carrierService,
  );
  const shipsSo = (plan: string): boolean =>
    plan
      .split('+')
      .some((shipment) =>
        lanes.some(
          (lane) =>
            (nodeId ?? lane.nodeId) === lane.nodeId && shipment.startsWith(`${lane.nodeId}/${lane.carrierService}:`),
        ),
      );
  const ruledOut = on.evidence.decision.rejected.filter(({ candidateId, nodeIds }) =>
    candidateId === null
      ? carrier === null && carrierService === null && nodeIds.includes(String(nodeId))
      : shipsSo(candidateId),
  );
  const reasons = ruledOut.flatMap((plan) => plan.reasons);
  if (reasons.length > 0)
    return {
      sentences: [{ wanted, codes: [...new Set(reasons.map(({ code }) => code))].join(', ') }],
      rows: ruledOut
        .flatMap(({ candidateId, nodeIds, reasons: its }) =>
          its.map(({ code, subject, value, threshold }) => [
            candidateId ?? nodeIds.join('+'),
            code,
            subject,
            value,
            threshold,
          ]),
        )
        .slice(0, 20),
    };
  const alone = withLanesOf(on, carrier, carrierService);
  const then = decideOn(nodeId === null ? alone : withNode(alone, String(nodeId)));
  if (!then.chosen || ours === null) {
    const codes = [...then.reasonCodes, ...then.rejected.flatMap((plan) => plan.reasons.map(({ code }) => code))];
    return { sentences: [{ wanted, status: then.status, codes: [...new Set(codes)].join(', ') }] };
  }
  const { costs } = then.chosen;
  return {
    sentences: [{ wanted, status: then.status, plan: planOn(then), total: costs.total, ours }],
    rows: [...TERMS, 'total']
      .map((term): Value[] => [term, at(`chosen.costs.${term}`), costs[term as keyof typeof costs]])
      .filter(([term, was, is]) => term === 'total' || was !== 0 || is !== 0),
  };
});

export const CHANGE_ORACLES: Readonly<Record<string, Oracle>> = { 'what-if': whatIf, 'why-not': whyNot };
