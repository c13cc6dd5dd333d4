import type { Degradation } from '#domain/decision.ts';
import { TASKS, type Task } from '#domain/risk.ts';
import { DRIFT_STATES, type Snapshot } from '#domain/snapshot.ts';
import { DAY_MS, type Instant } from '#domain/time.ts';
import type { Policy } from './policy.ts';

/** What the policy has to know of a model. */
export interface ModelFacts {
  readonly task: Task;
  readonly modelVersion: string;
  readonly trainedAt: Instant;
}

/** Whether a task's scores count; where they do not, rules decide, and the decision says so. */
export type Admission =
  | { readonly usable: true; readonly degradation: null }
  | { readonly usable: false; readonly degradation: Degradation };

function refused(task: Task, code: Degradation['code'], message: string): Admission {
  return { usable: false, degradation: { what: 'model', code, subject: task, message } };
}

/**
 * Admits each task's model by the policy's controls: present, not too old, not drifted, enough of its inputs known.
 * `dataQuality` is the share (0..1) of a task's inputs that are not missing for this order. Fails closed.
 */
export function admitModels(
  policy: Policy,
  snapshot: Snapshot,
  models: Readonly<Record<Task, ModelFacts | null>>,
  dataQuality: Readonly<Record<Task, number>>,
  decidedAt: Instant,
): Readonly<Record<Task, Admission>> {
  const { leastDataQuality, worstDrift, oldestModelDays } = policy.modelControls;
  const admit = (task: Task): Admission => {
    const model = models[task];
    if (!model) return refused(task, 'MODEL_UNAVAILABLE', `no ${task} model is in force`);
    const ageDays = (decidedAt - model.trainedAt) / DAY_MS;
    if (!(ageDays <= oldestModelDays))
      return refused(
        task,
        'MODEL_UNAVAILABLE',
        `${task} model \`${model.modelVersion}\` is ${Math.ceil(ageDays)} days old, the policy takes ${oldestModelDays}`,
      );
    const drift = snapshot.drift[task];
    const admitted = DRIFT_STATES.slice(0, DRIFT_STATES.indexOf(worstDrift) + 1);
    if (!admitted.includes(drift))
      return refused(
        task,
        'MODEL_DRIFTED',
        `the ${task} model is in drift state \`${drift}\`, the policy takes \`${worstDrift}\``,
      );
    const quality = dataQuality[task];
    if (!(quality >= leastDataQuality))
      return refused(
        task,
        'MODEL_UNAVAILABLE',
        `${(quality * 100).toFixed(0)} percent of the inputs of the ${task} model are known, the policy asks for ${leastDataQuality * 100}`,
      );
    return { usable: true, degradation: null };
  };
  return Object.fromEntries(TASKS.map((task) => [task, admit(task)])) as Record<Task, Admission>;
}
