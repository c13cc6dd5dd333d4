import { formatMoney, isCurrency } from '#domain/money.ts';
import type { Answer } from '#src/wire/answer.ts';
import { table } from './table.ts';

function percent(probability: number | null): string {
  return probability === null ? '-' : `${(100 * probability).toFixed(0)}%`;
}

function money(amount: number | undefined, currency: string): string {
  if (amount === undefined) return '';
  return isCurrency(currency) ? formatMoney(amount, currency) : `${amount} ${currency}`;
}

function route({ chosen }: Answer): string {
  if (!chosen) return '-';
  return chosen.shipments.map(({ nodeId, carrierService }) => `${nodeId} ${carrierService}`).join('\n') || '-';
}

/** What the guard did: the rules that moved, asked or forbade, one a line. */
function guarded({ guard, chosen }: Answer): string {
  const spoke = guard.filter(({ verdict }) => verdict !== 'ALLOW');
  const words = { CLAMP: 'clamped by', REQUIRE_APPROVAL: 'asks', DENY: 'denied by', ALLOW: '' } as const;
  const said = [...new Set(spoke.map(({ verdict, ruleId }) => `${words[verdict]} ${ruleId}`))];
  return said.slice(0, 3).join('\n') || (chosen ? 'allowed' : '-');
}

const TERM_WORDS: Readonly<Record<string, string>> = { shortLine: 'lines left short' };

/** Why no plan was found where no rule forbade one: the node that came nearest. */
function nothingFound({ rejected, reasonCodes }: Answer): string {
  const missing = rejected
    .flatMap(({ nodeIds, reasons }) => reasons.map((reason) => ({ ...reason, nodeId: nodeIds[0] ?? '' })))
    .filter(({ unit, value, threshold }) => unit === 'units' && value !== null && threshold !== null)
    .sort((a, b) => b.value! / b.threshold! - a.value! / a.threshold!)[0];
  if (!missing) return reasonCodes.join(', ');
  const { code, subject, value, threshold, nodeId } = missing;
  return `${code}: of ${subject} ${value} can be promised at ${nodeId}, the best of the nodes; ${threshold} are ordered`;
}

function besideErp({ suggested }: Answer, currency: string): string {
  const broken = suggested?.outcomes.find(({ verdict }) => verdict === 'DENY');
  if (broken) return `the ERP's plan breaks ${broken.ruleId}`;
  const saving = suggested?.saving ?? 0;
  if (saving === 0) return '';
  return saving > 0
    ? `${money(saving, currency)} less than the ERP's plan`
    : `${money(-saving, currency)} more than the ERP's plan`;
}

/** The plan beside the ERP's own choice and its largest cost terms, or what stands in the way. */
function why(answer: Answer, currency: string): string {
  const { chosen, guard, degraded } = answer;
  const parts: string[] = [];
  if (chosen) {
    parts.push(besideErp(answer, currency));
    const terms = Object.entries(chosen.costs).filter(([term, cost]) => term !== 'total' && cost > 0);
    const largest = terms.sort(([, a], [, b]) => b - a).slice(0, 3);
    parts.push(largest.map(([term, cost]) => `${TERM_WORDS[term] ?? term} ${money(cost, currency)}`).join(', '));
  } else {
    const relaxation = guard.find(({ relaxation: found }) => found !== null)?.relaxation;
    parts.push(guard.find(({ verdict }) => verdict === 'DENY')?.message ?? nothingFound(answer));
    if (relaxation) parts.push(`would do: ${relaxation.text}`);
  }
  if (degraded.length > 0) parts.push(`degraded: ${degraded[0]!.code}`);
  return parts.filter((part) => part !== '').join('; ');
}

export interface Shown {
  readonly answer: Answer;
  /** ISO 4217, of the order. */
  readonly currency: string;
}

/** Answers as a planner reads them: order, decision, nodes, cost, risks, what the guard did, and below it why. */
export function answerTable(rows: readonly Shown[]): string {
  return table(
    ['order', 'decision', 'nodes', 'cost to serve', 'stockout', 'late', 'split', 'guard'],
    rows.map(({ answer, currency }) => [
      answer.orderId,
      answer.status,
      route(answer),
      money(answer.chosen?.costs.total, currency),
      percent(answer.chosen?.risks.stockout ?? null),
      percent(answer.chosen?.risks.delay ?? null),
      percent(answer.chosen?.risks.split ?? null),
      guarded(answer),
    ]),
    (index) => [`why: ${why(rows[index]!.answer, rows[index]!.currency)}`],
  );
}
