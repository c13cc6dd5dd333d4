import type { ReplayInputs } from '#audit/replay-inputs.ts';
import { DomainError } from '#domain/problems.ts';
import type { OfferedModel } from '#domain/risk.ts';
import { riskModel } from '#models/load-model.ts';
import { decodeModel } from '#models/model-codec.ts';
import type { ModelSet, RiskModel } from '#models/risk-model.ts';

/** The models that decisions were offered, each loaded once, by the hash of its file. Throws `evidence-expired`. */
export function recordedModels(inputs: Pick<ReplayInputs, 'model'>): (offered: readonly OfferedModel[]) => ModelSet {
  const models = new Map<string, RiskModel>();

  function modelOf({ task, sha256, trainedAt }: OfferedModel): RiskModel {
    const key = `${sha256} ${trainedAt}`;
    const known = models.get(key);
    if (known) return known;
    const text = inputs.model(sha256);
    if (text === undefined)
      throw new DomainError('evidence-expired', `the file of ${task} model \`${sha256}\` is not here`, { sha256 });
    const model = riskModel(decodeModel(text), sha256, trainedAt);
    models.set(key, model);
    return model;
  }

  const none: ModelSet = { stockout: null, delay: null, split: null };
  return (offered) => ({ ...none, ...Object.fromEntries(offered.map((model) => [model.task, modelOf(model)])) });
}
