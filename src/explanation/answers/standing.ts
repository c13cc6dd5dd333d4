import type { Decision, RankedCandidate } from '#domain/decision.ts';

const shortUnits = ({ plan }: Pick<RankedCandidate, 'plan'>): number =>
  plan.shortLines.reduce((sum, { qty }) => sum + qty, 0);

/** Why a permitted plan was not taken. */
export type Standing = 'costs more' | 'costs as much' | 'needs an approval' | 'ships less';

/**
 * The cheapest plan is taken unless it needs an approval and another, which ships as much as it does, needs none. So what is
 * cheaper than the chosen plan needs an approval, or ships less than the cheapest.
 */
export function standingOf(
  { chosen, alternatives }: Pick<Decision, 'chosen' | 'alternatives'>,
  plan: Pick<RankedCandidate, 'plan' | 'finalScore'>,
): Standing {
  const [cheapest] = alternatives;
  if (!chosen || !cheapest || plan.finalScore > chosen.finalScore) return 'costs more';
  if (plan.finalScore === chosen.finalScore) return 'costs as much';
  return shortUnits(plan) <= shortUnits(cheapest) ? 'needs an approval' : 'ships less';
}
