import { leafOf } from '#audit/leaf.ts';
import type { NewLeaf } from '#audit/log.ts';
import type { Decision } from '#domain/decision.ts';
import type { Outcome } from '#domain/outcome.ts';
import { type RecordedFeatures, TASKS, type Task } from '#domain/risk.ts';
import { DRIFT_STATES, type DriftState, type Snapshot } from '#domain/snapshot.ts';
import { toRfc3339 } from '#domain/time.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { labelledRows, type ScoredDecision } from '#features/labels.ts';
import type { WorstDrift } from '#routes/metrics.ts';
import type { ModelsInForce } from './models-in-force.ts';
import { createTaskWatch, type EarlierDrift, type TaskWatch } from './task-watch.ts';

/**
 * Compares what the champions score, tenant by tenant, with what they were trained on. Decisions are looked at a few at a
 * time as they are made; what follows from them is told by the clock. After a restart the windows begin anew; the state,
 * and an alarm of the errors, are those that the log says last.
 */
export interface ModelWatch {
  /** Quotes do not count: the same order may be quoted many times. Never fails: the next tick does in its place. */
  decided(tenant: string, decision: Decision, features: readonly RecordedFeatures[]): void;
  /** Looks at what was collected and at outcomes that became known. Where a state changes, it is logged first. */
  tick(finished: readonly { readonly tenant: string; readonly outcomes: readonly Outcome[] }[]): void;
  /** Takes up what the logs of these tenants say last. */
  begin(tenants: Iterable<string>): void;
  /** Null where there is no champion, or none with a reference. */
  watching(tenant: string, task: Task): TaskWatch | null;
}

export interface ModelWatchParts {
  readonly models: Pick<ModelsInForce, 'artifacts' | 'challengers'>;
  readonly earlier: (tenant: string) => Partial<Record<Task, EarlierDrift>>;
  /** What a decision recorded; undefined where its evidence has been removed. */
  readonly recorded: (tenant: string, decisionId: string) => ScoredDecision | undefined;
  readonly append: (leaves: readonly NewLeaf[]) => void;
  readonly setDrift: (tenant: string, drift: Snapshot['drift']) => void;
  readonly onDrift: (task: Task, worst: WorstDrift) => void;
  readonly now: () => number;
}

/**
 * Decisions that are looked at together: half a millisecond, because orders wait for it. A hundred by the clock held them
 * up for ten, and what waits that long outlives the quick collections of garbage.
 */
const AT_ONCE = 8;
/** Decisions between two ticks that are looked at; those beyond it are not, which no statistic minds. */
const MOST_A_TICK = 200;

interface Watched {
  readonly tasks: Partial<Record<Task, TaskWatch>>;
  readonly earlier: Partial<Record<Task, EarlierDrift>>;
  /** As the log and the world know it. */
  told: Record<Task, DriftState>;
}

