import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { isTransitModel, type RiskModel } from '#models/risk-model.ts';
import type { Dataset } from './dataset.ts';

const QUANTILES = [0.5, 0.9];

/** `id,probability` a row in input order; with `p50_days,p90_days` from a model that knows the transit time. */
export function predictionLines(model: RiskModel, { facts, matrix }: Dataset): string[] {
  const probabilities = model.predict(matrix);
  const quantiles = isTransitModel(model) ? model.transitDays(matrix, QUANTILES) : undefined;
  const days = (row: number, q: number): string => {
    const duration = quantiles![row * QUANTILES.length + q]!;
    return (facts.calendarDays?.(row, duration) ?? duration).toFixed(3);
  };
  const header = quantiles ? 'id,probability,p50_days,p90_days' : 'id,probability';
  const lines = facts.ids.map((id, row) => {
    const line = `${quoted(id)},${probabilities[row]!.toFixed(6)}`;
    return quantiles ? `${line},${days(row, 0)},${days(row, 1)}` : line;
  });
  return [header, ...lines];
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Writes a text file whole or not at all. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}.draft`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}
