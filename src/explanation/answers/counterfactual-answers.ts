import type { Decision, Selection } from '#domain/decision.ts';
import { CURRENCY_DECIMALS, type Currency } from '#domain/money.ts';
import type { CustomerTier } from '#domain/order.ts';
import { type Change, decideWith } from '#explanation/change.ts';
import { type Counterfactual, counterfactuals, type LeverName, outcomeOf } from '#explanation/counterfactuals.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import { type Answerer, counted, draft, money, NOTHING, percent, type Slot, say, table, text } from './draft.ts';
import { currentDecision } from './recorded-order.ts';
import { planSlot } from './values.ts';
import { reasonsSlot, statusSlot } from './words.ts';

const planOf = (decision: Selection): Slot => planSlot(decision.chosen?.plan);

/** What ships more comes first; of the same, the levers keep their order. */
const gain = ({ status }: Selection): number =>
  ({ FULLY_SOURCED: 2, PARTIALLY_SOURCED: 1, NOT_SOURCED: 0, EXCEPTION: 0 })[status];

/** The step that was tried and does not do: a day, a unit, a cent. */
function lastStep({ unit }: Counterfactual, currency: Currency): Slot {
  if (unit === 'minor units') return money(1, currency);
  return { value: 1, shown: unit === 'days' ? 'one day' : 'one unit' };
}

function wordsFor({ step, decision }: Counterfactual): string {
  const outcome = decision.chosen
    ? 'With {{change}} it would be {{status}}, from {{plan}}, for {{cost}}'
    : 'With {{change}} it would be {{status}}';
  return step ? `${outcome}; {{step}} less leaves it as it is.` : `${outcome}.`;
}

const slotsOf = (change: Counterfactual, currency: Currency): Readonly<Record<string, Slot>> => ({
  change: { value: change.amount, shown: change.text },
  status: statusSlot(change.decision.status),
  plan: planOf(change.decision),
  cost: money(change.decision.chosen?.finalScore ?? null, currency),
  step: lastStep(change, currency),
});

export const whatWouldChange: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  const again = found && sources.redecide(found.decision.decisionId);
  if (!found || !again) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  const order = text(decision.orderId);
  const changes = counterfactuals(decision, again, parameters['lever'] as LeverName | undefined).sort(
    (a, b) => gain(b.decision) - gain(a.decision),
  );
  const relaxations = [...decision.guard, ...(decision.exception?.nearest[0]?.outcomes ?? [])].flatMap(
    ({ ruleId, relaxation }) => (relaxation ? [{ ruleId, relaxation }] : []),
  );
  const was = { order, status: statusSlot(decision.status), plan: planOf(decision) };
  const sentences = [
    changes.length > 0
      ? say(
          decision.chosen
            ? '{{order}} is {{status}}, from {{plan}}; any one of {{n}} would alter that.'
            : '{{order}} is {{status}}; any one of {{n}} would alter that.',
          { ...was, n: counted(changes.length, 'change') },
          cite,
        )
      : say(
          'No single change of promise, tier, freight cap, stock, service or splitting within reach alters the outcome of {{order}}, which is {{status}}.',
          was,
          cite,
        ),
    ...changes.slice(0, 2).map((change) => say(wordsFor(change), slotsOf(change, currency), cite)),
    ...relaxations
      .slice(0, 1)
      .map(({ ruleId, relaxation }) =>
        say(
          'What lets the nearest plan past the rule {{rule}}: {{relaxation}}; {{who}} may decide that.',
          { rule: text(ruleId), relaxation: text(relaxation.text), who: text(relaxation.changeableBy) },
          cite,
        ),
      ),
  ];
  const rows = changes.map((change) => [
    text(change.lever),
    { value: change.amount, shown: change.text },
    text(change.decision.status),
    planOf(change.decision),
    money(change.decision.chosen?.finalScore ?? null, currency),
  ]);
  return draft(sentences, rows.length > 0 ? table(['lever', 'change', 'status', 'plan', 'costToServe'], rows) : null);
};

function changeOf(parameters: Parameters, decimals: number, items: readonly string[]): Change {
  const {
    promiseShiftDays,
    promiseDate,
    customerTier,
    freightCap,
    carrierService,
    splitAllowed,
    nodeId,
    itemId,
    addQty,
  } = parameters;
  const item = typeof itemId === 'string' ? itemId : items[0];
  const adds = typeof addQty === 'number' && typeof nodeId === 'string' && item !== undefined;
  return {
    ...(typeof promiseShiftDays === 'number' ? { promiseShiftDays } : {}),
    ...(typeof promiseDate === 'string' ? { promiseDate: Date.parse(promiseDate) } : {}),
    ...(typeof customerTier === 'string' ? { customerTier: customerTier as CustomerTier } : {}),
    ...(typeof freightCap === 'number' ? { freightCap: Math.round(freightCap * 10 ** decimals) } : {}),
    ...(typeof carrierService === 'string' ? { carrierService } : {}),
    ...(typeof splitAllowed === 'boolean' ? { splitAllowed } : {}),
    ...(adds ? { stock: [{ nodeId, itemId: item, addQty }] } : typeof nodeId === 'string' ? { nodeId } : {}),
  };
}

export const whatIf: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  const again = found && sources.redecide(found.decision.decisionId);
  if (!found || !again) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency, lines } = evidence.request.order;
  const order = text(decision.orderId);
  const change = changeOf(
    parameters,
    CURRENCY_DECIMALS[currency],
    lines.map(({ itemId }) => itemId),
  );
  if (Object.keys(change).length === 0)
    return draft([
      say(
        'Nothing to change was named for {{order}}: a promise, tier, freight cap, service, node, stock or splitting.',
        { order },
        cite,
      ),
    ]);
  const then = decideWith(again, change);
  const same = outcomeOf(then) === outcomeOf(decision);
  const row = (name: string, one: Decision): Slot[] => [
    text(name),
    text(one.status),
    planOf(one),
    money(one.chosen?.finalScore ?? null, currency),
    percent(one.chosen?.risks.delay ?? null),
  ];
  return draft(
    [
      same
        ? say(
            `It would still be {{status}}${then.chosen ? ' from {{plan}}' : ''}.`,
            { status: statusSlot(then.status), plan: planOf(then) },
            cite,
          )
        : say(
            `Order {{order}} would be {{status}}${then.chosen ? ' from {{plan}}' : ''}, instead of {{was}}${decision.chosen ? ' from {{before}}' : ''}.`,
            {
              order,
              status: statusSlot(then.status),
              plan: planOf(then),
              was: statusSlot(decision.status),
              before: planOf(decision),
            },
            cite,
          ),
      ...(then.chosen || then.reasonCodes.length === 0
        ? []
        : [say('What stands in its way: {{codes}}.', { codes: reasonsSlot(then.reasonCodes) }, cite)]),
      ...(then.chosen && decision.chosen
        ? [
            say(
              'Its expected cost to serve would be {{cost}} instead of {{was}}.',
              { cost: money(then.chosen.finalScore, currency), was: money(decision.chosen.finalScore, currency) },
              cite,
            ),
          ]
        : []),
    ],
    table(['case', 'status', 'plan', 'costToServe', 'delayRisk'], [row('as decided', decision), row('what if', then)]),
  );
};
