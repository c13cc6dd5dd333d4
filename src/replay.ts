import type { EvidenceV1 } from '#audit/evidence.ts';
import type { Decision } from '#domain/decision.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { ModelSet } from '#models/risk-model.ts';
import type { Policy } from '#policies/policy.ts';
import { decide } from './decide.ts';

/** Where a replayed decision departs from the recorded one. */
export interface Difference {
  /** JSON pointer into the decision. */
  readonly path: string;
  /** Undefined where that side has nothing there. */
  readonly recorded: unknown;
  readonly replayed: unknown;
}

export interface Replayed {
  readonly decision: Decision;
  /** Null when both say the same. */
  readonly difference: Difference | null;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The first difference between two JSON values, keys in sorted order; null when there is none. */
export function firstDifference(recorded: unknown, replayed: unknown, path = ''): Difference | null {
  if (Object.is(recorded, replayed)) return null;
  if (!isObject(recorded) || !isObject(replayed) || Array.isArray(recorded) !== Array.isArray(replayed))
    return { path, recorded, replayed };
  const keys = [...new Set([...Object.keys(recorded), ...Object.keys(replayed)])];
  if (!Array.isArray(recorded)) keys.sort();
  for (const key of keys) {
    const found = firstDifference(
      recorded[key],
      replayed[key],
      `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    );
    if (found) return found;
  }
  return null;
}

/** Runs a recorded decision through today's `decide()`. `models` holds those the record names, loaded by their hash. */
export function replay(evidence: EvidenceV1, snapshot: Snapshot, models: ModelSet, policy: Policy): Replayed {
  const { decision } = decide(evidence.request, snapshot, models, policy, evidence.prices);
  return { decision, difference: firstDifference(evidence.decision, decision) };
}
