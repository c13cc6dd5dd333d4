import type Database from 'better-sqlite3';
import type { EvidenceV1 } from '#audit/evidence.ts';
import type { Decision } from '#domain/decision.ts';
import { CUSTOMER_TIERS, type CustomerTier, type Order } from '#domain/order.ts';
import type { Prices, Snapshot } from '#domain/snapshot.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { riskModel } from '#models/load-model.ts';
import { decodeModel } from '#models/model-codec.ts';
import type { ModelSet, RiskModel } from '#models/risk-model.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { Policy, PolicyDocument } from '#policies/policy.ts';
import { decide } from '#src/decide.ts';

/** All that a decision was made on, as the export has it. */
export interface DecidedOn {
  readonly evidence: EvidenceV1;
  readonly request: EvidenceV1['request'];
  readonly snapshot: Snapshot;
  readonly policy: PolicyDocument;
  readonly models: ModelSet;
  readonly prices: Prices;
  /** The file of a model, by its hash. */
  readonly modelText: (sha256: string) => string;
}

export function evidenceReader(database: Database.Database): (decisionId: string) => DecidedOn {
  const read = (sql: string, key: string): string => {
    const text = database.prepare<[string], string>(sql).pluck().get(key);
    if (text === undefined) throw new Error(`the export has nothing for \`${key}\``);
    return text;
  };
  const modelText = (sha256: string) => read('SELECT j FROM models WHERE sha256 = ?', sha256);
  const models = new Map<string, RiskModel>();
  const known = new Map<string, DecidedOn>();
  return (decisionId) => {
    const before = known.get(decisionId);
    if (before) return before;
    const evidence = JSON.parse(read('SELECT j FROM evidence WHERE id = ?', decisionId)) as EvidenceV1;
    const set: { -readonly [task in keyof ModelSet]: ModelSet[task] } = { stockout: null, delay: null, split: null };
    for (const { task, sha256, trainedAt } of evidence.offeredModels) {
      const key = `${sha256} ${trainedAt}`;
      const model = models.get(key) ?? riskModel(decodeModel(modelText(sha256)), sha256, trainedAt);
      models.set(key, model);
      set[task] = model;
    }
    const found: DecidedOn = {
      evidence,
      request: evidence.request,
      snapshot: JSON.parse(read('SELECT j FROM snapshots WHERE sha256 = ?', evidence.snapshotSha256)) as Snapshot,
      policy: JSON.parse(read('SELECT j FROM policies WHERE revision = ?', evidence.decision.policyRevision)),
      models: set,
      prices: evidence.prices,
      modelText,
    };
    known.set(decisionId, found);
    return found;
  };
}

const compiled = new WeakMap<PolicyDocument, Policy>();

export function decideOn({ request, snapshot, models, policy, prices }: DecidedOn): Decision {
  const rules = compiled.get(policy) ?? policyFromDocument(policy);
  compiled.set(policy, rules);
  return decide(request, snapshot, models, rules, prices).decision;
}

/** Status, approval, and where the goods go from and by what. */
export function outcomeOn({ status, approvals, chosen }: Decision): string {
  const shipments = (chosen?.plan.shipments ?? []).map((one) => [one.nodeId, one.carrierService].join(' by ')).sort();
  return JSON.stringify([status, approvals.length > 0, shipments]);
}

/** What tells plans apart, in the order in which they ship. */
export const planOn = ({ chosen }: Decision): string =>
  (chosen?.plan.shipments ?? []).map((one) => `${one.nodeId} by ${one.carrierService}`).join('+');

export const withOrder = (on: DecidedOn, change: Partial<Order>): DecidedOn => ({
  ...on,
  request: { ...on.request, order: { ...on.request.order, ...change } },
});

export const withSnapshot = (on: DecidedOn, change: Partial<Snapshot>): DecidedOn => ({
  ...on,
  snapshot: { ...on.snapshot, ...change },
});

export const withPromise = (on: DecidedOn, days: number): DecidedOn => {
  const { promiseDate } = on.request.order;
  return promiseDate === null ? on : withOrder(on, { promiseDate: promiseDate + days * 86_400_000 });
};

/** The order says the tier, and so does what is known of the customer. */
export function withTier(on: DecidedOn, customerTier: CustomerTier): DecidedOn {
  const { customer } = on.snapshot;
  return withSnapshot(withOrder(on, { customerTier }), { customer: customer && { ...customer, customerTier } });
}

/** Only lanes of this carrier, service, or both. */
export const withLanesOf = (on: DecidedOn, carrier: unknown, carrierService: unknown): DecidedOn =>
  withSnapshot(on, {
    lanes: on.snapshot.lanes.filter(
      (lane) =>
        (carrier ?? lane.carrier) === lane.carrier && (carrierService ?? lane.carrierService) === lane.carrierService,
    ),
  });

/** More on the shelf of each place that `is` names. */
export const withUnits = (on: DecidedOn, qty: number, is: (position: SupplyPosition) => boolean): DecidedOn =>
  withSnapshot(on, {
    supply: on.snapshot.supply.map((position) =>
      is(position) ? { ...position, onHand: position.onHand + qty } : position,
    ),
  });

/** Every ceiling of the freight in the policy's document; minor units. */
export function withCeilings(on: DecidedOn, of: (limit: number) => number): DecidedOn {
  const rules = on.policy.rules.map((rule) => {
    if (rule.kind !== 'freight-ceiling') return rule;
    const variants = rule.variants.map((variant) => {
      if (!variant.limit) return variant;
      const limit = { ...variant.limit };
      for (const tier of CUSTOMER_TIERS) limit[tier] = of(limit[tier]);
      return { ...variant, limit };
    });
    return { ...rule, variants };
  });
  return { ...on, policy: { ...on.policy, rules } };
}

/** Everything from this node alone. */
export const withNode = (on: DecidedOn, firmNodeId: string): DecidedOn =>
  withOrder(on, { firmNodeId, lines: on.request.order.lines.map((line) => ({ ...line, firmNodeId })) });
