import type { Candidate, PlanDraft } from '#domain/candidate.ts';
import type { Dimension, Verdict } from '#domain/guard.ts';
import type { Evaluated } from './evaluate.ts';
import { neighbourhood } from './neighbourhood.ts';
import type { OrderContext } from './rule.ts';

/** Rounds of moving before the guard gives up and denies. */
const MAX_ROUNDS = 3;

/** Plans by what they are known by, each priced and judged once however many plans it is near. */
export interface Nearby {
  /** Null where nothing can carry it. */
  price(key: string, draft: PlanDraft): Candidate | null;
  /** Every rule about it; of what is denied, only that it is. */
  judge(key: string, candidate: Candidate): Evaluated;
}

const RANK: Readonly<Record<Verdict, number>> = { ALLOW: 0, REQUIRE_APPROVAL: 1, CLAMP: 2, DENY: 3 };

/** Cheaper first, then by id, so that the order of looking changes nothing; what has no cost comes last. */
function byCost(a: Priced, b: Priced): number {
  const [first, second] = [a.candidate, b.candidate];
  if (first.rawScore === second.rawScore) return first.candidateId < second.candidateId ? -1 : 1;
  return first.rawScore < second.rawScore || Number.isNaN(second.rawScore) ? -1 : 1;
}

interface Priced {
  readonly key: string;
  readonly candidate: Candidate;
}

/** Milder before cheaper: the first that is allowed ends the look, as what follows costs more. */
function mildest(priced: readonly Priced[], stands: (evaluated: Evaluated) => boolean, nearby: Nearby) {
  let best: Evaluated | null = null;
  for (const { key, candidate } of priced) {
    const evaluated = nearby.judge(key, candidate);
    if (evaluated.verdict === 'DENY' || stands(evaluated)) continue;
    if (evaluated.verdict === 'ALLOW') return evaluated;
    if (best === null || RANK[evaluated.verdict] < RANK[best.verdict]) best = evaluated;
  }
  return best;
}

/**
 * The cheapest permitted plan near one that a rule wants moved; null where there is none within three rounds. A plan
 * that needs nobody's approval goes before one that does. Where no neighbour is permitted, the cheapest that only
 * further clamping rules are against is the start of the next round, and what they may move may move too.
 */
export function clampPlan(start: Evaluated, context: OrderContext, nearby: Nearby): Evaluated | null {
  const movable = new Set<Dimension>();
  let current = start;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const rulesNow = new Set<string>();
    for (const { verdict, active } of current.spoken) {
      if (verdict !== 'CLAMP') continue;
      rulesNow.add(active.rule.ruleId);
      for (const dimension of active.rule.move) movable.add(dimension);
    }
    const priced: Priced[] = [];
    for (const [key, draft] of neighbourhood(current.candidate.plan, movable, context)) {
      const candidate = nearby.price(key, draft);
      if (candidate) priced.push({ key, candidate });
    }
    // Progress means that what was wrong is right now: the rest may be wrong in another way.
    const best = mildest(
      priced.sort(byCost),
      ({ spoken }) => spoken.some(({ verdict, active }) => verdict === 'CLAMP' && rulesNow.has(active.rule.ruleId)),
      nearby,
    );
    if (best === null) return null;
    if (best.verdict !== 'CLAMP') return best;
    current = best;
  }
  return null;
}
