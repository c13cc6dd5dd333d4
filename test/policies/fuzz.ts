import type { Candidate } from '#domain/candidate.ts';
import { guard } from '#policies/guard.ts';
import type { Policy } from '#policies/policy.ts';
import { brokenRules } from './oracle.ts';
import { diceFrom, hostileReprice, randomDraft, randomPolicy, randomRequest, randomSnapshot } from './random-world.ts';

/** Decisions under one policy before the next is drawn. */
const DECISIONS_PER_POLICY = 50;

const COUNTED_OFFERS = 5000;

export interface FuzzResult {
  readonly decisions: number;
  readonly candidates: number;
  /** Plans that left the guard, as they came or moved. */
  readonly permitted: number;
  readonly clamped: number;
  readonly approvals: number;
  /** Plans that came in breaking a hard rule, by rule, among the first 5,000 decisions. */
  readonly offered: Readonly<Record<string, number>>;
  /** Plans that left the guard breaking a hard rule, by rule. Empty, or the guard is broken. */
  readonly broken: Readonly<Record<string, number>>;
  /** The seed of the first decision that broke one. */
  readonly firstSeed: number | null;
}

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  /** Leaves a hard rule out, to see that the oracle would notice. */
  readonly without?: string;
  /** Ends at the first plan that breaks a rule. @default false */
  readonly stopWhenBroken?: boolean;
  readonly onProgress?: (decisions: number) => void;
}

/** Random orders, worlds, policies and hostile scores through the guard; what leaves it is held against the oracle. */
export function fuzzGuard({ runs, seed, without, stopWhenBroken = false, onProgress }: FuzzOptions): FuzzResult {
  const offered: Record<string, number> = {};
  const broken: Record<string, number> = {};
  let [candidates, permitted, clamped, approvals] = [0, 0, 0, 0];
  let firstSeed: number | null = null;
  let policy: Policy | null = null;
  for (let run = 0; run < runs && !(stopWhenBroken && firstSeed !== null); run++) {
    const runSeed = (seed + Math.imul(run, 0x9e3779b1)) >>> 0;
    const dice = diceFrom(runSeed);
    if (policy === null || run % DECISIONS_PER_POLICY === 0)
      policy = randomPolicy(diceFrom(runSeed ^ 0x5bd1e995), without);
    const known = randomSnapshot(dice);
    const asked = randomRequest(dice, known);
    const reprice = hostileReprice(dice, asked, known);
    const offers: Candidate[] = [];
    for (let tries = 0; tries < 3; tries++) {
      const candidate = reprice(randomDraft(dice, known, asked.order.lines));
      if (candidate) offers.push(candidate);
    }
    candidates += offers.length;
    // What comes in is only counted to see that the guard has work: a sample is enough.
    for (const offer of run < COUNTED_OFFERS ? offers : [])
      for (const rule of brokenRules(asked, offer, known, policy.limits)) offered[rule] = (offered[rule] ?? 0) + 1;
    for (const { final, clamped: movedTo, verdict } of guard(asked, offers, policy, known, reprice).candidates) {
      if (final === null) continue;
      permitted++;
      if (movedTo) clamped++;
      if (verdict === 'REQUIRE_APPROVAL') approvals++;
      for (const rule of brokenRules(asked, final, known, policy.limits)) {
        broken[rule] = (broken[rule] ?? 0) + 1;
        firstSeed ??= runSeed;
      }
    }
    if (onProgress && (run + 1) % 10_000 === 0) onProgress(run + 1);
  }
  return { decisions: runs, candidates, permitted, clamped, approvals, offered, broken, firstSeed };
}
