import type { Task } from '#domain/risk.ts';
import type { Labelled } from './dataset.ts';
import { segmentsOf } from './evaluate.ts';
import { type FeaturePower, featurePowers, SUSPICIOUS_AUC } from './leak.ts';
import { calibrationError, calibrationLine, lossOf, nullCalibrationError, type Scored, scored } from './metrics.ts';
import { judgedOf, pairedMargin } from './race.ts';

/** What the gate knows of a model: what it says of the rows, and what its card says of its training. */
export interface GateModel {
  readonly name: string;
  readonly probabilities: Float64Array;
  /** The last moment of its training window, epoch ms; undefined where the set has no dates. */
  readonly trainedUntil?: number;
  /** Features excused by name as no leaks. */
  readonly allowedLeaks?: readonly string[];
}

export interface GateInput {
  readonly task: Task;
  readonly challenger: GateModel;
  /** The champion, or the logistic floor where there is none yet. */
  readonly champion: GateModel;
  /** Rows later than both trainings, as the challenger reads them. */
  readonly dataset: Labelled;
  /** A decision flips when its probability crosses this. */
  readonly threshold: number;
  readonly approvals: readonly string[];
  readonly seed: number;
}

export interface GateCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly found: string;
  readonly expected: string;
}

export interface Flip {
  readonly id: string;
  readonly champion: number;
  readonly challenger: number;
}

/** The result of the gate, written as a file whether it opens or not. */
export interface GateResult {
  readonly v: 1;
  readonly task: Task;
  readonly challenger: string;
  readonly champion: string;
  readonly rows: number;
  readonly positives: number;
  readonly checks: readonly GateCheck[];
  readonly threshold: number;
  readonly flips: readonly Flip[];
  readonly approvals: readonly string[];
  readonly passed: boolean;
}

/** Calibration slope within these bounds is right. */
const SLOPE = [0.9, 1.1] as const;
/** No segment may lose more than two points of ROC AUC. */
const MOST_LOST = 0.02;
/** A segment with fewer of either class has no ranking to lose. */
const LEAST_OF_A_CLASS = 10;
const APPROVERS = 2;

/** Every check of the gate, in a fixed order; the challenger passes when all do. */
export function gate(input: GateInput): GateResult {
  const { task, challenger, champion, dataset, threshold } = input;
  const approvals = [...new Set(input.approvals.map((name) => name.trim().toLowerCase()).filter(Boolean))];
  const checks = [
    laterRows(input),
    notOlder(input),
    knownAtDecision(featurePowers(dataset, input.seed), challenger.allowedLeaks ?? []),
    better(input),
    ...calibration(input),
    segments(input),
    {
      name: 'two people approve',
      passed: approvals.length >= APPROVERS,
      found: approvals.join(', ') || 'nobody',
      expected: `${APPROVERS} different names`,
    },
  ];
  const flips = dataset.facts.ids.flatMap((id, row): Flip[] => {
    const [before, after] = [champion.probabilities[row]!, challenger.probabilities[row]!];
    return before >= threshold === after >= threshold ? [] : [{ id, champion: before, challenger: after }];
  });
  return {
    v: 1,
    task,
    challenger: challenger.name,
    champion: champion.name,
    rows: dataset.facts.labels.length,
    positives: dataset.facts.labels.reduce((sum, label) => sum + label, 0),
    checks,
    threshold,
    flips,
    approvals,
    passed: checks.every(({ passed }) => passed),
  };
}

const day = (moment: number): string => new Date(moment).toISOString();

/** A time-ordered split: every row is later than what either model was trained on. */
function laterRows({ dataset, challenger, champion }: GateInput): GateCheck {
  const name = 'rows later than the training';
  if (!dataset.facts.dated)
    return { name, passed: true, found: 'the set has no dates', expected: 'rows apart from the training' };
  const first = dataset.facts.times.reduce((low, moment) => Math.min(low, moment), Number.POSITIVE_INFINITY);
  const until = Math.max(
    challenger.trainedUntil ?? Number.POSITIVE_INFINITY,
    champion.trainedUntil ?? Number.NEGATIVE_INFINITY,
  );
  const known = Number.isFinite(until);
  return {
    name,
    passed: known && first >= until,
    found: day(first),
    expected: known ? `${day(until)} or later` : 'a training window on the card',
  };
}

function notOlder({ dataset, challenger, champion }: GateInput): GateCheck {
  const name = 'not older than the champion';
  if (!dataset.facts.dated || champion.trainedUntil === undefined)
    return { name, passed: true, found: 'no dates to compare', expected: 'a training window that ends no sooner' };
  const until = challenger.trainedUntil ?? Number.NEGATIVE_INFINITY;
  return {
    name,
    passed: until >= champion.trainedUntil,
    found: Number.isFinite(until) ? `trained until ${day(until)}` : 'no training window',
    expected: `${day(champion.trainedUntil)} or later`,
  };
}

