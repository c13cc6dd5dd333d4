// npm run bench:start [decisions] [events]: time from the start of the process until /readyz answers, with a long log.
import { rmSync } from 'node:fs';
import { toRfc3339 } from '#domain/time.ts';
import { dataFiles, shipped } from '#src/config.ts';
import { openStore } from '#store/open.ts';
import type { CloudEvent } from '#world/events.ts';
import { cpuSeconds, residentMb, type Served, scratch, serveDist, tell } from './harness.ts';
import { liveLong } from './long-store.ts';
import { benchOrder, NODES } from './service-world.ts';

const DECISIONS = Number(process.argv[2] ?? 200_000);
const EVENTS = Number(process.argv[3] ?? 100_000);
/** As large as a body may be. */
const EVENTS_A_BODY = 1000;
/** Items of the network beyond those that are ordered; each is in stock at every node. */
const MORE_ITEMS = 2_500;

/** Stock of many items at every node, told again and again as a warehouse does. */
async function tellStock(served: Served, at: number): Promise<void> {
  const item = (nth: number) => `M-${nth % MORE_ITEMS}`;
  const events = Array.from({ length: EVENTS }, (_, nth) => ({
    specversion: '1.0' as const,
    id: `m${nth}`,
    source: 'bench',
    time: toRfc3339(at + nth),
    ...(nth < MORE_ITEMS
      ? {
          type: 'fairlead.item' as const,
          data: {
            itemId: item(nth),
            itemClass: 'GENERAL',
            unitCost: 900,
            currency: 'EUR' as const,
            weightGrams: 700,
            volumeCm3: 2_000,
          },
        }
      : {
          type: 'fairlead.supply.position' as const,
          data: { nodeId: `DC-${Math.floor(nth / MORE_ITEMS) % NODES}`, itemId: item(nth), onHand: 1 + (nth % 100) },
        }),
  }));
  for (let told = 0; told < EVENTS; told += EVENTS_A_BODY)
    await tell(served, events.slice(told, told + EVENTS_A_BODY) as CloudEvent[]);
}

/** Milliseconds until the first order after a start is answered: what is put off until then shows here. */
async function firstAnswer({ url, key }: Served, run: number): Promise<number> {
  const begun = performance.now();
  const response = await fetch(`${url}/v1/recommendations`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': `first-${begun}`,
    },
    body: JSON.stringify(benchOrder(DECISIONS + run, Date.now())),
  });
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
  return performance.now() - begun;
}

/** What the start finds: rows on disk. */
function counted(data: string): string {
  const store = openStore({ file: dataFiles(data).store, migrationsFolder: shipped.migrations, readOnly: true });
  const rows = (table: string) => store.sqlite.prepare(`select count(*) from ${table}`).pluck().get();
  const found = [
    ['decisions', 'decision_index'],
    ['holds', "reservations where state = 'HELD'"],
    ['events', 'world_events'],
    ['subjects of the world', 'world_subjects'],
  ].map(([name, table]) => `${rows(table!)} ${name}`);
  store.close();
  return found.join(', ');
}

const folder = scratch();
const data = `${folder}/data`;
try {
  const at = Date.now();
  const key = await liveLong(folder, data, DECISIONS, at);
  // The first start after the copy signs the new tree; the ones that are measured find it signed.
  const second = await serveDist(data, key);
  await tellStock(second, at);
  await second.stop();
  console.log(counted(data));
  for (let run = 1; run <= 5; run++) {
    const served = await serveDist(data, key);
    console.log(
      `start ${run}: ready after ${served.readyMs.toFixed(0)} ms (${cpuSeconds(served.pid).toFixed(2)} s of processor time), ${residentMb(served.pid).toFixed(0)} MB resident; the first order is answered in ${(await firstAnswer(served, run)).toFixed(0)} ms`,
    );
    await served.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
