import { formatMoney, isCurrency } from '#domain/money.ts';
import type { Answer } from '#src/wire/answer.ts';
import { table } from './table.ts';

const WHY_WIDTH = 68;

function percent(probability: number | null): string {
  return probability === null ? '-' : `${(100 * probability).toFixed(0)}%`;
}

function money(amount: number | undefined, currency: string): string {
  if (amount === undefined) return '';
  return isCurrency(currency) ? formatMoney(amount, currency) : `${amount} ${currency}`;
}

function route({ chosen }: Answer): string {
  if (!chosen) return '-';
  return chosen.shipments.map(({ nodeId, carrierService }) => `${nodeId} ${carrierService}`).join(' + ') || '-';
}

/** What the guard did: rules that moved, asked or forbade, mildest last. */
function guarded({ guard, flags }: Answer): string {
  const spoke = guard.filter(({ verdict }) => verdict !== 'ALLOW');
  const words = { CLAMP: 'clamped by', REQUIRE_APPROVAL: 'asks', DENY: 'denied by', ALLOW: '' } as const;
  const said = [...new Set(spoke.map(({ verdict, ruleId }) => `${words[verdict]} ${ruleId}`))];
  return said.slice(0, 2).join('; ') || (flags.length > 0 ? flags.join(', ').toLowerCase() : 'allowed');
}

/** The largest cost terms of the plan, the saving against the ERP's own choice, or what stands in the way. */
function why(answer: Answer, currency: string): string {
  const { chosen, suggested, guard, degraded } = answer;
  const parts: string[] = [];
  if (!chosen) {
    const relaxation = guard.find(({ relaxation: found }) => found !== null)?.relaxation;
    parts.push(guard.find(({ verdict }) => verdict === 'DENY')?.message ?? answer.reasonCodes.join(', '));
    if (relaxation) parts.push(`would do: ${relaxation.text}`);
  } else {
    const broken = suggested?.outcomes.find(({ verdict }) => verdict === 'DENY');
    if (broken) parts.push(`the ERP's plan breaks ${broken.ruleId}`);
    else if (suggested?.saving) parts.push(`${money(suggested.saving, currency)} less than the ERP's plan`);
    const terms = Object.entries(chosen.costs).filter(([term, cost]) => term !== 'total' && cost > 0);
    terms.sort(([, a], [, b]) => b - a);
    parts.push(
      terms
        .slice(0, 2)
        .map(([term, cost]) => `${term} ${money(cost, currency)}`)
        .join(', '),
    );
  }
  if (degraded.length > 0) parts.push(`degraded: ${degraded[0]!.code}`);
  const text = parts.filter((part) => part !== '').join('; ');
  return text.length > WHY_WIDTH ? `${text.slice(0, WHY_WIDTH - 1)}…` : text;
}

export interface Shown {
  readonly answer: Answer;
  /** ISO 4217, of the order. */
  readonly currency: string;
}

/** Answers as a planner reads them: order, decision, nodes, cost, risks, what the guard did, why. */
export function answerTable(rows: readonly Shown[]): string {
  return table(
    ['order', 'decision', 'nodes', 'cost to serve', 'stockout', 'late', 'split', 'guard', 'why'],
    rows.map(({ answer, currency }) => [
      answer.orderId,
      answer.status,
      route(answer),
      money(answer.chosen?.costs.total, currency),
      percent(answer.chosen?.risks.stockout ?? null),
      percent(answer.chosen?.risks.delay ?? null),
      percent(answer.chosen?.risks.split ?? null),
      guarded(answer),
      why(answer, currency),
    ]),
  );
}
