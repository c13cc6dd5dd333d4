import type { Outcome } from '#domain/outcome.ts';
import type { RecordedFeatures, Task } from '#domain/risk.ts';
import { DAY_MS, type Instant } from '#domain/time.ts';
import { SERVICE_FEATURE_SETS } from './feature-sets.ts';

/** What a decision recorded of what was scored. */
export interface ScoredDecision {
  readonly decisionId: string;
  readonly decidedAt: Instant;
  readonly promiseDate: Instant | null;
  readonly features: readonly RecordedFeatures[];
}

/** The vector that was scored, and what became of it. */
export interface LabelledRow {
  readonly id: string;
  readonly decidedAt: number;
  readonly observedAt: number;
  readonly label: 0 | 1;
  readonly durationDays: number;
  /** The recorded vector; null is missing. */
  readonly vector: readonly (number | null)[];
}

function recorded({ features }: ScoredDecision, task: Task) {
  const found = features.find(({ featureSetId }) => featureSetId === SERVICE_FEATURE_SETS[task].featureSetId);
  return found ? found.subjects.map((subject, row) => ({ subject, vector: found.rows[row]! })) : [];
}

const latest = (outcome: Outcome): number => Math.max(...outcome.shipments.map(({ observedAt }) => observedAt));

const ROWS: Record<Task, (decision: ScoredDecision, outcome: Outcome) => LabelledRow[]> = {
  /** One row a leg that has arrived: late when after the promise, or failed. */
  delay(decision, { decisionId, shipments }) {
    const { decidedAt, promiseDate } = decision;
    if (promiseDate === null) return [];
    return recorded(decision, 'delay').flatMap(({ subject, vector }): LabelledRow[] => {
      const own = shipments.filter(({ nodeId, carrierService }) => `${nodeId}/${carrierService}` === subject);
      const arrivals = own.flatMap(({ deliveredAt, failedAt }) => deliveredAt ?? failedAt ?? []);
      if (own.length === 0 || arrivals.length < own.length) return [];
      const arrivedAt = Math.max(...arrivals);
      const failed = own.some(({ deliveredAt }) => deliveredAt === null);
      return [
        {
          id: `${decisionId}/${subject}`,
          decidedAt,
          observedAt: Math.max(...own.map(({ observedAt }) => observedAt)),
          label: failed || arrivedAt > promiseDate ? 1 : 0,
          durationDays: Math.max(1e-3, (arrivedAt - decidedAt) / DAY_MS),
          vector,
        },
      ];
    });
  },

  /** One row a decision: did it end in more shipments than planned. */
  split(decision, outcome) {
    return recorded(decision, 'split').map(({ vector }) => ({
      id: outcome.decisionId,
      decidedAt: decision.decidedAt,
      observedAt: latest(outcome),
      label: outcome.shipments.length > outcome.plannedShipments ? 1 : 0,
      durationDays: Number.NaN,
      vector,
    }));
  },

  /**
   * One row a position of the plan: was it short when it was picked. Units are short by order, so a short order with
   * several positions does not say which one it was, and is left out.
   */
  stockout(decision, outcome) {
    const positions = recorded(decision, 'stockout');
    if (outcome.shortUnits > 0 && positions.length > 1) return [];
    return positions.map(({ subject, vector }) => ({
      id: `${outcome.decisionId}/${subject}`,
      decidedAt: decision.decidedAt,
      observedAt: latest(outcome),
      label: outcome.shortUnits > 0 ? 1 : 0,
      durationDays: Number.NaN,
      vector,
    }));
  },
};

/** The rows of a task that a decision scored, labelled by what its shipments did; for training and for watching. */
export function labelledRows(task: Task, decision: ScoredDecision, outcome: Outcome): LabelledRow[] {
  return ROWS[task](decision, outcome);
}
