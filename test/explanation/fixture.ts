import { randomBytes } from 'node:crypto';
import type { Role } from '#domain/principal.ts';
import { NO_PRICES } from '#domain/snapshot.ts';
import type { Redecision, Sources } from '#explanation/sources.ts';
import { readConfig } from '#src/config.ts';
import type { RecommendationBody } from '#src/request.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { openService, type Service } from '#src/server/service.ts';
import { demo } from '#training/simulation/demo.ts';

/** 24 November 2026, ten in the morning UTC. */
export const NOW = Date.parse('2026-11-24T10:00:00Z');

export interface DemoService {
  readonly service: Service;
  readonly tenant: string;
  readonly sources: Sources;
  /** As they were sent, in this order. */
  readonly orders: readonly RecommendationBody[];
  readonly now: () => number;
  /** Lets milliseconds pass. */
  readonly pass: (ms: number) => void;
  readonly get: (path: string, role?: Role) => Promise<Response>;
  readonly post: (path: string, body: unknown, role?: Role, headers?: Record<string, string>) => Promise<Response>;
}

/** A service in memory with the demo's world, and so many of its orders decided. */
export async function demoService(
  orders: number,
  seed = 1,
  {
    policyFiles = readConfig({}).policyFiles,
    modelsFolder = readConfig({}).modelsFolder,
    betweenOrders = 0,
    dataFolder = ':memory:',
    prices = () => NO_PRICES,
  } = {},
): Promise<DemoService> {
  const config = { ...readConfig({}), dataFolder, languageModel: null, policyFiles, modelsFolder };
  let moment = NOW;
  const service = openService(config, {
    now: () => moment++,
    random: (bytes) => randomBytes(bytes),
    report: () => {},
    prices,
  });
  const { tenant } = config;
  const made = demo(seed, orders, NOW);
  const keys = new Map<string, string>();
  const keyFor = (role: Role): string => {
    const known =
      keys.get(role) ??
      service.keys.create({ tenant, roles: [role], note: 'test', now: NOW, random: (bytes) => randomBytes(bytes) }).key;
    keys.set(role, known);
    return known;
  };
  let calls = 0;
  const post: DemoService['post'] = async (path, body, role = 'orchestrator', headers = {}) =>
    service.app.request(path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${keyFor(role)}`,
        'content-type': 'application/json',
        'idempotency-key': `t-${calls++}`,
        ...headers,
      },
      body: JSON.stringify(body),
    });
  for (let at = 0; at < made.events.length; at += 1000) {
    const answered = await post('/v1/events', made.events.slice(at, at + 1000), 'data');
    if (!answered.ok) throw new Error(await answered.text());
  }
  for (const order of made.orders) {
    const answered = await post('/v1/recommendations', order);
    if (!answered.ok) throw new Error(await answered.text());
    moment += betweenOrders;
  }
  const sources = questionSources({ store: service.store, tenant, now: () => NOW + 600_000, zone: 'Europe/Berlin' });
  const get: DemoService['get'] = async (path, role = 'planner') =>
    service.app.request(path, { headers: { authorization: `Bearer ${keyFor(role)}` } });
  return {
    service,
    tenant,
    sources,
    orders: made.orders,
    now: () => moment,
    pass: (ms) => {
      moment += ms;
    },
    get,
    post,
  };
}

/** What each decision of the service was decided on, as its log has it. */
export function redecisions(sources: Sources): Redecision[] {
  return sources
    .query('SELECT decision_id AS id FROM decision_index WHERE tenant_id = :tenant ORDER BY decided_at')
    .rows.flatMap((row) => sources.redecide(String(row['id'])) ?? []);
}
