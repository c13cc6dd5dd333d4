import { createBlobStore, SHARED } from '#audit/blobs.ts';
import { createCheckpointer } from '#audit/checkpointer.ts';
import { assertKeysContinue } from '#audit/continuity.ts';
import { loadLogKeys, logKeysOf } from '#audit/keys.ts';
import { createAuditLog } from '#audit/log.ts';
import { createLogReader } from '#audit/serve.ts';
import { openSubjectKeys } from '#audit/subject-keys.ts';
import { DomainError } from '#domain/problems.ts';
import { TASKS, type Task } from '#domain/risk.ts';
import { NO_PRICES, type Prices } from '#domain/snapshot.ts';
import { expireApprovals } from '#exceptions/approvals.ts';
import { lapseOrder } from '#exceptions/lapsed.ts';
import type { Policy } from '#policies/policy.ts';
import { createMetrics } from '#routes/metrics.ts';
import type { App } from '#routes/operation.ts';
import { createApp } from '#src/app.ts';
import { packageVersion, type ServiceConfig, shipped } from '#src/config.ts';
import { decide } from '#src/decide.ts';
import { isDiskFailure } from '#store/connection.ts';
import { createIdempotency } from '#store/idempotency.ts';
import { type ApiKeys, createApiKeys } from '#store/keys.ts';
import { openStore, type Store } from '#store/open.ts';
import { parseEvents } from '#world/events.ts';
import { openWorld } from '#world/projection.ts';
import { type ClaimedFolder, claimDataFolder } from './data-folder.ts';
import { createDecisionReader, findDecision, scoredDecision } from './decision-reader.ts';
import { createDecisionState } from './decision-state.ts';
import { createDesk, type DecideNow } from './desk.ts';
import { createFindEarlier } from './earlier-decision.ts';
import { createExceptionDesk } from './exception-desk.ts';
import { createFinishedOrders } from './finished-orders.ts';
import { createFindHolding } from './held-order.ts';
import { holdsStored } from './holds.ts';
import { indexAndAsk } from './index-and-ask.ts';
import { lastDrift } from './last-drift.ts';
import { modelView } from './model-view.ts';
import { createModelWatch } from './model-watch.ts';
import { createModelsInForce } from './models-in-force.ts';
import { createPolicyInForce } from './policy-in-force.ts';
import { createPolicyLog } from './policy-log.ts';
import { createPromotions } from './promotions.ts';
import { createQuestionDesk, languageModelOf } from './question-desk.ts';
import { type ReadsApart, readsApart } from './reads-apart.ts';
import { createRetention } from './retention.ts';
import { createSettle } from './settle.ts';
import { createTenantHmac, loadHmacKey } from './tenant-hmac.ts';
import { createWitnessWatch } from './witness-watch.ts';

/** Everything but the socket: what `server.ts` listens for and what a test asks directly. */
export interface Service {
  readonly app: App;
  readonly store: Store;
  readonly keys: ApiKeys;
  /** Tasks for which no model is in force: the rules decide without them. */
  tasksWithoutModel(): Task[];
  /** To be closed first. */
  readonly reads: Pick<ReadsApart, 'close'>;
  /** What is due by the clock: checkpoints, promoted models, changed policies, expired approvals. */
  tick(): void;
  /**
   * Sends new checkpoints to the witness, where there is one. Throws `log-broken` when it has signed another log than
   * this one; from then on the service is not ready. A witness that cannot be reached is reported, and asked again.
   */
  follow(): Promise<void>;
  /** From now on `/readyz` says that the service stops. */
  stopping(): void;
  /** Writes what is queued and the final checkpoint, and closes the files. */
  close(): void;
}

export interface ServiceParts {
  readonly now: () => number;
  /** Cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly report: (error: unknown, traceId?: string) => void;
  /** What stock kept for later orders is worth at the moment. @default nothing */
  readonly prices?: () => Prices;
}

/** Throws `conflict` where another service runs on the data folder. */
export function openService(config: ServiceConfig, parts: ServiceParts): Service {
  const claimed = claimDataFolder(config.dataFolder);
  try {
    return openClaimed(claimed, config, parts);
  } catch (error) {
    claimed.release();
    throw error;
  }
}

