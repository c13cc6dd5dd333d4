import type { BlobStore } from '#audit/blobs.ts';
import { leafOf } from '#audit/leaf.ts';
import type { AuditLog, NewLeaf } from '#audit/log.ts';
import { keepPersonal } from '#audit/personal.ts';
import type { SubjectKeys } from '#audit/subject-keys.ts';
import type { Decision, DecisionRequest } from '#domain/decision.ts';
import { uuidV7 } from '#domain/identifiers.ts';
import type { Order } from '#domain/order.ts';
import { actorOf, type Principal } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import type { OfferedModel, RecordedFeatures } from '#domain/risk.ts';
import type { Prices, Snapshot } from '#domain/snapshot.ts';
import { type Instant, MINUTE_MS } from '#domain/time.ts';
import { holdDuringApproval } from '#exceptions/approvals.ts';
import { assertKnown, decisionRequestOf, type RecommendationRequest } from '#src/request.ts';
import { type Answer, answerOf, type Position } from '#src/wire/answer.ts';
import { snapshotOf } from '#src/wire/snapshot.ts';
import { createFlush } from '#store/flush.ts';
import type { Idempotency, IdempotentCall } from '#store/idempotency.ts';
import type { Db, Store } from '#store/open.ts';
import type { Taken, World } from '#world/projection.ts';
import { assertSupersedable, type FindEarlier } from './earlier-decision.ts';
import { assertNotHeld, type FindHolding } from './held-order.ts';
import { holdsTaken } from './holds.ts';
import { recordOf } from './record.ts';

/** What the desk asks of the world. */
export type DeskWorld = Pick<World, 'snapshotFor' | 'take' | 'write' | 'recover'>;

/** `decide()` with the models, policy and prices of the moment. */
export type DecideNow = (
  tenant: string,
  request: DecisionRequest,
  snapshot: Snapshot,
) => {
  readonly decision: Decision;
  readonly features: readonly RecordedFeatures[];
  readonly offeredModels: readonly OfferedModel[];
  readonly prices: Prices;
};

export interface DeskParts {
  readonly store: Store;
  readonly log: AuditLog;
  readonly blobs: BlobStore;
  readonly subjectKeys: SubjectKeys;
  readonly idempotency: Idempotency;
  readonly world: DeskWorld;
  readonly decide: DecideNow;
  /** Writes the decision into the index and, where it has one, its exception; in the decision's transaction. */
  readonly index: (db: Db, tenant: string, decision: Decision, order: Order, actor: string, at: Position) => void;
  readonly earlier: FindEarlier;
  readonly holding: FindHolding;
  /** How long a soft hold lasts. */
  readonly holdMinutes: number;
  readonly hmac: (tenant: string, text: string) => string;
  readonly now: () => Instant;
  readonly random: (bytes: number) => Uint8Array;
  readonly version: string;
  readonly onDecision?: (decision: Decision, seconds: number) => void;
  /** Told of a decision that is on disk, with what was scored for it. */
  readonly onDecided?: (tenant: string, decision: Decision, features: readonly RecordedFeatures[]) => void;
  readonly onFlush?: (items: number) => void;
}

/** Who asks, under which Idempotency-Key. */
export interface Ask {
  readonly principal: Principal;
  readonly call: IdempotentCall | null;
}

/** The thin shell around `decide()`: snapshot, decide and take in one synchronous block; answer once it is on disk. */
export interface Desk {
  recommend(request: RecommendationRequest, ask: Ask): Promise<Answer>;
  /** Runs `work` in a transaction of its own when nothing is queued, so that its failure loses no decision's holds. */
  apart<T>(work: (db: Db) => T): T;
  /** Writes what is queued. */
  drain(): void;
  /** The disk failed while something else was read or written: nothing is decided before the file has been opened anew. */
  distrust(cause: unknown): void;
  /** Throws `log-unavailable` while the log cannot be written. */
  assertWritable(): void;
}

interface Item {
  readonly leaf: NewLeaf;
  readonly taken: Taken;
  readonly write: (db: Db, at: Position) => void;
}

/** When the soft hold of a decision ends; while people are asked, with the first approval that expires. */
function holdUntil({ approvals, decidedAt }: Decision, holdMinutes: number): Instant {
  const asked = approvals.length > 0 ? holdDuringApproval(approvals, decidedAt) : null;
  return asked?.keep ? asked.until : decidedAt + holdMinutes * MINUTE_MS;
}

