import type { RejectionReason } from '#domain/candidate.ts';
import type { Decision } from '#domain/decision.ts';
import { selectWith } from '#explanation/change.ts';
import { outcomeOf } from '#explanation/counterfactuals.ts';
import { leastAmount } from '#explanation/least-amount.ts';
import type { Recorded, Redecision } from '#explanation/sources.ts';
import { type Answerer, counted, draft, list, NOTHING, type Sentence, say, table, text } from './draft.ts';
import { GUARD_COLUMNS, guardRow } from './order-rules.ts';
import { currentDecision } from './recorded-order.ts';
import { planSlot, valueSlot } from './values.ts';
import { reasonSlot, reasonsSlot, statusSlot } from './words.ts';

interface Gap {
  readonly nodeId: string;
  readonly reason: RejectionReason;
  readonly missing: number;
}

/** Of the nodes that lack units of one item only, the one that lacks fewest. */
function smallestGap(decision: Decision): Gap | null {
  const gaps = decision.rejected.flatMap(({ nodeIds, reasons }): Gap[] => {
    const [reason] = reasons;
    if (nodeIds.length !== 1 || reasons.length !== 1 || reason?.unit !== 'units') return [];
    if (reason.value === null || reason.threshold === null || reason.value >= reason.threshold) return [];
    return [{ nodeId: nodeIds[0]!, reason, missing: reason.threshold - reason.value }];
  });
  return gaps.sort((a, b) => a.missing - b.missing || (a.nodeId < b.nodeId ? -1 : 1))[0] ?? null;
}

function whatFailed(decision: Decision, cite: Recorded['cite']): Sentence {
  const order = text(decision.orderId);
  const needs = decision.approvals;
  if (decision.exception)
    return say(
      needs.length > 0
        ? 'Order {{order}} waits for an approval ({{rules}}); {{owner}} owns it.'
        : 'Order {{order}} is {{status}}: {{category}}; {{owner}} owns it.',
      {
        order,
        owner: text(decision.exception.owner),
        ...(needs.length > 0
          ? { rules: list(needs.map(({ ruleId }) => ruleId)) }
          : { status: statusSlot(decision.status), category: reasonSlot(decision.exception.category) }),
      },
      cite,
    );
  if (needs.length > 0)
    return say(
      'Order {{order}} waits for an approval ({{rules}}) by {{roles}}.',
      {
        order,
        roles: list(needs.map(({ approverRole }) => approverRole)),
        rules: list(needs.map(({ ruleId }) => ruleId)),
      },
      cite,
    );
  const codes = reasonsSlot([...decision.reasonCodes, ...Object.keys(decision.rejectedCounts)]);
  return say('Order {{order}} is {{status}}: {{codes}}.', { order, status: statusSlot(decision.status), codes }, cite);
}

/**
 * Two to four sentences a person can act on: what failed and who owns it, what bound, what would resolve it. A change is
 * named only where the guard, or the order decided again, lets it through.
 */
export function stuckSentences({ decision, evidence, cite }: Recorded, again: Redecision | null): Sentence[] {
  const { currency } = evidence.request.order;
  const sentences = [whatFailed(decision, cite)];
  const binding = [...decision.guard, ...(decision.exception?.nearest[0]?.outcomes ?? [])].filter(
    ({ verdict }) => verdict === 'DENY' || verdict === 'REQUIRE_APPROVAL',
  );
  // What forbids a plan stands before what asks to sign it.
  const first = binding.find(({ verdict }) => verdict === 'DENY') ?? binding[0];
  if (first)
    sentences.push(
      say(
        'The rule {{rule}} binds: {{value}} where {{threshold}} is the limit ({{code}}).',
        {
          rule: text(first.ruleId),
          value: valueSlot(first.from, first.unit, currency),
          threshold: valueSlot(first.threshold, first.unit, currency),
          code: reasonSlot(first.reasonCode),
        },
        cite,
      ),
    );
  const relaxed = binding.find(({ relaxation }) => relaxation);
  const relaxation = relaxed?.relaxation;
  const approvers = [...new Set(binding.flatMap(({ approverRole }) => approverRole ?? []))];
  if (relaxation)
    sentences.push(
      say(
        // What the guard was asked is this rule alone; others may stand against the plan, or the search leave it out.
        'The rule {{rule}} lets the nearest plan through with {{relaxation}}, which {{who}} may change.',
        { rule: text(relaxed.ruleId), relaxation: text(relaxation.text), who: text(relaxation.changeableBy) },
        cite,
      ),
    );
  else if (approvers.length > 0)
    sentences.push(say('An approval by {{roles}} settles it.', { roles: list(approvers) }, cite));
  const short = decision.chosen?.plan.shortLines ?? [];
  if (short.length > 0)
    sentences.push(
      say(
        '{{units}} of {{items}} cannot be shipped now.',
        {
          units: counted(
            short.reduce((sum, { qty }) => sum + qty, 0),
            'unit',
          ),
          items: list(short.map(({ itemId }) => itemId)),
        },
        cite,
      ),
    );
  const gap = decision.chosen ? null : smallestGap(decision);
  if (gap) {
    const item = text(gap.reason.subject);
    const node = text(gap.nodeId);
    sentences.push(
      say(
        'The nearest is {{node}}, with {{value}} of {{item}} where {{threshold}} are needed ({{code}}).',
        {
          node,
          item,
          value: valueSlot(gap.reason.value, 'units', currency),
          threshold: valueSlot(gap.reason.threshold, '', currency),
          code: reasonSlot(gap.reason.code),
        },
        cite,
      ),
    );
    const before = outcomeOf(decision);
    const least =
      again &&
      leastAmount(
        gap.missing,
        (addQty) => {
          const then = selectWith(again, { stock: [{ nodeId: gap.nodeId, itemId: gap.reason.subject, addQty }] });
          return then.chosen && outcomeOf(then) !== before ? then : null;
        },
        [gap.missing],
      );
    if (least)
      sentences.push(
        say(
          'With {{missing}} more there it would be {{status}} from {{plan}}.',
          {
            missing: counted(least.amount, 'unit'),
            status: statusSlot(least.decision.status),
            plan: planSlot(least.decision.chosen?.plan),
          },
          cite,
        ),
      );
  }
  return sentences;
}

export const whyBlocked: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  if (decision.status === 'FULLY_SOURCED' && decision.approvals.length === 0 && !decision.exception)
    return draft([
      say(
        'Nothing holds order {{order}}: it is {{status}} and waits for nobody.',
        { order: text(decision.orderId), status: statusSlot(decision.status) },
        cite,
      ),
    ]);
  // The same rule on several plans is one row.
  const rows = new Map(
    [...decision.guard, ...(decision.exception?.nearest.flatMap(({ outcomes }) => outcomes) ?? [])]
      .filter(({ verdict }) => verdict !== 'ALLOW')
      .map((outcome) => {
        const row = guardRow(outcome, currency);
        return [row.map(({ shown }) => shown).join('\t'), row] as const;
      }),
  );
  return draft(
    stuckSentences(found, sources.redecide(decision.decisionId)),
    rows.size > 0 ? table(GUARD_COLUMNS, [...rows.values()].slice(0, 20)) : null,
  );
};