function openClaimed(
  { files, release }: ClaimedFolder,
  config: ServiceConfig,
  { now, random, report, prices }: ServiceParts,
): Service {
  const store = openStore({ file: files.store, migrationsFolder: shipped.migrations });
  const log = createAuditLog(store, config.logHost);
  const blobs = createBlobStore(store, now);
  const logKeys =
    files.auditKey === null ? logKeysOf([random(32)]) : loadLogKeys({ file: files.auditKey, text: config.auditKey });
  assertKeysContinue(store, log, logKeys);
  const subjectKeys = openSubjectKeys({ file: files.subjectKeys, random });
  const world = openWorld(store);
  const keys = createApiKeys(store);
  const idempotency = createIdempotency(store);
  const metrics = createMetrics();
  const models = createModelsInForce({
    folder: config.modelsFolder,
    keep: (bytes) => void blobs.keep(SHARED, 'model', bytes),
    report,
  });
  const promotions = createPromotions({ store, log, blobs, modelsFolder: config.modelsFolder, now });
  const policies = createPolicyInForce({ files: config.policyFiles, now, report });
  const keepPolicy = ({ document }: Policy) => void blobs.keepJson(SHARED, 'policy', document);
  keepPolicy(policies.current());

  const earlier = createFindEarlier(store);
  const holding = createFindHolding(store);
  const decideNow: DecideNow = (_tenant, request, snapshot) => {
    const worth = prices?.() ?? NO_PRICES;
    return { ...decide(request, snapshot, models.current(), policies.current(), worth), prices: worth };
  };
  const desk = createDesk({
    store,
    log,
    blobs,
    subjectKeys,
    idempotency,
    world,
    decide: decideNow,
    index: indexAndAsk,
    earlier,
    holding,
    holdMinutes: config.holdMinutes,
    hmac: createTenantHmac(files.hmacKey === null ? random(32) : loadHmacKey(files.hmacKey, random)),
    now,
    random,
    version: packageVersion,
    onDecision: metrics.decision,
    onDecided: (tenant, decision, features) => watch.decided(tenant, decision, features),
    onFlush: metrics.flush,
  });
  const finished = createFinishedOrders(store);
  const watch = createModelWatch({
    models,
    earlier: (tenant) => lastDrift(store, log, tenant),
    recorded: (tenant, decisionId) => scoredDecision(log, blobs, tenant, decisionId),
    append: (leaves) => void desk.apart(() => log.append(leaves)),
    setDrift: world.setDrift,
    onDrift: metrics.drift,
    now,
  });
  const served = createLogReader(store, log);
  const checkpointer = createCheckpointer({ store, log, keys: logKeys, now });
  const decisions = createDecisionReader({
    store,
    log,
    served,
    blobs,
    holdsOf: (tenant, decisionId) => holdsStored(world.reservationsOf(tenant, decisionId, now())),
  });

  const settle = createSettle({
    desk,
    log,
    blobs,
    idempotency,
    world,
    decide: decideNow,
    policy: policies.current,
    earlier,
    holding,
    evidence(tenant, decisionId) {
      const found = findDecision(log, blobs, tenant, decisionId);
      if (!found) throw new DomainError('not-found', `there is no decision \`${decisionId}\``, { decisionId });
      return { evidence: found.evidence, actor: found.record.actor };
    },
    holdMinutes: config.holdMinutes,
    now,
    random,
  });

  const witness = createWitnessWatch({ store, log, checkpointer, witness: config.witness, report });
  let state: 'ready' | 'stopping' = 'ready';
  let broken: string | null = null;
  const reads = readsApart({
    store,
    now,
    zone: config.zone ?? 'UTC',
    policy: policies.current,
    model:
      config.languageModel &&
      languageModelOf(config.languageModel, { now, random: () => random(1)[0]! / 256, count: metrics.languageModel }),
    file: files.store,
    migrationsFolder: shipped.migrations,
    languageModel: config.languageModel,
    count: metrics.languageModel,
  });
  const questions = createQuestionDesk({ reads, now, append: (leaves) => desk.apart(() => log.append(leaves)) });
  const app = createApp({
    keys,
    idempotency,
    desk,
    decisions,
    stateOf: createDecisionState({ store, reservationsOf: world.reservationsOf, now }),
    settle,
    exceptions: createExceptionDesk(store, desk, now),
    measure: reads.kpis,
    models: (tenant, task) => modelView(models, task, watch.watching(tenant, task)),
    log: served,
    questions,
    ingest: ({ tenant }, body) => {
      const events = parseEvents(body, now());
      const { accepted, duplicate, stale } = desk.apart((db) => {
        const ingested = world.ingest(tenant, events, now());
        for (const { type, data, occurredAt: at, source } of events)
          if (type === 'fairlead.order.cancelled')
            lapseOrder(db, { tenant, orderId: data.orderId, at }, { actor: source, now: now() });
        return ingested;
      });
      finished.ingested(tenant, events);
      return { accepted, duplicates: duplicate, stale };
    },
    metrics,
    readiness: () =>
      state === 'stopping'
        ? { ready: false, detail: 'the service is stopping' }
        : { ready: (broken ?? witness.distrusted()) === null, detail: broken ?? witness.distrusted() ?? '' },
    now,
    random,
    version: packageVersion,
    rateLimit: config.rateLimit,
    report(error, traceId) {
      if (isDiskFailure(error)) desk.distrust(error);
      report(error, traceId);
    },
  });

  const tenantsServed = () => new Set([config.tenant, ...log.heads().map(({ tenant }) => tenant)]);

  const policyLog = createPolicyLog({ log, desk, keep: keepPolicy, tenants: tenantsServed, now });
  const retention = createRetention({ store, log, blobs, desk, policy: policies.current, tenants: tenantsServed, now });

  function logPromotions(): void {
    const tenants = tenantsServed();
    desk.apart(() => {
      const leaves = promotions.leavesFor(tenants, models.current());
      if (leaves.length > 0) log.append(leaves);
    });
    promotions.written(tenants, models.current());
  }

  function tick(): void {
    try {
      const before = policies.current().policyRevision;
      const changed = policies.refresh();
      if (changed) policyLog.changed(before, changed);
      models.refresh();
      logPromotions();
      watch.tick(finished.take(now()));
      desk.apart((db) => {
        expireApprovals(db, now());
        idempotency.expire(now());
      });
      retention.tick();
      checkpointer.tick();
      desk.assertWritable();
      broken = null;
    } catch (error) {
      if (isDiskFailure(error)) desk.distrust(error);
      broken = error instanceof Error ? error.message : String(error);
      report(error);
    }
  }

  watch.begin(tenantsServed());
  // A policy may have changed while the service was down.
  policyLog.catchUp(config.tenant, policies.current());

  return {
    app,
    store,
    keys,
    tasksWithoutModel: () => TASKS.filter((task) => models.current()[task] === null),
    reads,
    tick,
    follow: witness.follow,
    stopping: () => {
      state = 'stopping';
    },
    close() {
      desk.drain();
      tick();
      subjectKeys.close();
      store.close();
      release();
    },
  };
}
