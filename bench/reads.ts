// npm run bench:reads [decisions] [folder]: how long each read keeps the service from everything else, with a long log.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readConfig } from '#src/config.ts';
import { openService } from '#src/server/service.ts';
import { longStore } from './long-store.ts';

const DECISIONS = Number(process.argv[2] ?? 200_000);
const RUNS = 3;
const long = await longStore(DECISIONS, process.argv[3]);
const { data } = long;

/** Milliseconds of processor time of this thread (Linux): what others take does not count, nor does the reading thread. */
const clock = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

/** The longest stretch in which nothing else ran, and the whole, of some work. Milliseconds of processor time. */
async function observe(work: () => Promise<unknown>): Promise<{ block: number; total: number; elapsed: number }> {
  let block = 0;
  let last = clock();
  let running = true;
  const turn = () => {
    const now = clock();
    block = Math.max(block, now - last);
    last = now;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await new Promise((resolve) => setImmediate(resolve));
  const begun = clock();
  const at = performance.now();
  await work();
  const elapsed = performance.now() - at;
  const total = clock() - begun;
  running = false;
  turn();
  return { block, total, elapsed };
}

const day = (moment: number) => new Date(moment).toISOString().slice(0, 10);

try {
  const config = readConfig({ FAIRLEAD_HOME: data, FAIRLEAD_RATE_LIMIT: '0' });
  const service = openService(config, { now: Date.now, random: randomBytes, report: console.error });
  const { key } = service.keys.create({
    tenant: config.tenant,
    roles: ['admin'],
    note: 'bench',
    now: Date.now(),
    random: randomBytes,
  });
  service.tick();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const get = async (path: string) => {
    const response = await service.app.request(path, { headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  };
  const ask = async (question: string) => {
    const init = { method: 'POST', headers, body: JSON.stringify({ question }) };
    const response = await service.app.request('/v1/questions', init);
    if (!response.ok) throw new Error(`${question}: ${response.status}`);
  };
  const bounds = service.store.sqlite
    .prepare<[], { first: number; last: number; id: string; orderId: string }>(
      'select min(decided_at) as first, max(decided_at) as last, max(decision_id) as id, max(order_id) as orderId from decision_index',
    )
    .get()!;
  const { id, orderId } = bounds;
  const window = `from=${day(bounds.first)}T00:00:00Z&to=${day(bounds.last + 86_400_000)}T00:00:00Z`;
  const year = new Date(bounds.first).getUTCFullYear();
  const none = 'NOTHING';
  const reads: readonly (readonly [string, () => Promise<unknown>])[] = [
    '/v1/decisions',
    '/v1/decisions?limit=500',
    `/v1/decisions?orderId=${orderId}`,
    `/v1/decisions?orderId=${none}`,
    `/v1/decisions?customerId=${none}`,
    '/v1/decisions?customerId=C-7&limit=500',
    `/v1/decisions?itemId=${none}`,
    `/v1/decisions?nodeId=${none}`,
    `/v1/decisions?carrier=${none}`,
    '/v1/decisions?reasonCode=CREDIT_HOLD',
    `/v1/decisions?ruleId=${none}`,
    `/v1/decisions?modelVersion=${none}`,
    '/v1/decisions?mode=shadow',
    '/v1/decisions?status=EXCEPTION',
    `/v1/decisions?mode=shadow&status=EXCEPTION&itemId=${none}&nodeId=${none}&carrier=${none}&ruleId=${none}`,
    '/v1/decisions?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z',
    `/v1/decisions?from=${day(bounds.first)}T00:00:00Z&to=${day(bounds.first + 86_400_000)}T00:00:00Z`,
    `/v1/decisions?status=EXCEPTION&${window}`,
    `/v1/decisions/${id}`,
    `/v1/decisions/${id}/state`,
    `/v1/decisions/${id}/reasons`,
    `/v1/decisions/${id}/receipt`,
    '/v1/exceptions',
    '/v1/exceptions?limit=200',
    '/v1/exceptions?state=OPEN&limit=200',
    '/v1/exceptions?state=SNOOZED',
    '/v1/exceptions?state=RESOLVED',
    `/v1/exceptions?owner=${none}`,
    `/v1/exceptions?state=OPEN&orderId=${none}`,
    `/v1/kpis?${window}`,
    ...['day', 'node', 'carrier', 'tier', 'channel'].map((by) => `/v1/kpis?by=${by}&${window}`),
    `/v1/kpis?kpi=fillRate&${window}`,
    '/v1/models',
    '/v1/keys',
    '/metrics',
    '/readyz',
    '/openapi.json',
    '/docs',
    `/v1/audit/${year}/checkpoint`,
    `/v1/audit/${year}/tile/0/000`,
    `/v1/audit/${year}/tile/entries/000`,
  ].map((path) => [`GET ${path}`, () => get(path)] as const);
  const asked = ['how many orders were split?', `why was ${orderId} split?`, 'which rule clamps most?'].map(
    (question) => [`POST /v1/questions ${question}`, () => ask(question)] as const,
  );
  console.log(
    `${DECISIONS} decisions; longest stretch in which nothing else ran, and the whole; processor time of the deciding thread, slowest of ${RUNS} runs, ms, and elapsed ms`,
  );
  for (const [name, read] of [...reads, ...asked, ['tick', async () => service.tick()] as const]) {
    let worst = { block: 0, total: 0, elapsed: 0 };
    for (let run = 0; run < RUNS; run++) {
      const { block, total, elapsed } = await observe(read);
      worst = {
        block: Math.max(worst.block, block),
        total: Math.max(worst.total, total),
        elapsed: Math.max(worst.elapsed, elapsed),
      };
    }
    console.log(
      `${worst.block.toFixed(1).padStart(8)} ${worst.total.toFixed(1).padStart(8)} ${worst.elapsed.toFixed(0).padStart(8)}  ${name}`,
    );
  }
  await service.reads.close();
  service.close();
} finally {
  long.drop();
}