export function createDesk(parts: DeskParts): Desk {
  const { store, log, blobs, subjectKeys, idempotency, world } = parts;

  const flush = createFlush<Item>({
    store,
    write(db, items) {
      // Keys first: a ciphertext whose key is lost could never be read.
      subjectKeys.persist();
      const positions = log.append(items.map(({ leaf }) => leaf));
      world.write(items.map(({ taken }) => taken));
      for (const [index, { write }] of items.entries()) write(db, positions[index]!);
      parts.onFlush?.(items.length);
    },
    recover,
    reopen: subjectKeys.reopen,
  });

  /** Decisions whose successor is decided, but not yet on disk. */
  const superseding = new Set<string>();

  /** Orders that a decision holds units for, but not yet on disk: tenant and order to the decision. */
  const holding = new Map<string, string>();

  function recover(): void {
    superseding.clear();
    holding.clear();
    log.recover();
    blobs.recover();
    world.recover();
  }

  function assertSupersedes(tenant: string, request: RecommendationRequest): void {
    if (request.supersedes === undefined) return;
    const { supersedes: decisionId, mode } = request;
    const before = parts.earlier(tenant, decisionId);
    const superseded = before?.superseded === true || superseding.has(decisionId);
    assertSupersedable(before && { ...before, superseded }, { decisionId, orderId: request.order.orderId, mode });
  }

  function assertHeldOnce(tenant: string, request: RecommendationRequest, now: Instant): void {
    if (request.mode !== 'hold') return;
    const { orderId } = request.order;
    const waiting = holding.get(`${tenant}\t${orderId}`);
    assertNotHeld(waiting ? [waiting] : parts.holding(tenant, orderId, now), orderId, request.supersedes);
  }

  function snapshotAt(tenant: string, request: RecommendationRequest, now: Instant): Snapshot {
    if (!request.snapshot) return world.snapshotFor(tenant, request, now);
    if (request.mode === 'hold')
      throw new DomainError(
        'invalid-request',
        "/snapshot: found a snapshot with mode `hold`, expected `quote` or `shadow`: units can only be held in the service's own world",
      );
    return snapshotOf(request.snapshot, request.order.shipTo.zone, now);
  }

  // INVARIANT: no `await` in here. Between the snapshot and the hold no other order may look at the same units.
  function take(
    request: RecommendationRequest,
    { principal, call }: Ask,
  ): { item: Item; decided: () => void; answer: () => Answer } {
    flush.assertWritable();
    const begun = performance.now();
    const { tenant } = principal;
    const decidedAt = parts.now();
    assertSupersedes(tenant, request);
    assertHeldOnce(tenant, request, decidedAt);
    const snapshot = snapshotAt(tenant, request, decidedAt);
    assertKnown(request, snapshot);
    const stamp = { decisionId: uuidV7(decidedAt, parts.random(10)), decidedAt };
    const asked = decisionRequestOf(request, snapshot, stamp);
    const { decision, features, offeredModels, prices } = parts.decide(tenant, asked, snapshot);

    const subject = request.subjectId ?? request.order.customerId;
    const personal = request.personal && subjectKeys.seal(tenant, subject, request.personal);
    const actor = actorOf(principal);
    const { record, snapshotSha256, evidence } = recordOf(
      { request: asked, snapshot, prices, decision, features, offeredModels },
      {
        tenant,
        actor,
        idempotencyHmac: call && parts.hmac(tenant, call.idempotencyKey),
        personalHmac: personal?.personalHmac ?? null,
        version: parts.version,
      },
    );
    // Last, because nothing after it can fail.
    const taken = world.take(tenant, decision, snapshot, holdUntil(decision, parts.holdMinutes));
    // A quote takes nothing's place.
    const supersedes = decision.mode === 'quote' ? null : decision.supersedes;
    if (supersedes) superseding.add(supersedes);
    const order = `${tenant}\t${decision.orderId}`;
    const holds = taken.held !== null && taken.held.rows.length > 0;
    if (holds) holding.set(order, stamp.decisionId);
    let answer: Answer | undefined;
    const item: Item = {
      leaf: leafOf(record),
      taken,
      write(db, at) {
        blobs.keepSnapshot(tenant, snapshot, snapshotSha256);
        blobs.keep(tenant, 'evidence', evidence, record.evidenceSha256);
        if (personal) keepPersonal(store, [{ tenant, decisionId: stamp.decisionId, subject, sealed: personal.sealed }]);
        parts.index(db, tenant, decision, asked.order, actor, at);
        if (supersedes) superseding.delete(supersedes);
        if (holds) holding.delete(order);
        answer = answerOf(decision, holdsTaken(taken), at);
        // The answer follows from the evidence, so its id is enough to say it again.
        if (call) idempotency.keep(principal, call, { status: 200, response: stamp.decisionId }, decidedAt);
      },
    };
    parts.onDecision?.(decision, (performance.now() - begun) / 1000);
    return {
      item,
      decided: () => parts.onDecided?.(tenant, decision, features),
      answer() {
        if (!answer) throw new Error('an answer was asked for before its leaf was written');
        return answer;
      },
    };
  }

  return {
    async recommend(request, ask) {
      const { item, decided, answer } = take(request, ask);
      await flush.enqueue(item);
      decided();
      return answer();
    },
    apart: flush.apart,
    distrust: flush.distrust,
    drain: flush.drain,
    assertWritable: flush.assertWritable,
  };
}
