import type { ModelCard } from '#models/artifact.ts';
import type { RiskModel } from '#models/risk-model.ts';
import type { Labelled } from './dataset.ts';
import type { Evaluation, Measured } from './evaluate.ts';
import { METRIC_NAMES, type Scored, scored, subset } from './metrics.ts';
import { bars, curve, escaped, type Point } from './report-plots.ts';
import { figure, METRIC_TITLES } from './report-text.ts';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2rem auto;padding:0 1rem;color:#1c2733;background:#fff}
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.25rem .7rem;border-bottom:1px solid #d8dee4;text-align:right}th:first-child,td:first-child{text-align:left}
figure{display:inline-block;width:400px;margin:.5rem;vertical-align:top}figure.wide{width:640px}figcaption{font-weight:600}svg{width:100%;height:auto}
svg text{font-size:12px;fill:#44505c}.grid{stroke:#e6eaee;fill:none}.line{fill:none;stroke:#0b6bcb;stroke-width:2}.guide{fill:none;stroke:#8a949e;stroke-dasharray:4 4}
circle{fill:#0b6bcb}.bar{fill:#0b6bcb}.marked{fill:#c4461d}`;

/** A page that needs nothing but itself: figures, ROC, PR, reliability, importance, drift and segments. */
export function reportPage(
  evaluation: Evaluation,
  card: ModelCard,
  { facts, matrix }: Labelled,
  model: RiskModel,
): string {
  const all = scored(model.predict(matrix), facts.labels);
  const rows = facts.judged ? subset(all, (row) => facts.judged!.rows[row] === 1) : all;
  const main = evaluation.judged ?? evaluation.all;
  const name = evaluation.judged?.name ?? 'all rows';
  const title = `${evaluation.modelVersion} on ${name}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<p>Trained ${escaped(String(card.trainedAt))} by ${escaped(String(card['trainedBy'] ?? 'unknown'))} on ${escaped(filesOf(card['data']))}, feature set ${escaped(model.featureSet.featureSetId)}, family ${escaped(model.family)}.</p>
${figures(main, name)}${evaluation.judged ? figures(evaluation.all, 'all rows') : ''}
<h2>Ranking</h2>
${curve(rocPoints(rows), {
  title: `ROC, area ${figure('rocAuc', main.metrics.rocAuc)}`,
  x: 'false positive share',
  y: 'true positive share',
  guide: [
    [0, 0],
    [1, 1],
  ],
})}
${curve(prPoints(rows), {
  title: `Precision and recall, area ${figure('prAuc', main.metrics.prAuc)}`,
  x: 'recall',
  y: 'precision',
  guide: [
    [0, main.positives / main.rows],
    [1, main.positives / main.rows],
  ],
})}
<h2>Reliability</h2>
${reliabilityPlot(main)}
<h2>Importance</h2>
${bars(
  'Log loss gained by shuffling one feature',
  evaluation.importance
    .slice(0, 20)
    .map(({ feature, logLoss }) => ({ name: feature, value: logLoss, note: logLoss.toFixed(5) })),
)}
<h2>Drift against the training</h2>
${bars(
  'Population stability index; coloured where it is beyond chance and above 0.1',
  [...evaluation.drift]
    .sort((a, b) => b.psi - a.psi)
    .slice(0, 25)
    .map(({ name: feature, psi, shifted }) => ({ name: feature, value: psi, note: psi.toFixed(3), marked: shifted })),
)}
<h2>Segments</h2>
${segments(evaluation)}
</body></html>
`;
}

/** The files a card names, one after another. */
const filesOf = (data: unknown): string =>
  Array.isArray(data) ? data.map(String).join(', ') : String(data ?? 'unknown');

function figures(m: Measured, name: string): string {
  const metrics = METRIC_NAMES.map((metric) => {
    const [low, high] = m.intervals[metric];
    return `<tr><td>${METRIC_TITLES[metric]}</td><td>${figure(metric, m.metrics[metric])}</td><td>${figure(metric, low)} to ${figure(metric, high)}</td></tr>`;
  });
  return `<table><caption>${escaped(name)}: ${m.rows} rows, ${m.positives} positive</caption><tr><th>metric</th><th>value</th><th>95% interval</th></tr>${metrics.join('')}
<tr><td>calibration error (ECE)</td><td>${m.calibrationError.toFixed(5)}</td><td>perfect: below ${m.calibrationErrorNull95.toFixed(5)}</td></tr>
<tr><td>calibration slope</td><td>${m.calibrationSlope.toFixed(3)}</td><td>intercept ${m.calibrationIntercept.toFixed(3)}</td></tr></table>`;
}

function reliabilityPlot({ reliability }: Measured): string {
  const points = reliability.map(({ predicted, observed }): Point => [predicted, observed]);
  const most = Math.max(0.001, ...points.flat());
  const limit = Math.min(
    1,
    10 ** Math.ceil(Math.log10(most)) * (most > 0.5 * 10 ** Math.ceil(Math.log10(most)) ? 1 : 0.5),
  );
  const guide: Point[] = [
    [0, 0],
    [limit, limit],
  ];
  return curve(points, { title: 'Ten bins of equal rows', x: 'predicted', y: 'observed', limit, guide, dots: true });
}

function segments({ segments: rows }: Evaluation): string {
  const body = rows.map(
    ({ segment, value, rows: count, positives, metrics }) =>
      `<tr><td>${escaped(`${segment} ${value}`)}</td><td>${count}</td><td>${positives}</td>${METRIC_NAMES.map((name) => `<td>${figure(name, metrics[name])}</td>`).join('')}</tr>`,
  );
  return `<table><tr><th>segment</th><th>rows</th><th>positive</th>${METRIC_NAMES.map((name) => `<th>${METRIC_TITLES[name]}</th>`).join('')}</tr>${body.join('')}</table>`;
}

/** At most this many points of a curve: more cannot be seen. */
const MOST_POINTS = 400;

function rocPoints({ labels, order }: Scored): Point[] {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const step = Math.max(1, Math.floor(order.length / MOST_POINTS));
  const points: Point[] = [[0, 0]];
  let hits = 0;
  order.forEach((row, i) => {
    hits += labels[row]!;
    if ((i + 1) % step === 0 || i === order.length - 1)
      points.push([(i + 1 - hits) / (order.length - positives), hits / positives]);
  });
  return points;
}

function prPoints({ labels, order }: Scored): Point[] {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const step = Math.max(1, Math.floor(positives / MOST_POINTS));
  const points: Point[] = [];
  let hits = 0;
  order.forEach((row, i) => {
    hits += labels[row]!;
    if (labels[row] === 1 && hits % step === 0) points.push([hits / positives, hits / (i + 1)]);
  });
  return points;
}
