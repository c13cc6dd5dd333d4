import { DomainError } from '#domain/problems.ts';
import type { Task } from '#domain/risk.ts';
import type { Artifact } from '#models/artifact.ts';
import type { ModelRegistry } from '#models/registry.ts';
import { artifactFor, floorOf, readFor, type StoredReference } from './artifact-data.ts';
import { type Labelled, withLabels } from './dataset.ts';
import { type GateModel, type GateResult, gate } from './gate.ts';
import type { Importer } from './importers/importer.ts';

export interface RegistryGate {
  readonly registry: ModelRegistry;
  readonly task: Task;
  /** The challenger's artifact folder; it need not be in the registry yet. */
  readonly folder: string;
  readonly importer: Importer;
  readonly files: readonly string[];
  readonly threshold: number;
  readonly approvals: readonly string[];
  readonly seed: number;
}

/** The name a champion has in results while there is none. */
const FLOOR = 'logistic-floor';

/** Runs the gate against the champion of the registry, or against the challenger's own logistic floor. */
export async function gateInRegistry(options: RegistryGate): Promise<GateResult> {
  const { registry, task, folder, importer, files } = options;
  const challenger = artifactFor(folder, task, importer);
  const dataset = withLabels(await readFor(challenger, importer, files));
  const own = gateModel(challenger, challenger.model.predict(dataset.matrix));
  if (registry.aliases(task).champion === own.name)
    throw new DomainError('conflict', `\`${own.name}\` is the champion of ${task} already`, {
      task,
      modelVersion: own.name,
    });
  const champion = await championOf(options, challenger, dataset);
  const before = champion ?? { ...own, name: FLOOR, probabilities: floorOf(challenger).predict(dataset.matrix) };
  const { threshold, approvals, seed } = options;
  return gate({ task, challenger: own, champion: before, dataset, threshold, approvals, seed });
}

/**
 * The champion reads the same files by its own recorded categories and averages. One that came from elsewhere is
 * compared on the challenger's rows when its feature set is the same, and not at all otherwise.
 */
async function championOf(
  { registry, task, importer, files }: RegistryGate,
  challenger: Artifact,
  dataset: Labelled,
): Promise<GateModel | undefined> {
  const modelVersion = registry.aliases(task).champion;
  if (modelVersion === undefined) return undefined;
  const champion = registry.load(task, modelVersion) as Artifact & { reference: StoredReference };
  if (champion.card['importer'] === challenger.card['importer'])
    return gateModel(champion, champion.model.predict((await readFor(champion, importer, files)).matrix));
  const [own, other] = [challenger.model.featureSet.featureSetId, champion.model.featureSet.featureSetId];
  if (own !== other)
    throw new DomainError('conflict', `the champion \`${modelVersion}\` has feature set \`${other}\`, not \`${own}\``, {
      own,
      other,
    });
  return gateModel(champion, champion.model.predict(dataset.matrix));
}

function gateModel({ model, card }: Artifact, probabilities: Float64Array): GateModel {
  const window = card['window'] as { to: string | number; dated: boolean } | undefined;
  return {
    name: model.modelVersion,
    probabilities,
    ...(window?.dated ? { trainedUntil: Date.parse(String(window.to)) } : {}),
    allowedLeaks: (card['allowedLeaks'] as string[] | undefined) ?? [],
  };
}
