import { createHash, createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { createBlobStore } from '#audit/blobs.ts';
import { createCheckpointer } from '#audit/checkpointer.ts';
import { logKeysOf } from '#audit/keys.ts';
import { createAuditLog } from '#audit/log.ts';
import { createLogReader } from '#audit/serve.ts';
import { openSubjectKeys } from '#audit/subject-keys.ts';
import type { Role } from '#domain/principal.ts';
import { measureKpis } from '#kpis/measure.ts';
import { createMetrics } from '#routes/metrics.ts';
import { createApp } from '#src/app.ts';
import { shipped } from '#src/config.ts';
import { createDecisionReader } from '#src/server/decision-reader.ts';
import { createDesk, type DeskParts } from '#src/server/desk.ts';
import type { EarlierDecision } from '#src/server/earlier-decision.ts';
import { createExceptionDesk } from '#src/server/exception-desk.ts';
import { createIdempotency } from '#store/idempotency.ts';
import { createApiKeys } from '#store/keys.ts';
import { openStore } from '#store/open.ts';
import { parseEvents } from '#world/events.ts';
import { openWorld } from '#world/projection.ts';
import { decideFirstFit } from './fakes.ts';
import { twoNodes } from './two-nodes.ts';

export const NOW = Date.parse('2026-11-24T09:00:00Z');

/** The service over an in-memory store with the audit log as it is, the world of two nodes, and a simple `decide`. */
export function testbed(changes: Partial<DeskParts> = {}, rateLimit = 0) {
  const store = openStore({ file: ':memory:', migrationsFolder: shipped.migrations });
  let draws = 0;
  const random = (bytes: number) =>
    new Uint8Array(createHash('sha512').update(`${draws++}`).digest().subarray(0, bytes));
  const clock = { now: NOW };
  const now = () => clock.now;
  const log = createAuditLog(store, 'log.example');
  const blobs = createBlobStore(store, now);
  const idempotency = createIdempotency(store);
  const keys = createApiKeys(store);
  const world = openWorld(store);
  store.transaction(() => world.ingest('acme', parseEvents(twoNodes(NOW), NOW), NOW));
  const metrics = createMetrics();
  const earlier = new Map<string, EarlierDecision>();
  const subjectKeys = openSubjectKeys({ file: ':memory:', random });
  const desk = createDesk({
    store,
    log,
    blobs,
    subjectKeys,
    idempotency,
    world,
    decide: decideFirstFit,
    index: (_db, _tenant, decision) => {
      const { decisionId, orderId, mode, supersedes } = decision;
      earlier.set(decisionId, { orderId, mode, superseded: false });
      if (supersedes && mode !== 'quote') earlier.set(supersedes, { ...earlier.get(supersedes)!, superseded: true });
    },
    earlier: (_tenant, decisionId) => earlier.get(decisionId),
    holding: (tenant, orderId, at) =>
      [...earlier]
        .filter(([, decision]) => decision.orderId === orderId)
        .map(([decisionId]) => decisionId)
        .filter((id) => world.reservationsOf(tenant, id, at).some(({ state }) => /HELD|CONFIRMED/.test(state))),
    hmac: (tenant, text) => createHmac('sha256', tenant).update(text).digest('hex'),
    now,
    random,
    holdMinutes: 60,
    version: '0.0.0-test',
    onDecision: metrics.decision,
    onFlush: metrics.flush,
    ...changes,
  });
  const served = createLogReader(store, log);
  const reports: unknown[] = [];
  const app = createApp({
    keys,
    idempotency,
    desk,
    decisions: createDecisionReader({ store, log, served, blobs, holdsOf: () => [] }),
    stateOf: () => expect.unreachable(),
    settle: {
      answer: () => expect.unreachable(),
      override: () => expect.unreachable(),
    },
    exceptions: createExceptionDesk(store, desk, now),
    measure: async (tenant, query, ids) => measureKpis(store, tenant, query, ids),
    models: () => expect.unreachable(),
    log: served,
    questions: {
      reasons: async () => undefined,
      ask: () => expect.unreachable(),
      exceptionSummary: async () => undefined,
    },
    ingest: ({ tenant }, body) => {
      const events = parseEvents(body, now());
      const { accepted, duplicate, stale } = desk.apart(() => world.ingest(tenant, events, now()));
      return { accepted, duplicates: duplicate, stale };
    },
    metrics,
    readiness: () => ({ ready: true, detail: '' }),
    now,
    random,
    version: '0.0.0-test',
    rateLimit,
    report: (error) => reports.push(error),
  });
  const checkpointer = createCheckpointer({ store, log, keys: logKeysOf([new Uint8Array(32)]), now });
  const keyFor = (tenant: string, ...roles: Role[]) =>
    keys.create({ tenant, roles, note: 'test', now: NOW, random }).key;
  const key = keyFor('acme', 'orchestrator', 'auditor');

  /** A request with a key, JSON and, for a POST, an Idempotency-Key. */
  function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const init: RequestInit = {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': `key-${draws++}` }),
        ...headers,
      },
    };
    if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
    return app.request(path, init);
  }
  return {
    app,
    store,
    log,
    blobs,
    desk,
    world,
    keys,
    keyFor,
    key,
    send,
    checkpointer,
    clock,
    reports,
    idempotency,
    subjectKeys,
  };
}
