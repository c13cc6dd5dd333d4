import type { GuardOutcome } from '#domain/guard.ts';
import type { Task } from '#domain/risk.ts';
import { referenceOf } from './answers/risk-answers.ts';
import { type Reason, riskReasons } from './attributions.ts';
import type { Recorded, Sources } from './sources.ts';

const CODES = { stockout: 'STOCKOUT_RISK', delay: 'DELAY_RISK', split: 'SPLIT_RISK' } as const satisfies Record<
  Task,
  string
>;

/** A probability is kept to six decimals, so its difference in points has four; what follows is the arithmetic's. */
const PP_DECIMALS = 4;

/** A reason a planner can use; its effect on the margin is named by the margin's unit, such as `effectLogOdds`. */
export interface PlannerReason {
  readonly code: (typeof CODES)[Task];
  readonly feature: string;
  readonly unit: string;
  readonly value: number | string | null;
  readonly reference: number | string | null;
  readonly effectLogOdds?: number;
  readonly effectProbability?: number;
  readonly effectLogDays?: number;
  /** Percentage points of the probability. */
  readonly effectPp: number;
  readonly actionable: boolean;
  readonly owner: string | null;
  /** What brings the risk to a half: `{"weeksOfSupply":{"gte":3.1},"verified":true}`. */
  readonly flip: Readonly<Record<string, { readonly gte?: number; readonly lte?: number } | boolean>> | null;
  readonly evidence: string;
}

/** Why a decision is as it is: at most four reasons for each risk, and the rules that bound, each with its relaxation. */
export interface DecisionReasons {
  readonly decisionId: string;
  readonly evidence: string;
  readonly receipt: string | null;
  readonly risks: readonly {
    readonly task: Task;
    /** The row of the evidence that scored worst: a node, lane or order. */
    readonly subject: string;
    readonly probability: number;
    readonly modelVersion: string;
    readonly reasons: readonly PlannerReason[];
  }[];
  readonly rules: readonly GuardOutcome[];
}

function plannerReason(task: Task, marginUnit: string, reason: Reason, evidence: string): PlannerReason {
  const { feature, unit, value, reference, effect, effectPp, owner, flip } = reason;
  return {
    code: CODES[task],
    feature,
    unit,
    value,
    reference,
    [`effect${marginUnit[0]!.toUpperCase()}${marginUnit.slice(1)}`]: effect,
    effectPp: Number(effectPp.toFixed(PP_DECIMALS)),
    actionable: owner !== null,
    owner,
    flip: flip && { [feature]: { [flip.bound]: flip.value }, verified: true },
    evidence,
  };
}

/** From the recorded evidence alone; the same decision has the same reasons whenever they are read. */
export function decisionReasons(recorded: Recorded, sources: Sources): DecisionReasons {
  const { decision, cite } = recorded;
  const nearest = decision.chosen ? [] : (decision.exception?.nearest[0]?.outcomes ?? []);
  return {
    decisionId: decision.decisionId,
    evidence: cite.ref,
    receipt: cite.receipt,
    risks: riskReasons(recorded, sources, referenceOf(recorded, sources)).map(
      ({ task, subject, probability, marginUnit, modelVersion, reasons }) => ({
        task,
        subject,
        probability,
        modelVersion,
        reasons: reasons.map((reason) => plannerReason(task, marginUnit, reason, cite.ref)),
      }),
    ),
    rules: [...decision.guard, ...nearest].filter(({ verdict }) => verdict !== 'ALLOW'),
  };
}
