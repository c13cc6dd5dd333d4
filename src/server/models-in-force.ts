import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TASKS, type Task } from '#domain/risk.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import type { Artifact } from '#models/artifact.ts';
import { type Aliases, ModelRegistry } from '#models/registry.ts';
import type { ModelSet } from '#models/risk-model.ts';

/** The champions, as the registry names them; a task whose champion cannot be loaded has none, and orders say so. */
export interface ModelsInForce {
  readonly current: () => ModelSet;
  /** The artifacts behind `current`, for drift watching and explanations. */
  readonly artifacts: () => Readonly<Partial<Record<Task, Artifact>>>;
  /** Those that score in shadow. */
  readonly challengers: () => Readonly<Partial<Record<Task, Artifact>>>;
  /** What an alias names, whether or not it loads. */
  readonly aliases: (task: Task) => Aliases;
  /** Looks whether an alias has moved; cheap when none has. */
  refresh(): void;
}

export interface ModelsOptions {
  readonly folder: string;
  /** Keeps a model's bytes for as long as decisions refer to them. */
  readonly keep: (bytes: Uint8Array) => void;
  readonly report: (error: unknown) => void;
}

export function createModelsInForce({ folder, keep, report }: ModelsOptions): ModelsInForce {
  const registry = new ModelRegistry(folder);
  const seen: Partial<Record<Task, number>> = {};
  let artifacts: Partial<Record<Task, Artifact>> = {};
  let challengers: Partial<Record<Task, Artifact>> = {};
  let models: ModelSet = { stockout: null, delay: null, split: null };

  function movedAt(task: Task): number {
    return statSync(join(folder, task, 'aliases.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  function load(task: Task): Artifact | undefined {
    try {
      const artifact = registry.loadChampion(task, [SERVICE_FEATURE_SETS[task]]);
      if (artifact) keep(readFileSync(join(folder, task, artifact.model.modelVersion, 'model.json')));
      return artifact;
    } catch (error) {
      report(error);
      // A champion that does not load is no reason to drop the one that decides.
      return artifacts[task];
    }
  }

  function loadChallenger(task: Task): Artifact | undefined {
    try {
      return registry.loadAlias(task, 'challenger', [SERVICE_FEATURE_SETS[task]]);
    } catch (error) {
      report(error);
      return undefined;
    }
  }

  function refresh(): void {
    for (const task of TASKS) {
      const at = movedAt(task);
      if (seen[task] === at) continue;
      seen[task] = at;
      const artifact = load(task);
      const { [task]: _before, ...others } = artifacts;
      artifacts = artifact ? { ...others, [task]: artifact } : others;
      models = { ...models, [task]: artifact?.model ?? null };
      const { [task]: _former, ...rest } = challengers;
      const challenger = loadChallenger(task);
      challengers = challenger ? { ...rest, [task]: challenger } : rest;
    }
  }

  refresh();
  return {
    current: () => models,
    artifacts: () => artifacts,
    challengers: () => challengers,
    aliases: (task) => registry.aliases(task),
    refresh,
  };
}
