import type { GuardOutcome } from '#domain/guard.ts';
import { type Answerer, draft, list, NOTHING, type Sentence, type Slot, say, table, text } from './draft.ts';
import { currentDecision } from './recorded-order.ts';
import { valueSlot } from './values.ts';
import { reasonSlot, verdictSlot } from './words.ts';

export function guardRow(outcome: GuardOutcome, currency: string): Slot[] {
  return [
    text(outcome.ruleId),
    text(outcome.verdict),
    text(outcome.reasonCode),
    valueSlot(outcome.from, outcome.unit, currency),
    valueSlot(outcome.threshold, outcome.unit, currency),
    text(outcome.relaxation?.text ?? null),
    text(outcome.relaxation?.changeableBy ?? outcome.approverRole),
  ];
}
export const GUARD_COLUMNS = ['ruleId', 'verdict', 'reasonCode', 'value', 'threshold', 'relaxation', 'changeableBy'];

/** `shipments/0/nodeId` is the node of a shipment: the last word of the path says what was moved. */
const MOVED: Readonly<Record<string, string>> = { nodeId: 'node', carrierService: 'carrier service', qty: 'quantity' };
const movedSlot = (path: string): Slot => {
  const last = path.split('/').at(-1) ?? path;
  return { value: path, shown: MOVED[last] ?? last };
};

export const orderRules: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  const { ruleId } = parameters;
  const spoke = [
    ...decision.guard,
    ...(decision.chosen ? [] : (decision.exception?.nearest[0]?.outcomes ?? [])),
  ].filter((outcome) => ruleId === undefined || outcome.ruleId === ruleId);
  const acted = [
    ...new Map(
      spoke.filter(({ verdict }) => verdict !== 'ALLOW').map((one) => [`${one.ruleId} ${one.verdict}`, one]),
    ).values(),
  ];
  const order = text(decision.orderId);
  const about = typeof ruleId === 'string' ? { rule: text(ruleId) } : null;
  const sentences: Sentence[] =
    acted.length === 0
      ? [
          about
            ? say('The rule {{rule}} did not stand in the way of order {{order}}.', { order, ...about }, cite)
            : say('No rule stood in the way of order {{order}}.', { order }, cite),
        ]
      : acted.slice(0, 4).map((outcome) =>
          outcome.verdict === 'CLAMP'
            ? say(
                'On {{order}} the rule {{rule}} moved the {{path}} from {{from}} to {{to}}, at a limit of {{threshold}}: {{code}}.',
                {
                  order,
                  rule: text(outcome.ruleId),
                  path: movedSlot(outcome.path),
                  from: valueSlot(outcome.from, outcome.unit, currency),
                  to: valueSlot(outcome.to, outcome.unit, currency),
                  threshold: valueSlot(outcome.threshold, outcome.unit, currency),
                  code: reasonSlot(outcome.reasonCode),
                },
                cite,
              )
            : say(
                'On {{order}} the rule {{rule}} {{verdict}}: {{value}} against {{threshold}}, {{code}}.',
                {
                  order,
                  rule: text(outcome.ruleId),
                  verdict: verdictSlot(outcome.verdict),
                  value: valueSlot(outcome.from, outcome.unit, currency),
                  threshold: valueSlot(outcome.threshold, outcome.unit, currency),
                  code: reasonSlot(outcome.reasonCode),
                },
                cite,
              ),
        );
  const roles = decision.approvals.filter(({ ruleId: id }) => acted.some((one) => one.ruleId === id));
  if (roles.length > 0)
    sentences.push(
      say('{{roles}} may approve it.', { roles: list(roles.map(({ approverRole }) => approverRole)) }, cite),
    );
  return draft(
    sentences,
    spoke.length > 0
      ? table(
          GUARD_COLUMNS,
          spoke.slice(0, 60).map((outcome) => guardRow(outcome, currency)),
        )
      : null,
  );
};
