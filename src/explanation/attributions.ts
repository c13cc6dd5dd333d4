import type { FeatureMatrix, Task } from '#domain/risk.ts';
import type { RiskModel } from '#models/risk-model.ts';
import type { Recorded, Sources } from './sources.ts';

/** Why one row scored as it did, in words a planner can use. */
export interface Reason {
  readonly feature: string;
  readonly unit: string;
  /** As it was recorded; null: it was missing. A category stands by its name. */
  readonly value: number | string | null;
  /** What most recorded rows have: the median, or the most frequent category. */
  readonly reference: number | string | null;
  /** On the model's margin; positive makes the risk larger. */
  readonly effect: number;
  /** Percentage points: the probability less what it would be with the reference value. */
  readonly effectPp: number;
  /** Who can change it; null where nobody can. */
  readonly owner: string | null;
  readonly flip: Flip | null;
}

/** The smallest change of this input alone that brings the risk to the limit; verified by scoring again. */
export interface Flip {
  readonly bound: 'gte' | 'lte';
  readonly value: number;
  readonly step: number;
}

export interface RiskReasons {
  readonly task: Task;
  readonly subject: string;
  readonly probability: number;
  readonly marginUnit: string;
  readonly modelVersion: string;
  readonly reasons: readonly Reason[];
}

const MOST_REASONS = 4;

function matrixOf(row: readonly (number | null)[]): FeatureMatrix {
  return { rows: 1, columns: row.length, values: Float64Array.from(row, (value) => value ?? Number.NaN) };
}

