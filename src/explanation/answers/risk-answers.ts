import { type Reference, riskReasons } from '#explanation/attributions.ts';
import type { Recorded, Sources } from '#explanation/sources.ts';
import {
  type Answerer,
  decimal,
  draft,
  NOTHING,
  percent,
  type Sentence,
  type Slot,
  say,
  table,
  text,
} from './draft.ts';
import { currentDecision } from './recorded-order.ts';

const REFERENCE_DECISIONS = 60;

/** Rows of the last decisions made until this one, so that the same decision always has the same reference. */
export function referenceOf(recorded: Recorded, sources: Sources): (featureSetId: string) => Reference {
  let found: Recorded[] | undefined;
  return (featureSetId) => {
    found ??= sources
      .query(
        `SELECT d.decision_id FROM decision_index d WHERE d.tenant_id = :tenant AND d.decided_at <= :at ORDER BY d.decided_at DESC, d.decision_id DESC LIMIT :limit`,
        { at: recorded.decision.decidedAt, limit: REFERENCE_DECISIONS },
      )
      .rows.flatMap((row) => sources.recorded(String(row['decision_id'])) ?? []);
    return found.flatMap(({ evidence }) =>
      evidence.features.filter((one) => one.featureSetId === featureSetId).flatMap(({ rows }) => rows),
    );
  };
}

/** Units that are no words to say after a number. */
const UNSAID = /^(category|ratio|0 or 1|month 1 to 12)$/;
const ofOne = (unit: string): string => unit.replace(/ies\b/, 'y').replace(/^(\w+)s\b/, '$1');

function shown(value: number | string | null, unit: string): Slot {
  if (typeof value !== 'number') return text(value ?? 'missing');
  if (unit === 'share') return percent(value);
  return decimal(value, 3, UNSAID.test(unit) ? '' : value === 1 ? ofOne(unit) : unit);
}

/** Less, in percentage points, shows as none. */
const LEAST_SHOWN_PP = 0.05;

export const orderRisk: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { chosen } = decision;
  const { risk } = parameters;
  const order = text(decision.orderId);
  if (!chosen) return draft([say('Nothing was chosen for {{order}}, so no risk was scored.', { order }, cite)]);
  const tasks = typeof risk === 'string' ? [risk] : ['delay', 'stockout', 'split'];
  const risks: Readonly<Record<string, number | null>> = { ...chosen.risks };
  const sentences: Sentence[] = tasks.map((task) =>
    risks[task] === null || risks[task] === undefined
      ? say(
          task === 'delay' && evidence.request.order.promiseDate === null
            ? 'Order {{order}} has no promise date, so there is no {{task}} risk.'
            : 'No model scored the {{task}} risk of {{order}}; rules decided alone.',
          { task: text(task), order },
          cite,
        )
      : say(
          'The {{task}} risk of {{order}} is {{value}}.',
          { task: text(task), order, value: percent(risks[task]) },
          cite,
        ),
  );
  const explained = riskReasons(found, sources, referenceOf(found, sources)).filter(({ task }) => tasks.includes(task));
  for (const { task, reasons, subject } of explained) {
    // What a planner can compare: the points against the usual value, not the weight on the margin.
    const first = reasons.toSorted((a, b) => Math.abs(b.effectPp) - Math.abs(a.effectPp))[0];
    if (first && Math.abs(first.effectPp) < LEAST_SHOWN_PP)
      sentences.push(say('Nothing about {{subject}} is far from usual.', { subject: text(subject) }, cite));
    else if (first)
      sentences.push(
        say(
          `What moves the {{task}} risk most is {{feature}} at {{subject}}: {{value}} where {{reference}} is usual, which ${first.effectPp > 0 ? 'adds' : 'takes off'} {{effect}} percentage points.`,
          {
            task: text(task),
            feature: text(first.feature),
            subject: text(subject),
            value: shown(first.value, first.unit),
            reference: shown(first.reference, first.unit),
            effect: decimal(Math.abs(first.effectPp), 1),
          },
          cite,
        ),
      );
    const flip = reasons.find((reason) => reason.flip !== null);
    if (flip?.flip)
      sentences.push(
        say(
          'With {{feature}} at {{value}} or {{side}} it would be even odds or better; {{owner}} can change it.',
          {
            feature: text(flip.feature),
            value: shown(flip.flip.value, flip.unit),
            side: text(flip.flip.bound === 'gte' ? 'above' : 'below'),
            owner: text(flip.owner),
          },
          cite,
        ),
      );
  }
  const rows = explained.flatMap(({ task, subject, reasons }) =>
    reasons.map((reason) => [
      text(task),
      text(subject),
      text(reason.feature),
      shown(reason.value, reason.unit),
      shown(reason.reference, reason.unit),
      decimal(reason.effect, 3),
      decimal(reason.effectPp, 1),
      text(reason.owner),
      reason.flip ? text(`${reason.flip.bound === 'gte' ? '>=' : '<='} ${reason.flip.value}`) : text('-'),
    ]),
  );
  return draft(
    sentences.slice(0, 6),
    rows.length > 0
      ? table(
          [
            'task',
            'subject',
            'feature',
            'value',
            'reference',
            'effect',
            ['effectPp', 'percentage points'],
            'owner',
            'flip',
          ],
          rows,
        )
      : null,
    rows.length > 0 ? { kind: 'bar', x: 'feature', y: ['effectPp'], panel: 'task' } : null,
  );
};
