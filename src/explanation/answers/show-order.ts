import type { GuardOutcome } from '#domain/guard.ts';
import type { Recorded } from '#explanation/sources.ts';
import { costRows } from './cost-rows.ts';
import {
  type Answerer,
  count,
  counted,
  draft,
  list,
  money,
  NOTHING,
  percent,
  type Sentence,
  say,
  table,
  text,
  when,
} from './draft.ts';
import { currentDecision } from './recorded-order.ts';
import { nodesOf, servicesOf } from './values.ts';
import { reasonsSlot, statusSlot } from './words.ts';

const MODES: Readonly<Record<string, string>> = {
  quote: 'as a quote, nothing is held',
  shadow: "in the shadow of the ERP's own choice, nothing is held",
  hold: 'stock is held for it',
};

export const showOrder: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { chosen } = decision;
  const { currency } = evidence.request.order;
  const head = say(
    chosen ? 'Order {{order}} was {{status}} on {{at}}; {{mode}}.' : 'Order {{order}} was {{status}} on {{at}}.',
    {
      order: text(decision.orderId),
      at: when(decision.decidedAt, sources.zone),
      status: statusSlot(decision.status),
      ...(chosen ? { mode: { value: decision.mode, shown: MODES[decision.mode] ?? decision.mode } } : {}),
    },
    cite,
  );
  if (!chosen) {
    const codes = reasonsSlot(decision.reasonCodes);
    return draft([head, say('No plan was permitted: {{codes}}.', { codes }, cite)]);
  }
  const { shipments, shortLines } = chosen.plan;
  const rows = shipments.map((shipment) => [
    text(shipment.nodeId),
    text(shipment.carrierService),
    count(shipment.assignments.reduce((sum, { qty }) => sum + qty, 0)),
    when(shipment.shipDate, sources.zone),
    when(shipment.eta, sources.zone),
    money(shipment.freight, currency),
    percent(shipment.delayRisk),
  ]);
  const short = shortLines.reduce((sum, { qty }) => sum + qty, 0);
  return draft(
    [
      head,
      say(
        'It ships in {{shipments}} from {{nodes}} by {{services}}, at an expected cost to serve of {{total}}.',
        {
          shipments: counted(shipments.length, 'shipment'),
          nodes: nodesOf(chosen.plan),
          services: servicesOf(chosen.plan),
          total: money(chosen.costs.total, currency),
        },
        cite,
      ),
      ...(short > 0 ? [say('{{short}} cannot be shipped now.', { short: counted(short, 'unit') }, cite)] : []),
      say(
        'The risk of delay is {{delay}}, of a stockout {{stockout}}, of further shipments {{split}}.',
        {
          stockout: percent(chosen.risks.stockout),
          delay: percent(chosen.risks.delay),
          split: percent(chosen.risks.split),
        },
        cite,
      ),
    ],
    table(['node', 'carrierService', ['qty', 'units'], 'shipDate', 'eta', 'freight', 'delayRisk'], rows),
  );
};

/** What the ERP's own choice would have cost, and why it was not taken where it is the cheaper one. */
function besideErp(
  saving: number,
  broken: readonly GuardOutcome[],
  currency: string,
  cite: Recorded['cite'],
): Sentence {
  if (saving === 0) return say("The ERP's own choice would have cost as much.", {}, cite);
  const cost = { saving: money(Math.abs(saving), currency) };
  if (saving > 0) return say("The ERP's own choice would have cost {{saving}} more.", cost, cite);
  return broken.length === 0
    ? say("The ERP's own choice would have cost {{saving}} less.", cost, cite)
    : say(
        "The ERP's own choice would have cost {{saving}} less, but {{rules}} denies it.",
        { ...cost, rules: list(broken.map(({ ruleId }) => ruleId)) },
        cite,
      );
}

export const orderCosts: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  const { chosen } = decision;
  const order = text(decision.orderId);
  if (!chosen) return draft([say('Nothing was chosen for {{order}}, so it costs nothing to serve.', { order }, cite)]);
  const saving = decision.suggested?.saving;
  const broken = (decision.suggested?.outcomes ?? []).filter(({ verdict }) => verdict === 'DENY');
  return draft(
    [
      say(
        'Order {{order}} is expected to cost {{total}} to serve, of which {{shipping}} is freight.',
        { order, total: money(chosen.costs.total, currency), shipping: money(chosen.costs.shipping, currency) },
        cite,
      ),
      ...(saving === null || saving === undefined ? [] : [besideErp(saving, broken, currency, cite)]),
    ],
    table(['costTerm', 'amount'], costRows([chosen.costs], currency)),
    { kind: 'bar', x: 'costTerm', y: ['amount'] },
  );
};

export const orderProof: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { cite, decision } = found;
  return draft([
    say(
      'The decision {{decision}} on order {{order}} is leaf {{ref}} of the log; its receipt is at {{path}}.',
      {
        decision: text(decision.decisionId),
        order: text(decision.orderId),
        ref: text(cite.ref),
        path: text(cite.receipt),
      },
      cite,
    ),
    say('Anybody with the verifier key can check the receipt against the checkpoint it carries.', {}, cite),
  ]);
};
