// npm run bench:start [decisions]: time from the start of the process until /readyz answers, with a long log.
import { rmSync } from 'node:fs';
import { bodiesFile, cpuSeconds, load, residentMb, scratch, serveDist, tell } from './harness.ts';
import { lengthenLog } from './long-log.ts';
import { benchWorld } from './service-world.ts';

const DECISIONS = Number(process.argv[2] ?? 200_000);

const folder = scratch();
const data = `${folder}/data`;
try {
  const at = Date.now();
  const first = await serveDist(data);
  await tell(first, benchWorld(at));
  load(first, bodiesFile(folder, 200, at), 8, 4);
  await first.stop();
  lengthenLog(data, DECISIONS);
  // The first start after the copy signs the new tree; the ones that are measured find it signed.
  await (await serveDist(data, first.key)).stop();
  for (let run = 1; run <= 5; run++) {
    const served = await serveDist(data, first.key);
    console.log(
      `start ${run} with ${DECISIONS} decisions: ready after ${served.readyMs.toFixed(0)} ms (${cpuSeconds(served.pid).toFixed(2)} s of processor time), ${residentMb(served.pid).toFixed(0)} MB resident`,
    );
    await served.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
