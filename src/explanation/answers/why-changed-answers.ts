import type { Decision } from '#domain/decision.ts';
import { outcomeOf } from '#explanation/counterfactuals.ts';
import type { Redecision } from '#explanation/sources.ts';
import { type Answerer, counted, draft, list, money, NOTHING, say, table, text, when } from './draft.ts';
import { decisionsOf } from './recorded-order.ts';
import { planSlot } from './values.ts';
import { statusSlot } from './words.ts';

const planOf = (decision: Decision) => planSlot(decision.chosen?.plan);

/** One input of the earlier decision exchanged for the later one's, the rest as it was. */
function swaps(
  earlier: Redecision,
  later: Redecision,
): readonly { readonly what: string; readonly decide: () => Decision }[] {
  const { request, snapshot, policy } = earlier;
  const withSnapshot = (part: Partial<typeof snapshot>) => () =>
    earlier.decide(request, { ...snapshot, ...part }, policy);
  const at = { ...request, decidedAt: later.request.decidedAt };
  return [
    {
      what: 'the order itself',
      decide: () => earlier.decide({ ...later.request, decidedAt: request.decidedAt }, snapshot, policy),
    },
    { what: 'stock', decide: withSnapshot({ supply: later.snapshot.supply }) },
    { what: 'nodes (capacity, calendar, backlog)', decide: withSnapshot({ nodes: later.snapshot.nodes }) },
    { what: 'lanes (rates, carrier performance)', decide: withSnapshot({ lanes: later.snapshot.lanes }) },
    { what: 'freight already spent', decide: withSnapshot({ freightSpent: later.snapshot.freightSpent }) },
    { what: 'the customer', decide: withSnapshot({ customer: later.snapshot.customer }) },
    { what: 'the policy', decide: () => earlier.decide(request, snapshot, later.policy) },
    { what: 'the models', decide: () => later.decide(request, snapshot, policy) },
    {
      what: 'the time of deciding',
      decide: () => earlier.decide(at, { ...snapshot, asOf: later.snapshot.asOf }, policy),
    },
  ];
}

export const whyChanged: Answerer = (parameters, sources) => {
  const rows = decisionsOf(parameters, sources);
  const executed = rows.filter((row) => row['mode'] !== 'quote');
  const [before, after] = (executed.length >= 2 ? executed : rows)
    .slice(-2)
    .map((row) => sources.recorded(String(row['decision_id'])));
  if (!before) return NOTHING;
  const order = text(before.decision.orderId);
  if (!after)
    return draft([
      say(
        'There is one decision on {{order}} only, of {{at}}; it was not decided again.',
        { order, at: when(before.decision.decidedAt, sources.zone) },
        before.cite,
      ),
    ]);
  const cites = [before.cite, after.cite];
  const { currency } = after.evidence.request.order;
  const head = say(
    'Order {{order}} was decided {{n}}; on {{first}} it was {{was}} from {{from}}, on {{second}} {{is}} from {{to}}.',
    {
      order,
      n: counted(rows.length, 'time'),
      first: when(before.decision.decidedAt, sources.zone),
      was: statusSlot(before.decision.status),
      from: planOf(before.decision),
      second: when(after.decision.decidedAt, sources.zone),
      is: statusSlot(after.decision.status),
      to: planOf(after.decision),
    },
    ...cites,
  );
  const [earlier, later] = [sources.redecide(before.decision.decisionId), sources.redecide(after.decision.decisionId)];
  if (!earlier || !later)
    return draft([
      head,
      say('What moved it cannot be recomputed: the evidence behind one of them is gone.', {}, ...cites),
    ]);
  const [was, is] = [outcomeOf(before.decision), outcomeOf(after.decision)];
  const tried = swaps(earlier, later).map(({ what, decide }) => ({ what, decision: decide() }));
  const alone = tried.filter(({ decision }) => outcomeOf(decision) === is);
  const partly = tried.filter(({ decision }) => ![was, is].includes(outcomeOf(decision)));
  const sentences =
    was === is
      ? [head, say('The outcome is the same in both.', {}, ...cites)]
      : alone.length > 0
        ? [
            head,
            say(
              'Exchanged by itself, {{inputs}} turns the first outcome into the second.',
              { inputs: list(alone.map(({ what }) => what)) },
              ...cites,
            ),
          ]
        : partly.length > 0
          ? [
              head,
              say(
                'No single input does it; {{inputs}} move the outcome in part.',
                { inputs: list(partly.map(({ what }) => what)) },
                ...cites,
              ),
            ]
          : [head, say('No single input moves the outcome; several together do.', {}, ...cites)];
  return draft(
    sentences,
    table(
      ['exchanged', 'status', 'plan', 'costToServe'],
      tried.map(({ what, decision }) => [
        text(what),
        text(decision.status),
        planOf(decision),
        money(decision.chosen?.finalScore ?? null, currency),
      ]),
    ),
  );
};