export function createModelWatch(parts: ModelWatchParts): ModelWatch {
  const tenants = new Map<string, Watched>();
  let waiting: { readonly tenant: string; readonly features: readonly RecordedFeatures[] }[] = [];
  let sinceTick = 0;
  let failure: { readonly error: unknown } | null = null;

  function watchedOf(tenant: string): Watched {
    const before = tenants.get(tenant);
    if (before) return before;
    const earlier = parts.earlier(tenant);
    const told = { stockout: 'none', delay: 'none', split: 'none' } as Record<Task, DriftState>;
    for (const task of TASKS) told[task] = earlier[task]?.state ?? 'none';
    const watched: Watched = { tasks: {}, earlier, told };
    tenants.set(tenant, watched);
    parts.setDrift(tenant, told);
    return watched;
  }

  /** The watch of the champion in force; another champion is watched from the start. */
  function watchOf({ tasks, earlier }: Watched, task: Task): TaskWatch | null {
    const champion = parts.models.artifacts()[task];
    if (!champion) return null;
    if (tasks[task]?.modelVersion !== champion.model.modelVersion) {
      const watch = createTaskWatch(champion, earlier[task]);
      // What the log says is older than all that is seen from here on.
      delete earlier[task];
      if (watch) tasks[task] = watch;
      else delete tasks[task];
    }
    const watch = tasks[task] ?? null;
    watch?.compareWith(parts.models.challengers()[task]);
    return watch;
  }

  function lookAtDecisions(): void {
    const batch = waiting;
    waiting = [];
    for (const tenant of new Set(batch.map((decision) => decision.tenant))) {
      const features = batch.flatMap((decision) => (decision.tenant === tenant ? decision.features : []));
      for (const task of TASKS) {
        const { featureSetId } = SERVICE_FEATURE_SETS[task];
        const own = features.filter((found) => found.featureSetId === featureSetId);
        watchOf(watchedOf(tenant), task)?.scored(own.flatMap(({ rows }) => rows));
      }
    }
  }

  function lookAtOutcomes(tenant: string, outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const decision = parts.recorded(tenant, outcome.decisionId);
      if (!decision) continue;
      for (const task of TASKS) watchOf(watchedOf(tenant), task)?.happened(labelledRows(task, decision, outcome));
    }
  }

  function tell(tenant: string, watched: Watched): void {
    const states = { ...watched.told };
    const leaves: NewLeaf[] = [];
    for (const task of TASKS) {
      const watch = watchOf(watched, task);
      const fromState = watched.told[task];
      // A model that does not load for a while keeps the state it had.
      const toState = watch?.report().state ?? fromState;
      if (!watch || toState === fromState) continue;
      states[task] = toState;
      const { rows, shifts, errorAlarm } = watch.report();
      leaves.push(
        leafOf({
          v: 1,
          type: 'model-drift',
          ts: toRfc3339(parts.now()),
          tenant,
          actor: 'watch',
          task,
          modelVersion: watch.modelVersion,
          fromState,
          toState,
          rows,
          shifted: shifts.filter(({ shifted }) => shifted).map(({ name }) => name),
          psiThousandths: Math.round(1000 * Math.max(0, ...shifts.map(({ psi }) => psi))),
          errorAlarm,
        }),
      );
    }
    if (leaves.length === 0) return;
    parts.append(leaves);
    watched.told = states;
    parts.setDrift(tenant, states);
  }

  function measure(): void {
    for (const task of TASKS) {
      const reports = [...tenants.values()].flatMap((watched) => watchOf(watched, task)?.report() ?? []);
      if (reports.length === 0) continue;
      const judged = reports.filter(({ rows }) => rows > 0);
      const worst = (figures: readonly number[]) => (figures.length === 0 ? Number.NaN : Math.max(...figures));
      parts.onDrift(task, {
        state: DRIFT_STATES[Math.max(...reports.map(({ state }) => DRIFT_STATES.indexOf(state)))]!,
        psiMax: worst(judged.flatMap(({ shifts }) => shifts.map(({ psi }) => psi))),
        estimatedLogLoss: worst(judged.flatMap(({ estimated }) => estimated?.logLoss ?? [])),
      });
    }
  }

  return {
    decided(tenant, decision, features) {
      if (decision.mode === 'quote' || sinceTick >= MOST_A_TICK) return;
      sinceTick++;
      waiting.push({ tenant, features });
      if (waiting.length < AT_ONCE) return;
      try {
        lookAtDecisions();
      } catch (error) {
        failure = { error };
      }
    },
    tick(finished) {
      sinceTick = 0;
      if (failure) {
        const { error } = failure;
        failure = null;
        throw error;
      }
      lookAtDecisions();
      for (const { tenant, outcomes } of finished) lookAtOutcomes(tenant, outcomes);
      for (const [tenant, watched] of tenants) tell(tenant, watched);
      measure();
    },
    begin(all) {
      for (const tenant of all) watchedOf(tenant);
    },
    watching: (tenant, task) => watchOf(watchedOf(tenant), task),
  };
}
