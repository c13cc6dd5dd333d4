import type { Kpi } from './definition.ts';

const LAST = 'superseded_by IS NULL';
const TOUCHED = '(overridden OR excepted OR asked)';

/** How much of the work went through by itself, and what people had to do. */
export const PEOPLE_KPIS = [
  {
    id: 'straightThroughRate',
    kind: 'ratio',
    unit: 'share',
    better: 'higher',
    definition:
      'Decisions with a plan that nobody had to settle: no exception, approval or override; over all decisions.',
    source: 'order',
    where: LAST,
    numerator: `status IN ('FULLY_SOURCED', 'PARTIALLY_SOURCED') AND NOT ${TOUCHED}`,
    denominator: '1',
    perCurrency: false,
  },
  {
    id: 'manualTouchRate',
    kind: 'ratio',
    unit: 'share',
    better: 'lower',
    definition:
      'Decisions that a person had to touch: an exception, an approval asked for, or an override; over all decisions.',
    source: 'order',
    where: LAST,
    numerator: TOUCHED,
    denominator: '1',
    perCurrency: false,
  },
  {
    id: 'overrideRate',
    kind: 'ratio',
    unit: 'share',
    better: 'lower',
    definition: 'Decisions whose plan a person replaced by another, over all decisions.',
    source: 'order',
    where: LAST,
    numerator: 'overridden',
    denominator: '1',
    perCurrency: false,
  },
  {
    id: 'clampRate',
    kind: 'ratio',
    unit: 'share',
    better: 'lower',
    definition: 'Decisions whose plan the guard moved to keep a rule, over all decisions.',
    source: 'order',
    where: LAST,
    numerator: 'clamped',
    denominator: '1',
    perCurrency: false,
  },
  {
    id: 'exceptionAging',
    kind: 'distribution',
    unit: 'hours',
    better: 'lower',
    definition: 'Age of exceptions: from opening to resolution, or to now while they are open.',
    source: 'exception',
    where: 'true',
    value: '(aged_until - opened_at) / 3600000.0',
  },
] as const satisfies readonly Kpi[];
