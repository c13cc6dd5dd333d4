import type { Metric } from '#explanation/grammar/metrics.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { QueryCite, Sources } from '#explanation/sources.ts';
import { type Answerer, decimal, draft, NOTHING, period, type Sentence, say, table, text } from './draft.ts';
import { kpiSlot, measure } from './measure-kpi.ts';
import { instantOf, scopeOf } from './scope.ts';
import { capital, metricSlot } from './words.ts';

const USUAL: readonly Metric[] = [
  'fillRate',
  'OTIF',
  'splitRate',
  'costToServe',
  'clampRate',
  'overrideRate',
  'freightVariance',
];

function sideBySide(
  sides: readonly { name: string; parameters: Parameters }[],
  parameters: Parameters,
  sources: Sources,
): ReturnType<Answerer> {
  const metrics = typeof parameters['metric'] === 'string' ? [parameters['metric'] as Metric] : USUAL;
  const cites: QueryCite[] = [];
  const counts = sides.map(() => 0);
  const sentences: Sentence[] = [];
  const lines = metrics.map((metric) => {
    const values = sides.map((side, i) => {
      const { measured, cite, kpi } = measure(metric, side.parameters, sources);
      cites.push(cite);
      counts[i]! += measured[0]?.rows ?? 0;
      return {
        shown: measured[0] ? kpiSlot(measured[0], kpi) : decimal(null),
        value: measured[0]?.value ?? null,
        kpi,
        cite,
        rows: measured[0]?.rows ?? 0,
      };
    });
    const known = values.filter(({ value }) => value !== null);
    const better =
      values[0]?.kpi.better === 'higher'
        ? Math.max(...known.map(({ value }) => value!))
        : Math.min(...known.map(({ value }) => value!));
    const best = values.findIndex(({ value }) => value === better);
    const even = new Set(known.map(({ value }) => value)).size === 1;
    if (known.length > 1)
      sentences.push(
        say(
          `{{metric}}: ${sides.map((_, i) => `{{side${i}}} {{value${i}}}`).join(', ')}${even ? '; no difference' : '; {{best}} does best'}.`,
          {
            metric: capital(metricSlot(metric)),
            ...Object.fromEntries(
              sides.flatMap(({ name }, i) => [
                [`side${i}`, text(name)],
                [`value${i}`, values[i]!.shown],
              ]),
            ),
            ...(even ? {} : { best: text(sides[best]!.name) }),
          },
          ...values.map(({ cite }) => cite),
        ),
      );
    return [text(metric), ...values.map(({ shown }) => shown)];
  });
  if (counts.every((n) => n === 0)) return NOTHING;
  if (sentences.length === 0)
    sentences.push(
      say(
        'There are figures for {{side}} only ({{scope}}).',
        { side: text(sides[counts.findIndex((n) => n > 0)]!.name), scope: scopeOf(parameters, sources) },
        ...cites.slice(0, 1),
      ),
    );
  return draft(
    sentences.slice(0, 4),
    table(['KPI', ...sides.map(({ name }) => name)], lines),
    metrics.length === 1 ? { kind: 'bar', x: 'KPI', y: sides.map(({ name }) => name) } : null,
  );
}

export const compareNodes: Answerer = (parameters, sources) => {
  const { nodeIds, ...rest } = parameters;
  return sideBySide(
    (nodeIds as string[]).map((nodeId) => ({ name: nodeId, parameters: { ...rest, nodeId } })),
    parameters,
    sources,
  );
};

export const compareCarriers: Answerer = (parameters, sources) => {
  const { carriers, ...rest } = parameters;
  const { rows } = sources.query('SELECT DISTINCT carrier FROM decision_shipments WHERE tenant_id = :tenant', {});
  const known = new Set(rows.map((row) => row['carrier']));
  return sideBySide(
    (carriers as string[]).map((one) => ({
      name: one,
      parameters: { ...rest, [known.has(one) ? 'carrier' : 'carrierService']: one },
    })),
    parameters,
    sources,
  );
};

export const comparePeriods: Answerer = (parameters, sources) => {
  const { baseFrom, baseTo, from, to, ...rest } = parameters;
  const name = (a: unknown, b: unknown): string => period(instantOf(a), instantOf(b), sources.zone);
  return sideBySide(
    [
      { name: name(from, to), parameters: { ...rest, from, to } },
      { name: name(baseFrom, baseTo), parameters: { ...rest, from: baseFrom, to: baseTo } },
    ],
    rest,
    sources,
  );
};
