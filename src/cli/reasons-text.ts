import { COST_TERMS } from '#domain/candidate.ts';
import { decimal, money, percent, when } from '#explanation/answers/draft.ts';
import { valueSlot } from '#explanation/answers/values.ts';
import { costTermSlot, reasonSlot, statusSlot, verdictSlot } from '#explanation/answers/words.ts';
import type { DecisionReasons, PlannerReason } from '#explanation/reasons.ts';
import type { Answer } from '#src/wire/answer.ts';
import { plain } from './plain.ts';
import { table } from './table.ts';

/** A decision and why it is as it is. */
export interface ReasonsShown {
  readonly decision: Answer;
  readonly reasons: DecisionReasons;
  /** ISO 4217, of the order. */
  readonly currency: string;
}

const RISK_WORDS = { stockout: 'a stockout', delay: 'delay', split: 'further shipments' } as const;
const EFFECTS = ['effectLogOdds', 'effectLogDays', 'effectProbability'] as const;
const EFFECT_UNITS = {
  effectLogOdds: 'log odds',
  effectLogDays: 'log days',
  effectProbability: 'probability',
} as const;

const section = (title: string, body: string): string => (body === '' ? '' : `\n${title}\n${body}`);
const grid = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : table(
        head,
        rows.map((row) => row.map(plain)),
      ).replace(/^(?=.)/gm, '  ');

function headline({ decision }: ReasonsShown, zone: string): string {
  const { orderId, decisionId, status, mode, flags, chosen, decidedAt } = decision;
  const at = (moment: string): string => when(Date.parse(moment), zone).shown;
  const marks = flags.length > 0 ? `; ${flags.join(', ')}` : '';
  const lines = [
    `Order ${orderId}: ${statusSlot(status).shown} on ${at(decidedAt)}, mode ${mode}${marks}`,
    `  decision ${decisionId}`,
    ...(chosen?.shipments ?? []).map(
      ({ nodeId, carrierService, eta, etaP90 }) =>
        `  from ${nodeId} by ${carrierService}, expected ${at(eta)}, nine times in ten by ${at(etaP90)}`,
    ),
  ];
  return lines.map((line) => `${plain(line)}\n`).join('');
}

function costs({ decision: { chosen, alternatives, suggested }, currency }: ReasonsShown): string {
  if (!chosen) return '';
  const others = [
    ['chosen', chosen.costs],
    ['next best', alternatives[0]?.costs],
    ["ERP's own", suggested?.candidate?.costs],
  ] as const;
  const known = others.filter(([, of]) => of !== undefined);
  const terms = [...COST_TERMS, 'total' as const].filter((term) => known.some(([, of]) => of![term] !== 0));
  const [next] = alternatives;
  const behind =
    next && next.finalScore < chosen.finalScore ? '  the next best costs less, but it needs an approval\n' : '';
  const rows = grid(
    ['cost term', ...known.map(([name]) => name)],
    terms.map((term) => [
      term === 'total' ? 'total' : costTermSlot(term).shown,
      ...known.map(([, of]) => money(of![term], currency).shown),
    ]),
  );
  return rows + behind;
}

function rules({ reasons, currency }: ReasonsShown): string {
  const rows = reasons.rules.map(({ ruleId, verdict, reasonCode, from, threshold, unit, relaxation, approverRole }) => [
    ruleId,
    approverRole ? `${verdictSlot(verdict).shown} of ${approverRole}` : verdictSlot(verdict).shown,
    reasonCode,
    valueSlot(from, unit, currency).shown,
    valueSlot(threshold, unit, currency).shown,
    relaxation?.text ?? '-',
    relaxation?.changeableBy ?? '-',
  ]);
  // A rule may say the same of several plans.
  const once = [...new Map(rows.map((row) => [row.join('|'), row])).values()];
  return grid(
    ['rule', 'what it does', 'code', 'value', 'threshold', 'would let it through', 'who can change that'],
    once,
  );
}

function lost({ decision: { rejected, rejectedCounts }, currency }: ReasonsShown): string {
  const rows = rejected.flatMap(({ nodeIds, costs: of, reasons }) =>
    reasons.map(({ code, value, threshold, unit, subject }, i) => [
      i === 0 ? nodeIds.join(' + ') : '',
      i === 0 && of ? money(of.total, currency).shown : '',
      code,
      reasonSlot(code).shown,
      value === null ? '-' : valueSlot(value, unit, currency).shown,
      threshold === null ? '-' : valueSlot(threshold, unit, currency).shown,
      subject,
    ]),
  );
  const counts = Object.entries(rejectedCounts).map(([code, n]) => `${code} ${n}`);
  const rest = counts.length > 0 ? `  plans left aside by reason: ${counts.join(', ')}\n` : '';
  return grid(['nodes', 'cost to serve', 'code', 'why', 'value', 'threshold', 'of'], rows) + rest;
}

function flipText({ flip, feature }: PlannerReason): string {
  const bound = flip?.[feature];
  if (typeof bound !== 'object') return '-';
  return bound.gte === undefined ? `at most ${bound.lte}` : `at least ${bound.gte}`;
}

function risk(
  { task, subject, probability, modelVersion, reasons }: DecisionReasons['risks'][number],
  currency: string,
) {
  const effect = EFFECTS.find((name) => reasons.some((reason) => reason[name] !== undefined));
  const flips = reasons.some(({ flip }) => flip !== null);
  const head = `  ${plain(`risk of ${RISK_WORDS[task]} ${percent(probability).shown}, of ${subject}, scored by ${modelVersion}`)}\n`;
  return (
    head +
    grid(
      [
        'input',
        'value',
        'usual',
        effect ? EFFECT_UNITS[effect] : 'effect',
        'points',
        'who can change it',
        ...(flips ? ['brings it to a half'] : []),
      ],
      reasons.map((reason) => [
        reason.feature,
        valueSlot(reason.value, reason.unit, currency).shown,
        valueSlot(reason.reference, reason.unit, currency).shown,
        (effect ? (reason[effect] ?? 0) : 0).toFixed(3),
        decimal(reason.effectPp, 1).shown,
        reason.owner ?? 'nobody',
        ...(flips ? [flipText(reason)] : []),
      ]),
    )
  );
}

/** Codes, values, thresholds, cost terms, attributions and flips as a planner reads them; times in `zone`. */
export function reasonsText(shown: ReasonsShown, zone: string): string {
  const { reasons, decision, currency } = shown;
  const degraded = decision.degraded.map(({ code, message }) => `  ${code}: ${plain(message)}\n`).join('');
  return [
    headline(shown, zone),
    section('What the plans cost', costs(shown)),
    section('Rules that spoke', rules(shown)),
    section('Decided with something missing', degraded),
    section('Plans that lost', lost(shown)),
    section(
      'What moves the risks (points: percentage points against the usual value)',
      reasons.risks.map((one) => risk(one, currency)).join('\n'),
    ),
    `\n  ${reasons.evidence}${reasons.receipt ? `, receipt ${reasons.receipt}` : ''}\n`,
  ].join('');
}
