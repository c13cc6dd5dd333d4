import type { Task } from '#domain/risk.ts';
import { shadowGain } from '#models/watching/shadow.ts';
import type { ModelView } from '#routes/models.ts';
import type { ModelsInForce } from './models-in-force.ts';
import type { TaskWatch } from './task-watch.ts';

/** Figures leave with six digits; null where there is none yet. */
const figure = (value: number): number | null => (Number.isFinite(value) ? Math.round(value * 1e6) / 1e6 : null);

function shadowOf(watch: TaskWatch | null): ModelView['shadow'] {
  const shadow = watch?.shadow();
  if (!shadow) return null;
  const { rows, flips, absoluteDifference, outcomes } = shadow.comparison;
  const { mean, interval } = shadowGain(shadow.comparison);
  return {
    modelVersion: shadow.modelVersion,
    rows,
    meanDifference: figure(absoluteDifference / rows),
    flips,
    outcomes,
    logLossGain: figure(mean),
    interval: outcomes > 0 ? interval.map((end) => figure(end)!) : null,
  };
}

export function modelView(models: ModelsInForce, task: Task, watch: TaskWatch | null): ModelView {
  const { challenger, previous } = models.aliases(task);
  const report = watch?.report();
  const estimated = report?.estimated;
  const shifts = (report?.shifts ?? []).filter(({ shifted }) => shifted);
  return {
    task,
    champion: models.current()[task]?.modelVersion ?? null,
    challenger: challenger ?? null,
    previous: previous ?? null,
    drift: {
      state: report?.state ?? 'none',
      rows: report?.rows ?? 0,
      shifts: shifts.map(({ name, psi, threshold }) => ({
        name,
        psi: figure(psi)!,
        threshold: figure(threshold) ?? 0,
      })),
      psiMax: figure(Math.max(...(report?.shifts ?? []).map(({ psi }) => psi))),
      outcomes: watch?.outcomes() ?? 0,
      errorAlarm: report?.errorAlarm ?? false,
    },
    estimated: estimated
      ? {
          rate: figure(estimated.rate)!,
          brier: figure(estimated.brier)!,
          logLoss: figure(estimated.logLoss)!,
          rocAuc: figure(estimated.rocAuc),
        }
      : null,
    shadow: shadowOf(watch),
  };
}