function scored(model: RiskModel, row: readonly (number | null)[]): number {
  return model.predict(matrixOf(row))[0]!;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/** The most frequent category; the lowest code of those that are equally frequent. */
function mostFrequent(codes: readonly number[]): number | null {
  const times = new Map<number, number>();
  for (const code of codes) times.set(code, (times.get(code) ?? 0) + 1);
  return [...times].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? null;
}

/** The step in which a feature moves: whole units and days, thousandths of a share. */
export function stepOf(unit: string, value: number): number {
  if (/^(share|probability|ratio)/.test(unit)) return 0.001;
  return Number.isInteger(value) &&
    /^(units?|days?|minor units|lines?|shipments?|count|orders?|grams?|minutes?|hours?)$/.test(unit)
    ? 1
    : 0.001;
}

/** Whole steps from 1 to `most` on either side of each turn, rising: the score is the same from one to the next. */
function aboutTurns(turns: readonly number[], step: number, near: number, direction: number, most: number): number[] {
  const steps = turns.flatMap((turn) =>
    [-1, 0, 1, 2].map((more) => direction * (Math.floor(turn / step) + more - near)),
  );
  return [...new Set(steps)].filter((one) => one >= 1 && one <= most).sort((a, b) => a - b);
}

/** Steps from 1 to `most`: twice as many each time until the limit is reached, then halved. Null where none does. */
function bisected(most: number, reaches: (steps: number) => boolean): number | null {
  let reach = 1;
  while (reach < most && !reaches(reach)) reach = Math.min(most, reach * 2);
  if (most < 1 || !reaches(reach)) return null;
  let low = Math.floor(reach / 2);
  let high = reach;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reaches(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The fewest steps by which one input alone brings the probability to at most `limit`, up or down; one step less does
 * not. Where the score turns at known values only these are tried, and nothing nearer is missed; elsewhere it is
 * bisected. Null where no value within reach does.
 */
export function tightFlip(
  model: RiskModel,
  row: readonly (number | null)[],
  index: number,
  limit: number,
  step: number,
): Flip | null {
  const value = row[index];
  if (value === null || value === undefined) return null;
  const scoredAt = (values: readonly number[]): Float64Array => {
    const matrix = new Float64Array(values.length * row.length);
    for (const [at, one] of values.entries()) {
      matrix.set(matrixOf(row).values, at * row.length);
      matrix[at * row.length + index] = one;
    }
    return model.predict({ rows: values.length, columns: row.length, values: matrix });
  };
  const reaches = (tried: number): boolean => scoredAt([tried])[0]! <= limit;
  if (reaches(value)) return null;
  const turns = model.turns?.(matrixOf(row), 0, index) ?? null;
  let best: Flip | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const direction of [1, -1]) {
    // Values on the grid of the step: what is said is what was scored, to the last digit.
    const near = direction > 0 ? Math.floor(value / step) : Math.ceil(value / step);
    const at = (steps: number): number => Number(((near + direction * steps) * step).toFixed(6));
    // A feature that cannot be negative stays at 0 or above.
    const most = direction < 0 && value >= 0 ? near : Math.max(1, Math.ceil((Math.abs(value) * 9 + 30) / step));
    const tried = turns && aboutTurns(turns, step, near, direction, most);
    const found = tried
      ? tried[scoredAt(tried.map(at)).findIndex((score) => score <= limit)]
      : bisected(most, (steps) => reaches(at(steps)));
    // A score need not fall all the way: only what holds, with one step less that does not, is said.
    if (found && found < least && reaches(at(found)) && !reaches(at(found - 1))) {
      least = found;
      best = { bound: direction > 0 ? 'gte' : 'lte', value: at(found), step };
    }
  }
  return best;
}

/** What most recorded rows of a feature set look like: rows of the recent decisions. */
export type Reference = readonly (readonly (number | null)[])[];

function explainRow(
  model: RiskModel,
  task: Task,
  subject: string,
  row: readonly (number | null)[],
  reference: Reference,
  limit: number,
): RiskReasons {
  const { contributions } = model.attribute(matrixOf(row), 0);
  const probability = scored(model, row);
  const order = [...contributions.keys()].sort(
    (a, b) => Math.abs(contributions[b]!) - Math.abs(contributions[a]!) || a - b,
  );
  const reasons = order
    .slice(0, MOST_REASONS)
    .filter((index) => contributions[index] !== 0)
    .map((index): Reason => {
      const feature = model.featureSet.features[index]!;
      const known = reference
        .map((one) => one[index])
        .filter((one): one is number => one !== null && one !== undefined);
      const usual = feature.type === 'category' ? mostFrequent(known) : median(known);
      const named = (code: number | null | undefined): number | string | null =>
        code === null || code === undefined ? null : (feature.categories?.[code] ?? code);
      const changed =
        usual === null
          ? probability
          : scored(
              model,
              row.map((one, i) => (i === index ? usual : one)),
            );
      const value = row[index] ?? null;
      const flip =
        feature.owner !== undefined && feature.type === 'number' && value !== null
          ? tightFlip(model, row, index, limit, stepOf(feature.unit, value))
          : null;
      return {
        feature: feature.name,
        unit: feature.unit,
        value: named(value),
        reference: named(usual),
        effect: contributions[index]!,
        effectPp: (probability - changed) * 100,
        owner: feature.owner ?? null,
        flip,
      };
    });
  return { task, subject, probability, marginUnit: model.marginUnit, modelVersion: model.modelVersion, reasons };
}

const cache = new Map<string, readonly RiskReasons[]>();
const MOST_CACHED = 500;

/**
 * The reasons behind the risks of a recorded decision, from its recorded features and the model its record names; the
 * worst row of each task. `limit` is the risk that a flip must reach. The same evidence gives the same reasons.
 */
export function riskReasons(
  recorded: Recorded,
  sources: Sources,
  reference: (featureSetId: string) => Reference,
  limit = 0.5,
): readonly RiskReasons[] {
  const { decision, evidence } = recorded;
  const key = `${sources.tenant} ${decision.decisionId} ${limit}`;
  const known = cache.get(key);
  if (known) return known;
  const out: RiskReasons[] = [];
  for (const { featureSetId, subjects, rows } of evidence.features) {
    const used = decision.models.find(({ task }) => featureSetId.startsWith(`${task}@`));
    const offered = used && evidence.offeredModels.find(({ sha256 }) => sha256 === used.sha256);
    const model = used && offered ? sources.model(used.sha256, offered.trainedAt) : null;
    // What was scored beside the way and does not count, such as a delay without a promise, has no reasons either.
    const counts = used && decision.chosen?.risks[used.task] !== null;
    if (!counts || !model || rows.length === 0) continue;
    const scores = rows.map((row) => scored(model, row));
    const worst = scores.indexOf(Math.max(...scores));
    out.push(explainRow(model, used.task, subjects[worst] ?? '', rows[worst]!, reference(featureSetId), limit));
  }
  if (cache.size >= MOST_CACHED) cache.delete(cache.keys().next().value!);
  cache.set(key, out);
  return out;
}
