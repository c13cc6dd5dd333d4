import { DomainError } from '#domain/problems.ts';
import type { Task } from '#domain/risk.ts';
import { type Artifact, readArtifact } from '#models/artifact.ts';
import { riskModel } from '#models/load-model.ts';
import { decodeModel } from '#models/model-codec.ts';
import type { RiskModel } from '#models/risk-model.ts';
import type { DriftReference } from '#models/watching/reference.ts';
import { type Dataset, readToScore } from './dataset.ts';
import type { Importer, Recorded } from './importers/importer.ts';

/** What a training leaves in `reference.json` beside the distributions. */
export interface StoredReference extends DriftReference {
  readonly recorded: Recorded;
  /** The logistic model of the same rows, that a first champion has to beat. */
  readonly floor: unknown;
}

/** Loads an artifact and checks that it is of the task and reads its files through the importer named. */
export function artifactFor(folder: string, task: Task, importer: Importer): Artifact & { reference: StoredReference } {
  const artifact = readArtifact(folder);
  const reference = artifact.reference as StoredReference;
  const found = artifact.card['importer'];
  if (artifact.model.task !== task)
    throw new DomainError('usage', `\`${folder}\` is a model of task \`${artifact.model.task}\`, not \`${task}\``);
  if (found !== importer.name)
    throw new DomainError('usage', `\`${folder}\` was trained through importer \`${found}\`, not \`${importer.name}\``);
  return { ...artifact, reference };
}

/** Files read as the model's training would have: its categories, its averages. */
export function readFor(
  artifact: { reference: StoredReference },
  importer: Importer,
  files: readonly string[],
): Promise<Dataset> {
  return readToScore(importer, files, artifact.reference.recorded);
}

export function floorOf({ reference, model }: { reference: StoredReference; model: RiskModel }): RiskModel {
  return riskModel(decodeModel(JSON.stringify(reference.floor)), '', model.trainedAt);
}
