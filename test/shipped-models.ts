import { TASKS } from '#domain/risk.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { ModelRegistry } from '#models/registry.ts';
import type { ModelSet } from '#models/risk-model.ts';
import { shipped } from '#src/config.ts';

let loaded: ModelSet | undefined;

/** The champions that ship with the package, loaded once. */
export function shippedModels(): ModelSet {
  if (!loaded) {
    const registry = new ModelRegistry(shipped.artifacts);
    const known = Object.values(SERVICE_FEATURE_SETS);
    const champions = TASKS.map((task) => [task, registry.loadChampion(task, known)?.model ?? null] as const);
    loaded = Object.fromEntries(champions) as unknown as ModelSet;
  }
  return loaded;
}
