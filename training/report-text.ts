import type { Drift } from './drift.ts';
import type { Evaluation, Measured } from './evaluate.ts';
import type { GateResult } from './gate.ts';
import { METRIC_NAMES, type Metrics } from './metrics.ts';
import type { TrainResult } from './train.ts';

export const METRIC_TITLES: Record<keyof Metrics, string> = {
  rocAuc: 'ROC AUC',
  prAuc: 'PR AUC',
  brier: 'Brier',
  logLoss: 'log loss',
};
const DIGITS: Record<keyof Metrics, number> = { rocAuc: 4, prAuc: 4, brier: 5, logLoss: 5 };

export function figure(name: keyof Metrics, value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(DIGITS[name]);
}

/** Columns padded to their widest cell, the first to the left and the others to the right. */
export function plainTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => (row[c] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, c) => (c === 0 || c === row.length - 1 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}

/** What `fairlead train` prints: the table of families, the winner's margin, its figures origin by origin. */
export function trainText(result: TrainResult): string {
  const families = plainTable([
    ['family', ...METRIC_NAMES.map((name) => METRIC_TITLES[name]), 'at level', 'origins', 'note'],
    ...result.families.map(({ name, metrics, levelled, origins, note }) => [
      name === result.winner ? `${name} *` : name,
      ...METRIC_NAMES.map((metric) => (metrics ? figure(metric, metrics[metric]) : '-')),
      levelled === null ? '-' : figure('logLoss', levelled),
      String(origins),
      note,
    ]),
  ]);
  const rolling = plainTable([
    ['origin', ...METRIC_NAMES.map((name) => METRIC_TITLES[name]), ''],
    ...result.rolling.map((metrics, i) => [
      String(i + 1),
      ...METRIC_NAMES.map((name) => figure(name, metrics[name])),
      '',
    ]),
  ]);
  const { margin } = result;
  const ahead = margin
    ? `${result.winner} is ahead of ${margin.over} by ${margin.gain.toFixed(5)} in log loss (95% ${margin.interval[0].toFixed(5)} to ${margin.interval[1].toFixed(5)})`
    : `${result.winner} ran alone`;
  return `${result.rows} rows, ${result.positives} positive\n\nmean over rolling origins (at level: log loss with each window's base rate set right; families are ranked by it)\n${families}\n${ahead}\n\n${result.winner}, calibrated (${result.calibration}) by the origins before\n${rolling}\n${result.modelVersion} -> ${result.out}\n`;
}

export function measuredText(name: string, m: Measured): string {
  const rows = METRIC_NAMES.map((metric) => [
    METRIC_TITLES[metric],
    figure(metric, m.metrics[metric]),
    `95% ${figure(metric, m.intervals[metric][0])} to ${figure(metric, m.intervals[metric][1])}`,
  ]);
  return `${name}: ${m.rows} rows, ${m.positives} positive\n${plainTable([
    ...rows,
    [
      'ECE',
      m.calibrationError.toFixed(5),
      `a perfect model stays below ${m.calibrationErrorNull95.toFixed(5)} in 95 of 100`,
    ],
    ['calibration slope', m.calibrationSlope.toFixed(3), `intercept ${m.calibrationIntercept.toFixed(3)}`],
  ])}`;
}

export function evaluationText({ modelVersion, all, judged, segments, drift }: Evaluation): string {
  const shifted = drift.filter((shift) => shift.shifted).map(({ name, psi }) => `${name} (PSI ${psi.toFixed(2)})`);
  const table = plainTable([
    ['segment', 'rows', 'positive', ...METRIC_NAMES.map((name) => METRIC_TITLES[name]), ''],
    ...segments.map(({ segment, value, rows, positives, metrics }) => [
      `${segment} ${value}`,
      String(rows),
      String(positives),
      ...METRIC_NAMES.map((name) => figure(name, metrics[name])),
      '',
    ]),
  ]);
  return [
    modelVersion,
    measuredText('all rows', all),
    ...(judged ? [measuredText(judged.name, judged)] : []),
    table,
    `moved against the training: ${shifted.join(', ') || 'nothing'}\n`,
  ].join('\n');
}

/** What the gate found, check by check. */
export function gateText({ challenger, champion, rows, checks, flips, threshold, passed }: GateResult): string {
  const table = plainTable([
    ['check', 'result', 'found', 'expected'],
    ...checks.map((check) => [check.name, check.passed ? 'pass' : 'FAIL', check.found, check.expected]),
  ]);
  return `${challenger} against ${champion} on ${rows} rows\n${table}${flips.length} decisions flip at ${threshold}\n${passed ? 'the gate opens' : 'the gate stays shut'}\n`;
}

export function driftText({ modelVersion, rows, state, shifts, estimated, found }: Drift): string {
  const table = plainTable([
    ['input', 'PSI', 'beyond chance at', 'moved'],
    ...[...shifts]
      .sort((a, b) => b.psi - a.psi)
      .map(({ name, psi, threshold, shifted }) => [name, psi.toFixed(4), threshold.toFixed(4), shifted ? 'yes' : '']),
  ]);
  const outcomes = found ? `, found ${figure('rocAuc', found.rocAuc)} and ${figure('logLoss', found.logLoss)}` : '';
  return `${modelVersion} on ${rows} rows: ${state}\n${table}ROC AUC and log loss without labels: ${figure('rocAuc', estimated.rocAuc)} and ${figure('logLoss', estimated.logLoss)}${outcomes}\n`;
}
