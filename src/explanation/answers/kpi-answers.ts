import type { Group } from '#explanation/catalogue/parameters.ts';
import type { Metric } from '#explanation/grammar/metrics.ts';
import { type Answerer, count, counted, draft, NOTHING, type Sentence, say, table, text } from './draft.ts';
import { isTime } from './filters.ts';
import { kpiSlot, measure } from './measure-kpi.ts';
import { scopeOf } from './scope.ts';
import { capital, metricSlot } from './words.ts';

export const kpi: Answerer = (parameters, sources) => {
  const metric = parameters['metric'] as Metric;
  const whole = measure(metric, parameters, sources);
  if (whole.measured.every(({ value }) => value === null)) return NOTHING;
  const sentences: Sentence[] = whole.measured.map((one) =>
    say(
      '{{metric}}: {{value}} over {{n}} ({{scope}}).',
      {
        metric: capital(metricSlot(metric)),
        value: kpiSlot(one, whole.kpi),
        n: counted(one.rows, whole.kpi.source),
        scope: scopeOf(parameters, sources),
      },
      whole.cite,
    ),
  );
  sentences.push(say('Definition: {{definition}}', { definition: text(whole.kpi.definition) }, whole.cite));
  const group = parameters['groupBy'] as Group | undefined;
  if (!group) return draft(sentences);
  const grouped = measure(metric, parameters, sources, group);
  const known = grouped.measured.filter(({ value }) => value !== null);
  const sorted = [...known].sort((a, b) => (a.value ?? 0) - (b.value ?? 0));
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low && high && known.length > 1)
    sentences.push(
      say(
        'The lowest is {{low}} with {{lowValue}}, the highest {{high}} with {{highValue}}.',
        {
          low: text(low.group),
          lowValue: kpiSlot(low, grouped.kpi),
          high: text(high.group),
          highValue: kpiSlot(high, grouped.kpi),
        },
        grouped.cite,
      ),
    );
  return draft(
    sentences,
    table(
      [group, metric, `${grouped.kpi.source}s`],
      grouped.measured.map((one) => [text(one.group), kpiSlot(one, grouped.kpi), count(one.rows)]),
    ),
    { kind: isTime(group) ? 'line' : 'bar', x: group, y: [metric] },
  );
};
