import { DomainError } from '#domain/problems.ts';
import { linearModel } from '#models/linear-model.ts';
import type { ModelFile } from '#models/model-file.ts';
import { networkModel } from '#models/network.ts';
import type { RiskModel } from '#models/risk-model.ts';
import { stackedModel } from '#models/stacked-model.ts';
import { transitTreesModel } from '#models/transit-model.ts';
import { type ModelIdentity, treeModel } from '#models/tree-model.ts';

/** Names a version by its content: the same data and seed give the same name. */
export function versionOf(file: ModelFile, sha256: string): string {
  return `${file.task}-${file.family}-${sha256.slice(0, 12)}`;
}

/** Makes a model of a decoded file. Throws `invalid-artifact` when its parts do not fit together. */
export function riskModel(file: ModelFile, sha256: string, trainedAt: number): RiskModel {
  const identity: ModelIdentity = {
    task: file.task,
    family: file.family,
    modelVersion: versionOf(file, sha256),
    sha256,
    featureSet: file.featureSet,
    marginUnit: file.marginUnit,
    trainedAt,
  };
  if (file.featureSet.task !== file.task)
    throw new DomainError('invalid-artifact', `a ${file.task} model on a feature set of ${file.featureSet.task}`);
  switch (file.body.kind) {
    case 'trees':
      return treeModel(file, file.body, identity);
    case 'transitTrees':
      return transitTreesModel(file, file.body, identity);
    case 'stackedTrees':
      return stackedModel(file, file.body, identity);
    case 'linear':
      return linearModel(file, file.body, identity);
    case 'network':
      return networkModel(file, file.body, identity);
  }
}