function knownAtDecision(powers: readonly FeaturePower[], allowed: readonly string[]): GateCheck {
  const named = powers.find(({ feature }) => /^leak_/i.test(feature));
  const strongest = powers.find(({ feature }) => !allowed.includes(feature));
  const suspect = named ?? (strongest && strongest.rocAuc > SUSPICIOUS_AUC ? strongest : undefined);
  return {
    name: 'every feature known at decision time',
    passed: suspect === undefined,
    found: suspect
      ? `\`${suspect.feature}\` alone has an AUC of ${suspect.rocAuc.toFixed(4)}`
      : `strongest alone: ${strongest ? `\`${strongest.feature}\` ${strongest.rocAuc.toFixed(4)}` : 'none'}`,
    expected: `no feature alone above ${SUSPICIOUS_AUC}`,
  };
}

/** Paired bootstrap on log loss: the gain is above 0 in at least 97.5 of 100 samples. */
function better({ dataset, challenger, champion, seed }: GateInput): GateCheck {
  const rows = Int32Array.from(dataset.facts.labels.keys());
  const [own, other] = [
    judgedOf(dataset, rows, challenger.probabilities),
    judgedOf(dataset, rows, champion.probabilities),
  ];
  const gains = own.labels.map(
    (label, i) => lossOf(other.probabilities[i]!, label) - lossOf(own.probabilities[i]!, label),
  );
  const { gain, interval } = pairedMargin(gains, seed);
  return {
    name: 'lower log loss, paired bootstrap',
    passed: interval[0] > 0,
    found: `gain ${gain.toFixed(6)}, 95% ${interval[0].toFixed(6)} to ${interval[1].toFixed(6)}`,
    expected: 'an interval above 0',
  };
}

/** Right in itself, or, where the champion misses too, closer than the champion. */
function calibration({ dataset, challenger, champion, seed }: GateInput): GateCheck[] {
  const rows = Int32Array.from(dataset.facts.labels.keys());
  const of = (model: GateModel): Scored => {
    const { probabilities, labels } = judgedOf(dataset, rows, model.probabilities);
    return scored(probabilities, labels);
  };
  const [own, other] = [of(challenger), of(champion)];
  const [slope, slopeBefore] = [calibrationLine(own).slope, calibrationLine(other).slope];
  const inside = (x: number): boolean => x >= SLOPE[0] && x <= SLOPE[1];
  const [error, errorBefore] = [calibrationError(own), calibrationError(other)];
  const [limit, limitBefore] = [nullCalibrationError(own, seed), nullCalibrationError(other, seed)];
  return [
    {
      name: 'calibration slope',
      passed: inside(slope) || (!inside(slopeBefore) && Math.abs(slope - 1) < Math.abs(slopeBefore - 1)),
      found: `${slope.toFixed(3)}, champion ${slopeBefore.toFixed(3)}`,
      expected: `${SLOPE[0]} to ${SLOPE[1]}, or closer to 1 than a champion that misses`,
    },
    {
      name: 'calibration error',
      passed: error <= limit || (errorBefore > limitBefore && error < errorBefore),
      found: `${error.toFixed(5)}, champion ${errorBefore.toFixed(5)}`,
      expected: `at most ${limit.toFixed(5)} (null p95 at ${own.labels.length} rows), or less than a champion that misses`,
    },
  ];
}

function segments({ dataset, challenger, champion }: GateInput): GateCheck {
  const before = new Map(
    segmentsOf(dataset, champion.probabilities).map((part) => [`${part.segment} ${part.value}`, part]),
  );
  const lost = segmentsOf(dataset, challenger.probabilities)
    .filter(({ rows, positives }) => Math.min(positives, rows - positives) >= LEAST_OF_A_CLASS)
    .map(({ segment, value, rows, metrics }) => ({
      name: `${segment} ${value}`,
      rows,
      lost: before.get(`${segment} ${value}`)!.metrics.rocAuc - metrics.rocAuc,
    }))
    .sort((a, b) => b.lost - a.lost);
  const worst = lost[0];
  return {
    name: 'no segment loses over 2 points',
    passed: worst === undefined || worst.lost <= MOST_LOST,
    found: worst
      ? `\`${worst.name}\` (${worst.rows} rows) ${worst.lost < 0 ? 'gains' : 'loses'} ${Math.abs(100 * worst.lost).toFixed(2)} points of AUC`
      : 'no segment of 200 rows',
    expected: `at most ${100 * MOST_LOST} points in segments of 200 rows or more`,
  };
}
