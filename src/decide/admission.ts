import type { DecisionRequest, Degradation, ModelUsed } from '#domain/decision.ts';
import { type OfferedModel, TASKS } from '#domain/risk.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { type Instant, MINUTE_MS } from '#domain/time.ts';
import { dataQuality } from '#features/data-quality.ts';
import type { ModelSet, RiskModel } from '#models/risk-model.ts';
import { admitModels, type ModelFacts } from '#policies/model-controls.ts';
import type { Policy } from '#policies/policy.ts';

export interface Admission {
  /** Null where a task's scores do not count. */
  readonly models: ModelSet;
  readonly used: readonly ModelUsed[];
  readonly degraded: readonly Degradation[];
}

const factsOf = (model: RiskModel | null): ModelFacts | null =>
  model && { task: model.task, modelVersion: model.modelVersion, trainedAt: model.trainedAt };

/** What a replay has to know of the models, in the order of the tasks. */
export function offeredModels(models: ModelSet): OfferedModel[] {
  return TASKS.flatMap((task) => {
    const model = models[task];
    if (!model) return [];
    const { modelVersion, sha256, trainedAt } = model;
    return [{ task, modelVersion, sha256, trainedAt }];
  });
}

function oldestByNode(facts: readonly { readonly nodeId: string; readonly asOf: Instant }[]): Map<string, Instant> {
  const oldest = new Map<string, Instant>();
  for (const { nodeId, asOf } of facts) {
    const known = oldest.get(nodeId);
    if (known === undefined || asOf < known) oldest.set(nodeId, asOf);
  }
  return oldest;
}

/** Nodes whose figures are older than the policy takes: their scores are not trusted, and the decision says so. */
function staleSources({ nodes, supply, lanes }: Snapshot, request: DecisionRequest, policy: Policy): Degradation[] {
  const { snapshotAgeMinutes, carrierDataAgeMinutes } = policy.limits;
  const minutesOld = (asOf: Instant = request.decidedAt): number =>
    Math.max(0, Math.floor((request.decidedAt - asOf) / MINUTE_MS));
  const fresh =
    supply.every(({ asOf }) => minutesOld(asOf) <= snapshotAgeMinutes) &&
    lanes.every(({ asOf }) => minutesOld(asOf) <= carrierDataAgeMinutes);
  if (fresh) return [];
  const [oldestSupply, oldestLane] = [oldestByNode(supply), oldestByNode(lanes)];
  const found: Degradation[] = [];
  for (const { nodeId } of nodes) {
    const supplyAge = minutesOld(oldestSupply.get(nodeId));
    if (supplyAge > snapshotAgeMinutes)
      found.push({
        what: 'supply',
        code: 'STALE_INVENTORY',
        subject: nodeId,
        message: `supply of \`${nodeId}\` is ${supplyAge} minutes old, the policy takes ${snapshotAgeMinutes}`,
      });
    const carrierAge = minutesOld(oldestLane.get(nodeId));
    if (carrierAge > carrierDataAgeMinutes)
      found.push({
        what: 'carrier',
        code: 'STALE_CARRIER_DATA',
        subject: nodeId,
        message: `carrier data of \`${nodeId}\` is ${carrierAge} minutes old, the policy takes ${carrierDataAgeMinutes}`,
      });
  }
  return found;
}

/** What is too old counts as not known. */
function withoutStale({ supply, lanes }: Snapshot, stale: readonly Degradation[]): Pick<Snapshot, 'supply' | 'lanes'> {
  if (stale.length === 0) return { supply, lanes };
  const staleSupply = new Set(stale.flatMap(({ what, subject }) => (what === 'supply' ? [subject] : [])));
  const staleCarrier = new Set(stale.flatMap(({ what, subject }) => (what === 'carrier' ? [subject] : [])));
  return {
    supply: supply.map((position) =>
      staleSupply.has(position.nodeId) ? { ...position, demand: null, picks91: null } : position,
    ),
    lanes: lanes.map((lane) => (staleCarrier.has(lane.nodeId) ? { ...lane, performance: null } : lane)),
  };
}

/** Which models score this order by the policy's controls, and everything that was missing or stale. */
export function admit(request: DecisionRequest, snapshot: Snapshot, models: ModelSet, policy: Policy): Admission {
  const stale = staleSources(snapshot, request, policy);
  const quality = dataQuality(withoutStale(snapshot, stale));
  const facts = { stockout: factsOf(models.stockout), delay: factsOf(models.delay), split: factsOf(models.split) };
  const verdicts = admitModels(policy, snapshot, facts, quality, request.decidedAt);
  const usable = (task: (typeof TASKS)[number]): RiskModel | null => (verdicts[task].usable ? models[task] : null);
  const admitted: ModelSet = { stockout: usable('stockout'), delay: usable('delay'), split: usable('split') };
  return {
    models: admitted,
    used: TASKS.flatMap((task) => {
      const model = admitted[task];
      return model
        ? [{ task, alias: 'champion' as const, modelVersion: model.modelVersion, sha256: model.sha256 }]
        : [];
    }),
    degraded: [
      ...TASKS.flatMap((task) => {
        const { degradation } = verdicts[task];
        return degradation ? [degradation] : [];
      }),
      ...stale,
    ],
  };
}
