import type { Decision, Selection } from '#domain/decision.ts';
import { TASKS } from '#domain/risk.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { outcomeOf } from '#explanation/counterfactuals.ts';
import type { Redecision, Scoring } from '#explanation/sources.ts';
import { type Answerer, counted, draft, list, money, NOTHING, say, table, text, when } from './draft.ts';
import { decisionsOf } from './recorded-order.ts';
import { planSlot } from './values.ts';
import { statusSlot } from './words.ts';

const planOf = (decision: Selection) => planSlot(decision.chosen?.plan);

interface Swap {
  readonly what: string;
  readonly decision: Selection;
}

/**
 * One input of the earlier decision exchanged for the later one's, the rest as it was. What is the same in both is not
 * decided again: a recorded decision runs again to the same bytes.
 */
function swaps(earlier: Redecision, later: Redecision, recorded: Decision): readonly Swap[] {
  const { request, snapshot, policy, scoring } = earlier;
  const swap = (what: string, same: boolean, decide: () => Selection): Swap => ({
    what,
    decision: same ? recorded : decide(),
  });
  const part = (what: string, name: keyof Snapshot): Swap =>
    swap(what, JSON.stringify(snapshot[name]) === JSON.stringify(later.snapshot[name]), () =>
      earlier.select(request, { ...snapshot, [name]: later.snapshot[name] }, policy),
    );
  const scored = (change: Partial<Scoring>) => () =>
    earlier.select(request, snapshot, policy, { ...scoring, ...change });
  const files = ({ models }: Scoring): string =>
    TASKS.map((task) => `${models[task]?.sha256} ${models[task]?.trainedAt}`).join();
  return [
    swap('the order itself', false, () =>
      earlier.select({ ...later.request, decidedAt: request.decidedAt }, snapshot, policy),
    ),
    part('stock', 'supply'),
    part('nodes (capacity, calendar, backlog)', 'nodes'),
    part('lanes (rates, carrier performance)', 'lanes'),
    part('the items (weight, size, cost)', 'items'),
    part('freight already spent', 'freightSpent'),
    part('what the day had decided before', 'dayTotals'),
    part('the customer', 'customer'),
    swap('the policy', policy.policyRevision === later.policy.policyRevision, () =>
      earlier.select(request, snapshot, later.policy),
    ),
    swap('the models', files(scoring) === files(later.scoring), scored({ models: later.scoring.models })),
    part('how far the models have drifted', 'drift'),
    swap(
      'the prices of stock kept for later orders',
      JSON.stringify(scoring.prices) === JSON.stringify(later.scoring.prices),
      scored({ prices: later.scoring.prices }),
    ),
    swap('the time of deciding', false, () =>
      earlier.select(
        { ...request, decidedAt: later.request.decidedAt },
        { ...snapshot, asOf: later.snapshot.asOf },
        policy,
      ),
    ),
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
  const tried = swaps(earlier, later, before.decision);
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
