import type { Reprice } from '#domain/candidate.ts';
import type { Dimension, Verdict } from '#domain/guard.ts';
import type { Evaluated } from './evaluate.ts';
import { draftKey, neighbourhood } from './neighbourhood.ts';
import type { OrderContext } from './rule.ts';

/** Rounds of moving before the guard gives up and denies. */
const MAX_ROUNDS = 3;

/** Prices a draft and runs every rule on it; null where nothing can carry it. */
export type Examine = (key: string, draft: Parameters<Reprice>[0]) => Evaluated | null;

const RANK: Readonly<Record<Verdict, number>> = { ALLOW: 0, REQUIRE_APPROVAL: 1, CLAMP: 2, DENY: 3 };

/** Milder first, then cheaper, then by id, so that the order of looking changes nothing. */
function better(a: Evaluated, b: Evaluated): boolean {
  if (a.verdict !== b.verdict) return RANK[a.verdict] < RANK[b.verdict];
  const { rawScore: cost, candidateId: id } = a.candidate;
  const other = b.candidate;
  return cost === other.rawScore ? id < other.candidateId : cost < other.rawScore;
}

/**
 * The cheapest permitted plan near one that a rule wants moved; null where there is none within three rounds. A plan
 * that needs nobody's approval goes before one that does. Where no neighbour is permitted, the cheapest that only
 * further clamping rules are against is the start of the next round, and what they may move may move too.
 */
export function clampPlan(start: Evaluated, context: OrderContext, examine: Examine): Evaluated | null {
  const movable = new Set<Dimension>();
  let current = start;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const rulesNow = new Set<string>();
    for (const { verdict, active } of current.spoken) {
      if (verdict !== 'CLAMP') continue;
      rulesNow.add(active.rule.ruleId);
      for (const dimension of active.rule.move) movable.add(dimension);
    }
    let best: Evaluated | null = null;
    for (const draft of neighbourhood(current.candidate.plan, movable, context)) {
      const evaluated = examine(draftKey(draft), draft);
      if (evaluated === null || evaluated.verdict === 'DENY') continue;
      // Progress means that what was wrong is right now: the rest may be wrong in another way.
      if (evaluated.spoken.some(({ verdict, active }) => verdict === 'CLAMP' && rulesNow.has(active.rule.ruleId)))
        continue;
      if (best === null || better(evaluated, best)) best = evaluated;
    }
    if (best === null) return null;
    if (best.verdict !== 'CLAMP') return best;
    current = best;
  }
  return null;
}
