import { type Answerer, count, counted, draft, list, money, NOTHING, percent, say, table, text } from './draft.ts';
import { currentDecision } from './recorded-order.ts';
import { standingOf } from './standing.ts';
import { planSlot } from './values.ts';

export const orderAlternatives: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  const { chosen, alternatives, rejected } = decision;
  const [next] = alternatives;
  const reasons = Object.entries(decision.rejectedCounts).map(([code, n]) => `${code} ${n}`);
  const order = text(decision.orderId);
  const sentences = [
    say(
      chosen
        ? 'Besides the chosen plan {{permitted}} for {{order}} were permitted and kept; {{rejected}} are kept as rejected.'
        : '{{permitted}} for {{order}} were permitted and kept; {{rejected}} are kept as rejected.',
      { permitted: counted(alternatives.length, 'plan'), order, rejected: count(rejected.length) },
      cite,
    ),
    ...(chosen && next
      ? [
          say(
            next.finalScore < chosen.finalScore
              ? 'The cheapest, from {{next}}, costs {{more}} less, but it needs an approval.'
              : 'The next best, from {{next}}, costs {{more}} more.',
            { next: planSlot(next.plan), more: money(Math.abs(next.finalScore - chosen.finalScore), currency) },
            cite,
          ),
        ]
      : []),
    ...(reasons.length > 0 ? [say('Rejections beyond these: {{reasons}}.', { reasons: list(reasons) }, cite)] : []),
  ];
  const rows = [
    ...[...(chosen ? [chosen] : []), ...alternatives].map((one) => [
      count(one.rank),
      text(one.candidateId),
      money(one.finalScore, currency),
      percent(one.risks.delay),
      text(one === chosen ? 'chosen' : standingOf(decision, one)),
    ]),
    ...rejected.map((one) => [
      text('-'),
      text(one.candidateId ?? one.nodeIds.join('+')),
      money(one.costs?.total ?? null, currency),
      percent(one.risks?.delay ?? null),
      list(one.reasons.map(({ code }) => code)),
    ]),
  ];
  return draft(sentences, table(['rank', 'candidate', 'costToServe', 'delayRisk', 'why'], rows.slice(0, 60)));
};
