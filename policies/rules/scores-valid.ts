import { COST_TERMS } from '#domain/candidate.ts';
import { TASKS } from '#domain/risk.ts';
import type { Finding, HardRule } from '../rule.ts';

const isProbability = (value: number | null): boolean => value === null || (value >= 0 && value <= 1);

function found(path: string, value: unknown, threshold: string, unit: string): Finding {
  return { path, value: String(value), threshold, unit, detail: `\`${String(value)}\` at ${path}` };
}

/** A model that answers nonsense must not decide: probabilities lie in 0..1, money is whole and adds up. */
export const scoresValid: HardRule = {
  kind: 'scores-valid',
  hard: true,
  reasonCode: 'MODEL_UNAVAILABLE',
  summary: 'risks are probabilities, costs are whole minor units and add up',
  moves: [],
  check: ({ candidate, plan }) => {
    for (const task of TASKS) {
      const risk = candidate.risks[task];
      if (!isProbability(risk)) return found(`/risks/${task}`, risk, '0..1', 'probability');
    }
    for (const [index, { delayRisk, freight, shipDate, eta, etaP90 }] of plan.shipments.entries()) {
      const path = `/shipments/${index}`;
      if (!isProbability(delayRisk)) return found(`${path}/delayRisk`, delayRisk, '0..1', 'probability');
      if (!Number.isSafeInteger(freight) || freight < 0) return found(`${path}/freight`, freight, '>= 0', 'minorUnits');
      if (!(shipDate <= eta && eta <= etaP90)) return found(`${path}/eta`, eta, 'shipDate <= eta <= etaP90', 'instant');
    }
    let sum = 0;
    for (const term of COST_TERMS) {
      const cost = candidate.costs[term];
      if (!Number.isSafeInteger(cost)) return found(`/costs/${term}`, cost, 'integer', 'minorUnits');
      sum += cost;
    }
    if (candidate.costs.total !== sum) return found('/costs/total', candidate.costs.total, String(sum), 'minorUnits');
    if (!Number.isFinite(candidate.rawScore)) return found('/rawScore', candidate.rawScore, 'finite', 'minorUnits');
    return null;
  },
};
