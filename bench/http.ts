// npm run bench:http [seconds]: processor time of a request beside its decision: socket, HTTP, key, limits, body, answer. The desk gives one answer again and again; nothing is written.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { createMetrics } from '#routes/metrics.ts';
import { createApp } from '#src/app.ts';
import { packageRoot, packageVersion, readConfig } from '#src/config.ts';
import { pooledRandom } from '#src/server/random-pool.ts';
import { openService } from '#src/server/service.ts';
import { createIdempotency } from '#store/idempotency.ts';
import { bodiesFile, scratch } from './harness.ts';
import { benchOrder, benchWorld } from './service-world.ts';

const SECONDS = process.argv[2] ?? '4';
const ROUNDS = 4;

const folder = scratch();
const random = pooledRandom(randomBytes);
const config = readConfig({ FAIRLEAD_HOME: folder });
const report = (error: unknown) => console.error(error);
const service = openService(config, { now: Date.now, random, report });
const { key } = service.keys.create({ tenant: 'default', roles: ['admin'], note: 'bench', now: Date.now(), random });

async function ask(path: string, body: unknown) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': path };
  const answer = await service.app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const at = Date.now();
await ask('/v1/events', benchWorld(at));
const answer = await ask('/v1/recommendations', benchOrder(0, at));
const app = createApp({
  keys: service.keys,
  idempotency: createIdempotency(service.store),
  desk: { recommend: async () => answer },
  decisions: {},
  metrics: createMetrics(),
  now: Date.now,
  random,
  version: packageVersion,
  rateLimit: config.rateLimit,
  report,
} as never);
const server = createAdaptorServer({ fetch: app.fetch });
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const bodies = bodiesFile(folder, 2000, at);
const run = promisify(execFile);

async function load(connections: number): Promise<void> {
  const before = process.cpuUsage();
  const args = [join(packageRoot, 'bench/load.mjs'), url, key, `${connections}`, SECONDS, '0', bodies];
  const { answers, p50, statuses } = JSON.parse((await run(process.execPath, args)).stdout);
  const { user, system } = process.cpuUsage(before);
  const each = (time: number): string => `${(time / answers).toFixed(0)} us`;
  console.log(
    `${String(connections).padStart(2)} connections: user ${each(user)} a request, system ${each(system)}; p50 ${p50.toFixed(2)} ms ${JSON.stringify(statuses)}`,
  );
}

try {
  for (let round = 1; round <= ROUNDS; round++) for (const connections of [1, 16]) await load(connections);
} finally {
  await new Promise((resolve) => server.close(resolve));
  service.close();
  rmSync(folder, { recursive: true, force: true });
}
