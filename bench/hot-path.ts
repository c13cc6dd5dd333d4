// npm run bench:hot-path [decisions]: processor time of a decision in one process, no socket; 8 nodes x 3 lines, mode hold.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readConfig } from '#src/config.ts';
import { pooledRandom } from '#src/server/random-pool.ts';
import { openService } from '#src/server/service.ts';
import { scratch } from './harness.ts';
import { benchOrder, benchWorld, LINES, NODES } from './service-world.ts';

const DECISIONS = Number(process.argv[2] ?? 2000);
const ROUNDS = 4;
/** As many at a time as a busy service has in hand, so that they share a flush. */
const AT_A_TIME = 32;

const folder = scratch();
const service = openService(readConfig({ FAIRLEAD_HOME: folder, FAIRLEAD_RATE_LIMIT: '0' }), {
  now: Date.now,
  random: pooledRandom(randomBytes),
  report: (error) => console.error(error),
});
service.tick();
const { key } = service.keys.create({
  tenant: 'default',
  roles: ['admin'],
  note: 'bench',
  now: Date.now(),
  random: randomBytes,
});
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
const at = Date.now();
let sent = 0;

async function post(path: string, body: string, more: Record<string, string> = {}): Promise<void> {
  const answer = await service.app.request(path, { method: 'POST', headers: { ...headers, ...more }, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
}

async function decideSome(count: number): Promise<void> {
  for (let done = 0; done < count; done += AT_A_TIME)
    await Promise.all(
      Array.from({ length: AT_A_TIME }, () => {
        const index = sent++;
        return post('/v1/recommendations', JSON.stringify(benchOrder(index, at)), { 'idempotency-key': `${index}` });
      }),
    );
}

try {
  await post('/v1/events', JSON.stringify(benchWorld(at)));
  await decideSome(1500);
  console.log(
    `mode hold, ${NODES} nodes x ${LINES} lines, ${AT_A_TIME} at a time, no socket; ${DECISIONS} decisions a round`,
  );
  for (let round = 1; round <= ROUNDS; round++) {
    const before = process.cpuUsage();
    await decideSome(DECISIONS);
    const { user, system } = process.cpuUsage(before);
    const each = (time: number): string => `${(time / DECISIONS).toFixed(0)} us`;
    console.log(`round ${round}: user ${each(user)} a decision, system ${each(system)}`);
  }
} finally {
  service.close();
  rmSync(folder, { recursive: true, force: true });
}
