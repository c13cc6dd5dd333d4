import { COST_TERMS, type Costs } from '#domain/candidate.ts';
import { whyBlocked } from './blocked.ts';
import { costRows } from './cost-rows.ts';
import { type Answerer, draft, list, money, NOTHING, type Sentence, type Slot, say, table, text } from './draft.ts';
import { currentDecision } from './recorded-order.ts';
import { planSlot } from './values.ts';
import { costTermSlot } from './words.ts';

/** The term that differs most between two plans, and by how much; null where none does. */
export function largestDifference(
  ours: Costs,
  theirs: Costs,
  currency: string,
): { readonly term: Slot; readonly difference: Slot } | null {
  // A term that makes the dearer plan cheaper is no reason why it is dearer.
  const direction = Math.sign(theirs.total - ours.total);
  const [first] = COST_TERMS.map((term) => ({ term, difference: theirs[term] - ours[term] }))
    .filter(({ difference }) => difference !== 0 && (direction === 0 || Math.sign(difference) === direction))
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  if (!first) return null;
  const { value, shown } = money(first.difference, currency);
  return { term: costTermSlot(first.term), difference: { value, shown: first.difference > 0 ? `+${shown}` : shown } };
}

export const whyOrder: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { chosen } = decision;
  const { currency } = evidence.request.order;
  if (!chosen) return whyBlocked(parameters, sources);
  const [next] = decision.alternatives;
  const cheaper = next !== undefined && next.finalScore < chosen.finalScore;
  const sentences: Sentence[] = [
    say(
      cheaper
        ? 'Order {{order}} ships from {{plan}} at {{total}}, the least that a plan costs which needs no approval and ships as much as the cheapest.'
        : 'Order {{order}} ships from {{plan}} because no permitted plan that was found costs less to serve: {{total}}.',
      { order: text(decision.orderId), plan: planSlot(chosen.plan), total: money(chosen.finalScore, currency) },
      cite,
    ),
  ];
  if (next) {
    const part = largestDifference(chosen.costs, next.costs, currency);
    const most = part ? '; most of the difference is {{term}} ({{difference}}).' : '.';
    sentences.push(
      say(
        (cheaper
          ? 'The cheapest, from {{next}}, would cost {{nextTotal}}, that is {{more}} less, but it needs an approval'
          : 'The next best, from {{next}}, would cost {{nextTotal}}, that is {{more}} more') + most,
        {
          next: planSlot(next.plan),
          nextTotal: money(next.finalScore, currency),
          more: money(Math.abs(next.finalScore - chosen.finalScore), currency),
          ...part,
        },
        cite,
      ),
    );
  } else sentences.push(say('No other plan was permitted.', {}, cite));
  if (decision.clamp)
    sentences.push(
      say(
        'Before the guard it was {{raw}}; {{rules}} moved it.',
        {
          raw: planSlot(decision.clamp.raw.plan),
          rules: list(decision.guard.filter(({ verdict }) => verdict === 'CLAMP').map(({ ruleId }) => ruleId)),
        },
        cite,
      ),
    );
  return draft(sentences, table(['costTerm', 'chosen', 'nextBest'], costRows([chosen.costs, next?.costs], currency)), {
    kind: 'bar',
    x: 'costTerm',
    y: ['chosen', 'nextBest'],
  });
};
